"""Which commits are named for the bugs that later ones fix, and how far that is to be trusted."""

import polars as pl
import pytest

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.learning.labels.bug_labels import OUTCOMES, bug_labels, label_numbers
from hyperion_pipelines.learning.labels.candidates import trace_fixes
from tests.unit.learning.labels.label_tables import (
    at,
    change_table,
    commit_table,
    issue_table,
    pairs,
    removal_table,
)

FILTERS = read_filters()
COMMITS = commit_table(
    ("old", 0, "Add carts"),
    ("new", 9, "Add coupons"),
    ("other", 9, "Add gift cards"),
    ("fix", 20, "Fix totals (SHOP-1)"),
)
FIXED = change_table(("fix", "cart.py"))


def removed_by_fix(*rows: tuple[str, str, int]) -> pl.DataFrame:
    """What the fix removed: path, origin and lines, all of them code."""
    return removal_table(*(("fix", path, origin, lines, 0, 0) for path, origin, lines in rows))


def test_every_origin_of_removed_code_is_named_by_ag_and_the_latest_by_r() -> None:
    removals = removed_by_fix(("cart.py", "old", 3), ("cart.py", "new", 1), ("tax.py", "new", 2))
    labels = bug_labels(COMMITS, FIXED, removals, FILTERS)
    assert labels.drop("confidence").rows() == [
        ("fix", at(20), "old", "cart.py", 3, "AG"),
        ("fix", at(20), "new", "cart.py", 1, "AG"),
        ("fix", at(20), "new", "tax.py", 2, "AG"),
        ("fix", at(20), "new", "cart.py", 1, "R"),
        ("fix", at(20), "new", "tax.py", 2, "R"),
    ]


def test_of_commits_of_one_second_the_later_in_the_history_is_the_latest() -> None:
    removals = removed_by_fix(("cart.py", "other", 1), ("cart.py", "new", 5))
    assert pairs(bug_labels(COMMITS, FIXED, removals, FILTERS), "R") == [("fix", "other")]


def test_blank_lines_and_comments_induce_no_bug() -> None:
    removals = removal_table(
        ("fix", "cart.py", "old", 5, 2, 1),
        ("fix", "cart.py", "new", 3, 1, 2),
    )
    labels = bug_labels(COMMITS, FIXED, removals, FILTERS)
    assert pairs(labels, "AG") == [("fix", "old")]
    assert labels["lines"].to_list() == [2, 2]


@pytest.mark.parametrize(
    "path",
    [
        *("tests/test_cart.py", "docs/conf.py", "README.md", "cart_pb2.py", "vendor/cart.go"),
        "cart.unknown",
    ],
)
def test_only_code_of_the_program_is_traced(path: str) -> None:
    removals = removed_by_fix((path, "new", 3), ("cart.py", "old", 1))
    assert pairs(bug_labels(COMMITS, FIXED, removals, FILTERS), "AG") == [("fix", "old")]


def test_what_no_fix_removed_is_no_candidate() -> None:
    removals = removal_table(("new", "cart.py", "old", 3, 0, 0))
    assert bug_labels(COMMITS, FIXED, removals, FILTERS).is_empty()


def test_a_merge_neither_fixes_nor_induces() -> None:
    commits = commit_table(
        ("old", 0, "Add carts"),
        ("merge", 1, "Merge branch 'carts'"),
        ("merged-fix", 2, "Fix carts (#7)"),
        ("fix", 3, "Fix totals"),
        merges={"merge", "merged-fix"},
    )
    removals = removal_table(
        ("merged-fix", "cart.py", "old", 1, 0, 0),
        ("fix", "cart.py", "merge", 1, 0, 0),
        ("fix", "cart.py", "old", 1, 0, 0),
    )
    labels = bug_labels(commits, FIXED, removals, FILTERS, issue_table({"7": (True, 0)}))
    assert pairs(labels, "AG") == [("fix", "old")]


def test_an_origin_whose_clock_is_not_behind_that_of_the_fix_is_left_out() -> None:
    commits = commit_table(
        ("ahead", 30, "Add carts"), ("old", 1, "Add tax"), ("fix", 20, "Fix totals")
    )
    removals = removed_by_fix(("cart.py", "ahead", 3), ("cart.py", "old", 1))
    assert pairs(bug_labels(commits, FIXED, removals, FILTERS), "R") == [("fix", "old")]


@pytest.mark.parametrize(
    ("message", "lines", "certainty", "share"),
    [
        ("Fix totals", 1, 0.7, 1 / 4),
        ("Fix totals", 3, 0.7, 3 / 6),
        ("fix: totals", 1, 0.9, 1 / 4),
        ("Fix totals\n\nCloses #12", 1, 0.9, 1 / 4),
        ("Fix totals (#99)", 1, 0.7, 1 / 4),
        ("Sums are rounded (SHOP-1)", 1, 1.0, 1 / 4),
    ],
)
def test_confidence_is_the_certainty_of_the_fix_times_its_share(
    message: str, lines: int, certainty: float, share: float
) -> None:
    """The share of the removed code counts all of it, whoever wrote the rest."""
    commits = commit_table(
        ("old", 0, "Add carts"), ("merge", 1, "Merge"), ("fix", 2, message), merges={"merge"}
    )
    removals = removed_by_fix(("cart.py", "old", lines), ("cart.py", "merge", 3))
    labels = bug_labels(commits, FIXED, removals, FILTERS, issue_table({"SHOP-1": (True, 5)}))
    assert labels["confidence"].to_list() == pytest.approx([certainty * (1 + share) / 2] * 2)


@pytest.mark.parametrize(("files", "breadth"), [(1, 1.0), (10, 1.0), (20, 0.5), (100, 0.1)])
def test_a_fix_of_very_many_source_files_is_trusted_less(files: int, breadth: float) -> None:
    changes = change_table(
        *(("fix", f"cart{number}.py") for number in range(files)),
        *(("fix", f"tests/cart{number}.py") for number in range(50)),
    )
    labels = bug_labels(COMMITS, changes, removed_by_fix(("cart0.py", "old", 1)), FILTERS)
    assert labels["confidence"].to_list() == pytest.approx([0.7 * breadth] * 2)


def test_where_the_tracker_knows_an_issue_it_decides_what_is_a_fix() -> None:
    commits = commit_table(
        ("old", 0, "Add carts"),
        ("bug", 2, "Round totals (#1)"),
        ("wish", 3, "Fix #2: totals in the list"),
        ("both", 4, "Totals for GH-1 and #2"),
        ("unknown", 5, "Fix #3"),
        ("reverted", 6, 'Revert "Round totals (#1)"'),
    )
    shas = ("bug", "wish", "both", "unknown", "reverted")
    removals = removal_table(*((sha, "cart.py", "old", 1, 0, 0) for sha in shas))
    changes = change_table(*((sha, "cart.py") for sha in shas))
    issues = issue_table({"1": (True, 1), "2": (False, 1)})
    by_message = bug_labels(commits, changes, removals, FILTERS)
    by_tracker = bug_labels(commits, changes, removals, FILTERS, issues)
    assert pairs(by_message, "R") == [("unknown", "old"), ("wish", "old")]
    assert pairs(by_tracker, "R") == [("both", "old"), ("bug", "old"), ("unknown", "old")]


def test_code_that_was_written_after_the_bug_was_reported_did_not_induce_it() -> None:
    """Of several bugs the first report counts; the commit of that very moment may be at fault."""
    commits = commit_table(
        ("old", 0, "Add carts"),
        ("same", 5, "Add tax"),
        ("new", 6, "Add coupons"),
        ("fix", 20, "Fix totals (#1, #2, #3)"),
    )
    removals = removed_by_fix(*(("cart.py", sha, 1) for sha in ("old", "same", "new")))
    issues = issue_table({"1": (True, 9), "2": (True, 5), "3": (False, 0)})
    labels = bug_labels(commits, FIXED, removals, FILTERS, issues)
    assert pairs(labels, "AG") == [("fix", "old"), ("fix", "same")]
    assert pairs(labels, "R") == [("fix", "same")]


def test_a_fix_of_younger_code_alone_has_no_label() -> None:
    issues = issue_table({"SHOP-1": (True, 4)})
    removals = removed_by_fix(("cart.py", "new", 1))
    traced = trace_fixes(COMMITS, FIXED, removals, FILTERS, issues)
    assert traced.candidates.is_empty()
    assert label_numbers(traced)["fixes_of_code_younger_than_the_report"] == 1


def test_the_numbers_say_of_every_fix_what_became_of_it() -> None:
    fixes = ("traced", "young", "merged", "added", "tested")
    commits = commit_table(
        ("old", 0, "Add carts"),
        ("merge", 1, "Merge"),
        ("new", 24, "Add tax"),
        *((sha, 48, f"Fix {sha}" + (" #1" if sha == "young" else "")) for sha in fixes),
        merges={"merge"},
    )
    changes = change_table(
        *((sha, "cart.py") for sha in fixes if sha != "tested"), ("tested", "tests/test_cart.py")
    )
    removals = removal_table(
        ("traced", "cart.py", "old", 2, 0, 0),
        ("traced", "cart.py", "new", 2, 0, 0),
        ("young", "cart.py", "new", 1, 0, 0),
        ("merged", "cart.py", "merge", 1, 0, 0),
        ("added", "cart.py", "old", 1, 0, 1),
        ("tested", "tests/test_cart.py", "old", 1, 0, 0),
    )
    issues = issue_table({"1": (True, 2)})
    assert label_numbers(trace_fixes(commits, changes, removals, FILTERS, issues)) == {
        "fixes": 5,
        **dict.fromkeys(OUTCOMES, 1),
        "pairs": 2,
        "share_without_candidates": pytest.approx(0.8),
        "median_days": 1.0,
    }


def test_a_history_without_fixes_has_no_labels_and_no_shares_of_them() -> None:
    commits = commit_table(("old", 0, "Add carts"))
    traced = trace_fixes(commits, change_table(), removal_table(), FILTERS)
    assert label_numbers(traced) == {"fixes": 0, **dict.fromkeys(OUTCOMES, 0), "pairs": 0}
    labels = bug_labels(commits, change_table(), removal_table(), FILTERS)
    assert labels.is_empty()
    assert labels.columns == [
        *("fix_sha", "fix_time", "inducing_sha", "path", "lines", "algorithm", "confidence")
    ]
