"""How much is left of what each year wrote."""

from datetime import date

import pytest

from hyperion_pipelines.insights.lines.line_lifetimes import LineLifetimes
from hyperion_pipelines.insights.lines.lines_by_year import INSIGHT, lines_by_year
from tests.unit.insights.lifetimes import lifetimes_of


def test_lines_are_counted_by_year_at_each_years_end_and_at_head() -> None:
    """HEAD is of June 2024: 3 lines are of 2022, of which 2 left in 2023, and 5 are of 2024."""
    rows = lines_by_year(
        lifetimes_of([("bo", 600, None, 1), ("bo", 600, 300, 2), ("bo", 10, None, 5)])
    )
    assert rows.rows() == [
        (date(2022, 12, 31), 2022, 3),
        (date(2023, 12, 31), 2022, 1),
        (date(2024, 6, 30), 2022, 1),
        (date(2024, 6, 30), 2024, 5),
    ]


@pytest.mark.parametrize("lifetimes", [None, lifetimes_of([])])
def test_without_lines_there_are_no_years(lifetimes: LineLifetimes | None) -> None:
    rows = lines_by_year(lifetimes)
    assert rows.is_empty()
    assert rows.schema == {name: column.dtype for name, column in INSIGHT.columns.items()}
