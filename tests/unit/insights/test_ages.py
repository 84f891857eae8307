"""Age, half-life and authors of lines, worked out by hand."""

import pytest

from hyperion_pipelines.insights.lines.ages import age_of_lines, line_authors
from hyperion_pipelines.schemas import IDENTITIES
from tests.unit.insights.lifetimes import lifetimes_of, rows_of


def test_ages_are_weighted_by_lines() -> None:
    """Of 20 lines the tenth oldest is 100 days old, and the second oldest 300."""
    age = age_of_lines(
        lifetimes_of([("alma", 300, None, 2), ("bo", 100, None, 8), ("bo", 1, None, 10)])
    )
    assert age is not None
    assert age["lines"] == 20
    assert (age["median_age_days"], age["oldest_tenth_age_days"]) == (100.0, 300.0)


def test_the_half_life_counts_lines_at_head_as_alive_until_now() -> None:
    """10 of 20 lines ended at 10 days, but 4 were no older than 5 and say nothing of that age.

    At 10 days 16 were at risk: 6/16 survived it, at 5 days all did.
    """
    age = age_of_lines(
        lifetimes_of([("alma", 60, 50, 10), ("alma", 5, None, 4), ("alma", 50, None, 6)])
    )
    assert age is not None
    assert age["half_life_days"] == 10.0
    assert age["surviving_share"] == 0.5


def test_without_half_of_the_lines_gone_there_is_no_half_life() -> None:
    age = age_of_lines(lifetimes_of([("alma", 60, 50, 3), ("alma", 60, None, 7)]))
    assert age is not None
    assert age["half_life_days"] is None
    assert age["surviving_share"] == pytest.approx(0.7)


def test_where_nothing_is_left_there_is_no_age() -> None:
    assert age_of_lines(lifetimes_of([("alma", 60, 50, 3)])) is None


def test_authors_are_persons_with_their_share_of_the_lines_at_head() -> None:
    """Alma has two signatures and one identity; what was removed counts for nobody."""
    lifetimes = lifetimes_of(
        [
            *[("alma", 60, None, 5), ("alma", 6, None, 1), ("bo", 6, 1, 90)],
            *[("renovate", 6, None, 3), ("bo", 6, None, 3)],
        ]
    )
    signatures = [
        ("alma", "Alma", False),
        ("alma", "Alma", False),
        ("bo", "Bo", False),
        ("renovate", "Renovate", True),
        ("carl", "Carl", False),
    ]
    columns = ("person_id", "person_name", "is_bot")
    identities = rows_of(IDENTITIES, [dict(zip(columns, row, strict=True)) for row in signatures])
    assert line_authors(lifetimes, identities).rows() == [
        ("alma", "Alma", False, 6, 0.5),
        ("bo", "Bo", False, 3, 0.25),
        ("renovate", "Renovate", True, 3, 0.25),
    ]
