"""The survival function and the lines of each year, against scipy and worked out by hand."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hyperion_pipelines.insights.lines.survival import (
    half_life,
    lines_by_origin_year,
    survival_function,
)
from tests.unit.insights.lifetimes import lifetimes_of

Group = tuple[int, int | None, int]  # days before HEAD when born, those when removed, lines


@st.composite
def groups(draw: st.DrawFn) -> Group:
    born = draw(st.integers(0, 12))
    removed = draw(st.one_of(st.none(), st.integers(0, born)))
    return born, removed, draw(st.integers(1, 3))


@given(st.lists(groups(), min_size=1, max_size=12))
def test_the_survival_function_is_scipys(drawn: list[Group]) -> None:
    lines = [(born, removed) for born, removed, count in drawn for _ in range(count)]
    sample = stats.CensoredData(
        uncensored=np.array([born - removed for born, removed in lines if removed is not None]),
        right=np.array([born for born, removed in lines if removed is None]),
    )
    expected = stats.ecdf(sample).sf
    curve = survival_function(lifetimes_of([("alma", *group) for group in drawn]))
    assert (curve["age"].dt.total_days() == expected.quantiles).all()
    assert curve["survival"].to_numpy() == pytest.approx(expected.probabilities)


def test_a_half_life_that_is_reached_exactly_is_found() -> None:
    """Of 10 lines one is removed a day: 9/10 x 8/9 x ... x 5/6 is one half, but for rounding."""
    fading = [("alma", 20.0, 20.0 - day, 1) for day in range(1, 6)]
    assert half_life(lifetimes_of([*fading, ("alma", 20, None, 5)])) == timedelta(days=5)
    assert half_life(lifetimes_of([*fading, ("alma", 20, None, 6)])) is None


def test_each_year_is_counted_at_its_own_end_and_later_ones() -> None:
    """HEAD is at 30 June 2024: 200 days before it was 2023, 600 days before it 2022."""
    lifetimes = lifetimes_of(
        [
            *[("alma", 600, None, 1), ("alma", 600, 500, 2), ("alma", 600, 200, 4)],
            *[("alma", 600, 100, 8), ("bo", 200, 10, 16), ("bo", 200, None, 32)],
            *[("bo", 20, 10, 64), ("bo", 20, None, 128)],
        ]
    )
    assert lines_by_origin_year(lifetimes).rows() == [
        (date(2022, 12, 31), 2022, 1 + 2 + 4 + 8),
        (date(2023, 12, 31), 2022, 1 + 8),
        (date(2023, 12, 31), 2023, 16 + 32),
        (date(2024, 6, 30), 2022, 1),
        (date(2024, 6, 30), 2023, 32),
        (date(2024, 6, 30), 2024, 128),
    ]


def test_a_year_of_which_nothing_is_left_is_counted_with_no_lines() -> None:
    assert lines_by_origin_year(lifetimes_of([("alma", 600, 500, 7)])).rows() == [
        (date(2022, 12, 31), 2022, 7),
        (date(2023, 12, 31), 2022, 0),
        (date(2024, 6, 30), 2022, 0),
    ]


def test_no_lines_make_empty_curves() -> None:
    nothing = lifetimes_of([])
    assert lines_by_origin_year(nothing).is_empty()
    assert survival_function(nothing).is_empty()
    assert half_life(nothing) is None
