"""The complexity trend, worked out by hand; HEAD is of 2024-06-30."""

from datetime import date

import polars as pl

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.insights.code.complexity_trend import INSIGHT, complexity_trend
from tests.unit.insights.code_tables import (
    Made,
    Measured,
    changes_of,
    commits_of,
    metrics_of,
    tree_of,
)
from tests.unit.insights.lifetimes import HEAD_TIME

APRIL, MAY, JUNE = date(2024, 4, 1), date(2024, 5, 1), date(2024, 6, 1)
IN_APRIL, IN_MAY, IN_JUNE = 70, 40, 10  # days before HEAD
BLOBS = {
    "small": Measured(2, 1, 10),
    "large": Measured(9, 6, 50),
    "huge": None,
}


def trend(history: list[Made], present: dict[str, str]) -> pl.DataFrame:
    """The trend of a history after which the paths at HEAD hold *present*."""
    return complexity_trend(
        commits_of(history),
        changes_of(history),
        tree_of(present),
        metrics_of(BLOBS),
        read_filters(),
        HEAD_TIME,
    )


def lines(history: list[Made], present: dict[str, str]) -> list[tuple[date, int, int]]:
    """Month, files and lines of code."""
    return trend(history, present).select("month", "files", "code_lines").rows()


def test_a_month_has_what_its_last_commits_left() -> None:
    """April ends with 10 lines, May with 50, June with 50 + 10 of a complexity of 6 + 1."""
    history = [
        Made("1", IN_APRIL, {"a.py": "small"}),
        Made("2", IN_MAY, {"a.py": "small"}),
        Made("3", IN_MAY - 1, {"a.py": "large"}),
        Made("4", IN_JUNE, {"b.py": "small"}),
    ]
    rows = trend(history, {"a.py": "large", "b.py": "small"})
    assert rows.drop("cognitive_per_100_lines").rows() == [
        (APRIL, 1, 10, 2, 1),
        (MAY, 1, 50, 9, 6),
        (JUNE, 2, 60, 11, 7),
    ]
    assert rows["cognitive_per_100_lines"].to_list() == [10, 12, 100 * 7 / 60]


def test_a_month_without_commits_keeps_the_last_value() -> None:
    history = [Made("1", IN_APRIL, {"a.py": "small"})]
    assert lines(history, {"a.py": "small"}) == [(APRIL, 1, 10), (MAY, 1, 10), (JUNE, 1, 10)]


def test_files_that_are_gone_count_while_they_were_there() -> None:
    history = [
        Made("1", IN_APRIL, {"a.py": "small", "gone.py": "large"}),
        Made("2", IN_MAY, {"gone.py": None}),
    ]
    assert lines(history, {"a.py": "small"}) == [(APRIL, 2, 60), (MAY, 1, 10), (JUNE, 1, 10)]


def test_a_renamed_file_is_counted_once() -> None:
    history = [
        Made("1", IN_MAY, {"a.py": "small"}),
        Made("2", IN_JUNE, {"b.py": "small"}, renames={"a.py": "b.py"}),
    ]
    assert lines(history, {"b.py": "small"}) == [(MAY, 1, 10), (JUNE, 1, 10)]


def test_files_that_change_places_keep_their_contents() -> None:
    history = [
        Made("1", IN_MAY, {"a.py": "small", "b.py": "large"}),
        Made(
            "2",
            IN_JUNE,
            {"a.py": "large", "b.py": "small"},
            renames={"a.py": "b.py", "b.py": "a.py"},
        ),
    ]
    present = {"a.py": "large", "b.py": "small"}
    assert lines(history, present) == [(MAY, 2, 60), (JUNE, 2, 60)]


def test_what_moves_to_vendored_code_is_no_longer_own() -> None:
    history = [
        Made("1", IN_MAY, {"a.py": "small", "b.py": "large"}),
        Made("2", IN_JUNE, {"vendor/b.py": "large"}, renames={"b.py": "vendor/b.py"}),
    ]
    present = {"a.py": "small", "vendor/b.py": "large"}
    assert lines(history, present) == [(MAY, 2, 60), (JUNE, 1, 10)]


def test_tests_and_files_that_were_not_parsed_or_have_no_language_are_left_out() -> None:
    present = {"tests/test_a.py": "small", "b.py": "huge", "c.unknown": "small"}
    assert lines([Made("1", IN_JUNE, present)], present) == []


def test_a_commit_that_comes_first_undoes_none_that_is_dated_before_it() -> None:
    """The child's clock was behind: its content holds from April, and the parent's never."""
    history = [Made("1", IN_MAY, {"a.py": "small"}), Made("2", IN_APRIL, {"a.py": "large"})]
    expected = [(APRIL, 1, 50), (MAY, 1, 50), (JUNE, 1, 50)]
    assert lines(history, {"a.py": "large"}) == expected


def test_the_last_month_is_what_head_holds_whatever_merges_did() -> None:
    history = [Made("1", IN_MAY, {"a.py": "small"})]
    assert lines(history, {"a.py": "large"}) == [(MAY, 1, 10), (JUNE, 1, 50)]


def test_paths_that_vanished_without_a_commit_were_never_there() -> None:
    """As those of a project that a subtree merge moved into a directory."""
    history = [Made("1", IN_MAY, {"a.py": "small", "subtree.py": "large"})]
    assert lines(history, {"a.py": "small"}) == [(MAY, 1, 10), (JUNE, 1, 10)]


def test_other_branches_do_not_count() -> None:
    history = [
        Made("1", IN_JUNE, {"a.py": "small"}),
        Made("2", IN_JUNE, {"a.py": "large", "b.py": "large"}, is_on_head=False),
    ]
    assert lines(history, {"a.py": "small"}) == [(JUNE, 1, 10)]


def test_where_all_code_was_deleted_there_is_no_complexity_per_line() -> None:
    history = [Made("1", IN_MAY, {"a.py": "small"}), Made("2", IN_JUNE, {"a.py": None})]
    assert trend(history, {})["cognitive_per_100_lines"].to_list() == [10, None]


def test_without_code_there_are_no_rows_but_the_columns() -> None:
    rows = trend([], {})
    assert rows.is_empty()
    assert rows.columns == list(INSIGHT.columns)
