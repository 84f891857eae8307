"""When the team works, by its own clocks."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hyperion_pipelines.insights.delivery.work_hours import night_work, weekend_work, work_hours
from tests.unit.insights.history_rows import commits_of

SUNDAY_LATE = datetime(2024, 6, 2, 23, 30, tzinfo=UTC)


def hours(*rows: dict[str, Any]) -> dict[tuple[int, int], int]:
    """Commits of the hours that have any, by weekday and hour."""
    table = work_hours(commits_of(*({"commit_time": SUNDAY_LATE, **row} for row in rows)))
    busy = table.filter(table["commits"] > 0)
    return {(day, hour): count for day, hour, count, _ in busy.iter_rows()}


@pytest.mark.parametrize(
    ("minutes", "hour"), [(0, (7, 23)), (60, (1, 0)), (330, (1, 5)), (-600, (7, 13))]
)
def test_an_hour_is_that_of_the_authors_own_clock(minutes: int, hour: tuple[int, int]) -> None:
    """Sunday 23:30 UTC is Monday 0:30 in Berlin's winter, and Sunday 13:30 in Honolulu."""
    assert hours({"sha": "a", "author_tz_minutes": minutes}) == {hour: 1}


def test_every_hour_of_the_week_has_a_row_and_shares_are_of_all() -> None:
    table = work_hours(commits_of(*({"sha": sha} for sha in "abcd")))
    assert table.height == 7 * 24
    assert table["share"].sum() == 1.0
    assert table.row(0)[:3] == (1, 0, 0)


def test_bots_merges_other_branches_and_older_years_are_left_out() -> None:
    old = SUNDAY_LATE.replace(year=2023, month=5)
    others: list[dict[str, Any]] = [
        *({"sha": flag, flag: True} for flag in ("is_bot", "is_merge")),
        {"sha": "side", "is_on_head": False},
        {"sha": "old", "commit_time": old},
    ]
    assert hours(*others, {"sha": "a"}) == {(7, 23): 1}


def test_a_share_has_wilsons_interval() -> None:
    """1 of 4: (1/4 + z2/8 -+ z sqrt(3/16/4 + z2/64)) / (1 + z2/4), z = 1.96: 0.0456, 0.6994."""
    weekend = {"sha": "a", "author_time": SUNDAY_LATE}
    monday = datetime(2024, 6, 3, 9, tzinfo=UTC)
    table = work_hours(commits_of(weekend, *({"sha": s, "author_time": monday} for s in "bcd")))
    share = weekend_work(table)
    assert share is not None
    assert (share.share, share.commits) == (1 / 4, 4)
    assert (share.low, share.high) == pytest.approx((0.0456, 0.6994), abs=1e-4)


@pytest.mark.parametrize(("hour", "share"), [(21, 0.0), (22, 1.0), (5, 1.0), (6, 0.0)])
def test_night_is_from_twenty_two_to_six(hour: int, share: float) -> None:
    night = night_work(
        work_hours(commits_of({"sha": "a", "author_time": SUNDAY_LATE.replace(hour=hour)}))
    )
    assert night is not None
    assert night.share == share


def test_without_commits_there_are_no_hours_and_no_share() -> None:
    table = work_hours(commits_of())
    assert table.is_empty()
    assert weekend_work(table) is None
