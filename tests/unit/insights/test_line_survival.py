"""How long lines live, as few steps of a curve."""

import pytest

from hyperion_pipelines.insights.lines.line_lifetimes import LineLifetimes
from hyperion_pipelines.insights.lines.line_survival import INSIGHT, line_survival
from tests.unit.insights.lifetimes import lifetimes_of


def test_few_steps_of_the_survival_function_are_all_kept() -> None:
    """Of 20 lines 10 end at 10 days; 4 at HEAD were no older than 5, 6 are 50 days old."""
    rows = line_survival(
        lifetimes_of([("alma", 60, 50, 10), ("alma", 5, None, 4), ("alma", 50, None, 6)])
    )
    assert rows.rows() == [(5.0, 1.0, 20), (10.0, 0.375, 16), (50.0, 0.375, 6)]


def test_many_steps_are_thinned_and_keep_their_values() -> None:
    """A line is removed on each of 1,000 days: 200 parts of five days, the last step of each."""
    rows = line_survival(lifetimes_of([("alma", 1000, 1000 - age, 1) for age in range(1, 1001)]))
    assert rows["age_days"].to_list() == list(range(5, 1001, 5))
    assert rows.row(0) == (5.0, pytest.approx(0.995), 996)
    assert rows["survival"][-1] == 0.0


def test_lines_of_the_moment_of_head_have_one_step() -> None:
    assert line_survival(lifetimes_of([("alma", 0, None, 3)])).rows() == [(0.0, 1.0, 3)]


@pytest.mark.parametrize("lifetimes", [None, lifetimes_of([])])
def test_without_lines_there_are_no_steps(lifetimes: LineLifetimes | None) -> None:
    rows = line_survival(lifetimes)
    assert rows.is_empty()
    assert rows.schema == {name: column.dtype for name, column in INSIGHT.columns.items()}
