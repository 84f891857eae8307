"""Commits read closely: their changed methods, and PyDriller as a second opinion on the reader."""

import random
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pydriller import Repository
from pydriller.domain.commit import ModificationType

from hyperion_pipelines.errors import MissingObjectsError
from hyperion_pipelines.git.commit_reader import CHANGED_METHODS, read_commits
from hyperion_pipelines.git.log_stream import read_log
from hyperion_pipelines.sample import write_sample_repository
from tests.histories import commit_of, git, write_history

SAMPLED_COMMITS = 200
STATUS = {
    ModificationType.ADD: "A",
    ModificationType.DELETE: "D",
    ModificationType.RENAME: "R",
    ModificationType.MODIFY: "M",
}
CART = """\
class Cart:
    def __init__(self):
        self.prices = []

    def total(self):
        total = 0
        for price in self.prices:
            if price:
                total += price
        return total

    def clear(self):
        self.prices = []
        return self
"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample_repository(tmp_path_factory.mktemp("sample")).git_dir


def methods(git_dir: Path, sha: str) -> list[tuple[object, ...]]:
    columns = ["path", "name", "start_line", "end_line", "cyclomatic", "is_deleted"]
    return read_commits(git_dir, [sha]).select(columns).rows()


def history(tmp_path: Path, *versions: dict[str, str | bytes | None]) -> tuple[Path, list[str]]:
    git_dir = tmp_path / "made.git"
    return git_dir, write_history(git_dir, [commit_of(files) for files in versions])


def test_pydriller_counts_lines_and_renames_as_the_reader_does(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where they differ is by definition, and not sampled or set equal here.

    PyDriller takes git's default context (a file may have as many more lines added as deleted), has
    no status for a type change, counts a binary file as no lines, and drops a carriage return that
    ends a line.
    """
    # GitPython passes no context of its own.
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "diff.context")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "0")
    every = git(sample, "rev-list", "HEAD").decode().split()  # what PyDriller walks
    shas = random.Random(7).sample(every, SAMPLED_COMMITS)
    rows = [
        (
            commit.hash,
            file.new_path or file.old_path,
            file.old_path if file.change_type is ModificationType.RENAME else None,
            STATUS[file.change_type],
            file.added_lines,
            file.deleted_lines,
        )
        for commit in Repository(str(sample), only_commits=shas).traverse_commits()
        for file in commit.modified_files
    ]
    columns = ["sha", "path", "old_path", "status", "added", "deleted"]
    changes = read_log(sample, shas).changes.select(columns)
    expected = pl.DataFrame(rows, schema=changes.schema, orient="row")
    assert set(expected["status"]) == {"A", "M", "R"}
    assert_frame_equal(changes, expected, check_row_order=False)


def test_every_method_of_a_new_file_is_changed(tmp_path: Path) -> None:
    git_dir, (sha,) = history(tmp_path, {"cart.py": CART})
    assert methods(git_dir, sha) == [
        ("cart.py", "__init__", 2, 3, 1, False),
        ("cart.py", "total", 5, 10, 3, False),
        ("cart.py", "clear", 12, 14, 1, False),
    ]


def test_only_methods_with_changed_lines_are_listed(tmp_path: Path) -> None:
    edited = CART.replace("            if price:", "            if price and price > 0:")
    git_dir, (_, sha) = history(tmp_path, {"cart.py": CART}, {"cart.py": edited})
    assert methods(git_dir, sha) == [("cart.py", "total", 5, 10, 4, False)]


def test_a_method_that_only_lost_lines_is_given_as_it_is_now(tmp_path: Path) -> None:
    shorter = "import os\n" + CART.replace("        return self\n", "")
    git_dir, (_, sha) = history(tmp_path, {"cart.py": CART}, {"cart.py": shorter})
    assert methods(git_dir, sha) == [("cart.py", "clear", 13, 14, 1, False)]


def test_a_deleted_method_is_given_as_it_was(tmp_path: Path) -> None:
    without_total = CART[: CART.index("    def total")] + CART[CART.index("    def clear") :]
    git_dir, (_, second, third) = history(
        tmp_path, {"cart.py": CART}, {"cart.py": without_total}, {"cart.py": None}
    )
    assert methods(git_dir, second) == [("cart.py", "total", 5, 10, 3, True)]
    assert methods(git_dir, third) == [
        ("cart.py", "__init__", 2, 3, 1, True),
        ("cart.py", "clear", 5, 7, 1, True),
    ]


def test_a_renamed_file_keeps_its_old_path(tmp_path: Path) -> None:
    edited = CART.replace("total = 0", "total = 0.0")
    git_dir, (_, sha) = history(
        tmp_path, {"cart.py": CART}, {"cart.py": None, "shop/cart.py": edited}
    )
    (row,) = read_commits(git_dir, [sha]).iter_rows(named=True)
    assert (row["sha"], row["path"], row["old_path"]) == (sha, "shop/cart.py", "cart.py")
    assert (row["name"], row["long_name"]) == ("total", "total( self )")


def test_methods_of_one_name_are_told_apart_by_their_parameters(tmp_path: Path) -> None:
    code = "class Cart {\n  int add(int a) { return a; }\n  int add(long a) { return 0; }\n}\n"
    git_dir, (_, sha) = history(
        tmp_path, {"Cart.java": code}, {"Cart.java": code.replace("return 0", "return 1")}
    )
    (row,) = read_commits(git_dir, [sha]).iter_rows(named=True)
    assert (row["name"], row["long_name"]) == ("Cart::add", "Cart::add( long a)")


def test_what_lizard_cannot_read_has_no_rows(tmp_path: Path) -> None:
    git_dir, (sha,) = history(tmp_path, {"notes.md": "# def f(): pass\n", "x.py": b"\0\1"})
    assert_frame_equal(read_commits(git_dir, [sha]), CHANGED_METHODS.to_frame())


def test_a_merge_has_no_rows(tmp_path: Path) -> None:
    commits = [
        commit_of({"a.py": CART}),
        commit_of({"b.py": CART}, parents=[1], branch="topic"),
        commit_of({"b.py": CART}, parents=[1, 2]),
    ]
    shas = write_history(tmp_path / "merged.git", commits)
    assert read_commits(tmp_path / "merged.git", [shas[2]]).is_empty()


def test_commits_come_in_the_order_asked_for(tmp_path: Path) -> None:
    git_dir, shas = history(tmp_path, {"b.py": CART, "a.py": CART}, {"b.py": None})
    rows = read_commits(git_dir, shas[::-1]).select("sha", "path").unique(maintain_order=True)
    assert rows.rows() == [(shas[1], "b.py"), (shas[0], "a.py"), (shas[0], "b.py")]


def test_the_repository_is_only_read(tmp_path: Path) -> None:
    git_dir, shas = history(tmp_path, {"cart.py": CART})
    before = {file: file.stat().st_mtime_ns for file in git_dir.rglob("*")}
    read_commits(git_dir, shas)
    assert {file: file.stat().st_mtime_ns for file in git_dir.rglob("*")} == before


def test_a_commit_that_is_not_there_says_so(tmp_path: Path) -> None:
    git_dir, _ = history(tmp_path, {"cart.py": CART})
    with pytest.raises(MissingObjectsError, match=f"git fsck.*bad object {'1' * 40}"):
        read_commits(git_dir, ["1" * 40])


def test_a_content_that_is_not_there_says_so(tmp_path: Path) -> None:
    git_dir, (sha,) = history(tmp_path, {"cart.py": CART})
    blob = git(git_dir, "rev-parse", f"{sha}:cart.py").decode().strip()
    (git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(MissingObjectsError, match="git fsck"):
        read_commits(git_dir, [sha])
