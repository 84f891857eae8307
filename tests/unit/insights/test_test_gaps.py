"""Test gaps, worked out by hand."""

from collections.abc import Sequence

import polars as pl
import pytest

from hyperion_pipelines.insights.code import test_gaps as gaps
from hyperion_pipelines.schemas import DEPENDENCIES
from tests.unit.insights.code_tables import Made, Measured, files_of, touches_of
from tests.unit.insights.lifetimes import HEAD_TIME, days_before_head, rows_of

RATE, TEST, OTHER_TEST = "rate.py", "tests/test_rate.py", "tests/test_other.py"
MEASURED = {RATE: Measured(10), TEST: Measured(3), OTHER_TEST: Measured(3)}


def commits(alone: int = 0, tested: int = 0, days: float = 10) -> list[Made]:
    """Commits to rate.py *alone*, and *tested* ones to it and its test."""
    history = [Made(f"alone {days} {number}", days, {RATE: "b"}) for number in range(alone)]
    both = {RATE: "b", TEST: "b"}
    return history + [Made(f"tested {days} {number}", days, both) for number in range(tested)]


def found(
    history: Sequence[Made],
    imports: Sequence[tuple[str, str | None]] = (),
    measured: dict[str, Measured] = MEASURED,
) -> pl.DataFrame:
    """The gaps of a history; *imports* are (importing file, imported file)."""
    return gaps.test_gaps(
        files_of({**measured}),
        touches_of(history, list(measured)),
        rows_of(DEPENDENCIES, [{"from_path": a, "to_path": b} for a, b in imports]),
        HEAD_TIME,
    )


def test_the_score_is_the_commits_without_a_test_by_complexity() -> None:
    """Of 4 commits of the year 1 changed a test: (4 - 1) x 10 = 30."""
    history = [*commits(alone=5, days=366), *commits(alone=3, tested=1)]
    rows = found(history)
    columns = ("path", "commits", "commits_with_tests", "score", "last_commit")
    assert rows.select(columns).rows() == [(RATE, 4, 1, 30, days_before_head(10))]
    assert rows["why"].item() == (
        "4 commits changed it in the last year, 1 of them together with a test; no test imports it "
        "directly. Its functions have 10 independent ways through them (cyclomatic complexity)."
    )


def test_any_test_counts() -> None:
    history = [Made("1", 1, {RATE: "b", OTHER_TEST: "b"}), Made("2", 1, {RATE: "b"})]
    assert found(history)["commits_with_tests"].to_list() == [1]


@pytest.mark.parametrize(
    ("alone", "tested", "is_imported", "is_gap"),
    [
        (1, 1, True, False),  # half of them, and imported: covered
        (1, 1, False, True),
        (3, 2, True, True),  # 2 of 5 are less than half
        (0, 2, False, False),  # no commit without a test
    ],
)
def test_what_changes_with_tests_and_is_imported_by_one_is_no_gap(
    alone: int, tested: int, is_imported: bool, is_gap: bool
) -> None:
    imports = [(TEST, RATE)] if is_imported else []
    assert (found(commits(alone, tested), imports).height == 1) is is_gap


def test_simple_files_need_no_test_of_their_own() -> None:
    assert found(commits(alone=9), measured={**MEASURED, RATE: Measured(5)}).is_empty()
    assert found(commits(alone=9), measured={**MEASURED, RATE: Measured(6)}).height == 1


def test_what_nobody_changed_in_the_last_year_is_no_gap() -> None:
    assert found(commits(alone=9, days=366)).is_empty()


def test_tests_that_import_it_come_first_then_those_that_changed_with_it() -> None:
    """Beside test_other.py, which imports it, test_rate.py changed with it twice, years ago."""
    history = [*commits(tested=2, days=900), *commits(alone=1)]
    rows = found(history, [(OTHER_TEST, RATE), (OTHER_TEST, RATE), (OTHER_TEST, None)])
    assert rows["tests"].to_list() == [[OTHER_TEST, TEST]]
    assert "1 test imports it" in rows["why"][0]


def test_the_more_exclusively_a_test_changed_with_it_the_earlier_it_is_named() -> None:
    """test_rate.py: 2 of 2 + 4 - 2 = 4 commits; test_other.py, which changes often: 3 of 8."""
    history = [
        *(Made(f"all {n}", 9, {RATE: "b", TEST: "b", OTHER_TEST: "b"}) for n in range(2)),
        Made("other", 9, {RATE: "b", OTHER_TEST: "b"}),
        Made("alone", 9, {RATE: "b"}),
        *(Made(f"not {n}", 9, {OTHER_TEST: "b"}) for n in range(4)),
    ]
    assert found(history)["tests"].to_list() == [[TEST, OTHER_TEST]]


def test_a_test_that_changed_with_it_but_once_is_not_named() -> None:
    assert found(commits(alone=1, tested=1))["tests"].to_list() == [[]]


def test_commits_of_more_than_50_files_say_nothing_of_what_belongs_together() -> None:
    many = {f"file{number}.py": "b" for number in range(49)}
    history = [Made(f"{n}", 9, {RATE: "b", TEST: "b", **many}) for n in range(2)]
    paths = [RATE, TEST, *many]
    rows = found([*history, *commits(alone=1)], measured={path: Measured(10) for path in paths})
    assert rows.filter(pl.col("path") == RATE)["tests"].to_list() == [[]]


def test_what_tests_import_for_themselves_is_not_named_as_a_test() -> None:
    support = "tests/support.py"
    history = [*(Made(f"{n}", 9, {RATE: "b", support: "b"}) for n in range(2)), *commits(alone=1)]
    measured = {**MEASURED, support: Measured(1)}
    assert found(history, [(TEST, support)], measured)["tests"].to_list() == [[]]
    assert found(history, [], measured)["tests"].to_list() == [[support]]


def test_without_commits_there_are_no_rows_but_the_columns() -> None:
    rows = found([], measured={})
    assert rows.is_empty()
    assert rows.columns == list(gaps.INSIGHT.columns)
