"""Of the lines that a commit removes, blank ones and comments are counted apart."""

from pathlib import Path

import pytest

from hyperion_pipelines.lines import removals
from tests.histories import commit_of
from tests.unit.lines.replayed import replay

CART = '''\
"""Carts and what they cost.

All prices are in euros.
"""

# No tax here.


def total(prices):
    """The sum of all prices
    that were given to us by the shop
    """
    text = """
# not a comment
"""
    return sum(prices)  # exact
'''
SHOP = """\
/* Shops and what they
   sell to other people
   in the town */
int shops(int *count) {
    // all of them

    *count = 3;
    return *count;
}
"""
COMMENTED_OUT = """\
int stock;
/*
the whole stock was counted by hand
before we had the scales and the tables
*/
int scales;
"""


def kinds(folder: Path, path: str, before: str, after: str | None) -> tuple[int, int, int]:
    """Lines, blank lines and comments that the second commit removed."""
    history = [commit_of({path: before, "kept": "kept\n"}), commit_of({path: after})]
    (row,) = replay(folder / "kinds.git", history).lines.removals.to_dicts()
    return row["lines"], row["blank"], row["comment"]


def test_a_deleted_file_has_blank_lines_comments_and_code(tmp_path: Path) -> None:
    assert kinds(tmp_path, "cart.py", CART, None) == (16, 4, 7)
    assert kinds(tmp_path, "shop.c", SHOP, None) == (9, 1, 4)


def test_a_line_with_code_and_a_comment_is_code(tmp_path: Path) -> None:
    after = CART.replace("    return sum(prices)  # exact\n", "")
    assert kinds(tmp_path, "cart.py", CART, after) == (1, 0, 0)


def test_where_the_text_leaves_doubt_the_tree_of_the_old_version_decides(tmp_path: Path) -> None:
    after = COMMENTED_OUT.replace("before we had the scales and the tables\n", "")
    assert kinds(tmp_path, "stock.c", COMMENTED_OUT, after) == (1, 0, 1)


def test_a_file_without_a_grammar_has_no_comments(tmp_path: Path) -> None:
    assert kinds(tmp_path, "notes.txt", "# heading\n\ntext\n", None) == (3, 1, 0)


def test_batches_end_where_they_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removals, "BATCH_LINES", 1)
    history = [
        commit_of({"a.c": SHOP, "b.py": CART, "kept": "kept\n"}),
        commit_of({"a.c": None, "b.py": None}),
    ]
    removed = replay(tmp_path / "batches.git", history).lines.removals
    assert removed.select("path", "lines", "blank", "comment").rows() == [
        ("a.c", 9, 1, 4),
        ("b.py", 16, 4, 7),
    ]
