"""When the team works: the hours of the week, by the clocks of those who commit.

Of the whole team alone: hours of one person are nobody's business, and no function here has them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight

NEWEST = timedelta(days=365)
SATURDAY = 6
NIGHT_BEGINS, NIGHT_ENDS = 22, 6

INSIGHT = Insight(
    table="work_hours",
    question="At which hours of the week does the team work?",
    columns={
        "weekday": Column(pl.UInt8, "1 is Monday, 7 Sunday, by the author's own clock."),
        "hour": Column(pl.UInt8, "The hour that begins then, 0 to 23, by the author's own clock."),
        "commits": Column(
            pl.UInt32, "Commits written then in the newest 365 days, bots and merges left out."
        ),
        "share": Column(pl.Float64, "Their share of all these commits, 0 to 1."),
    },
    key=("weekday", "hour"),
    shown=None,
)


@dataclass(frozen=True)
class ShareOfWork:
    """A share of `commits` (0 to 1), with the 95 % interval from `low` to `high`."""

    share: float
    low: float
    high: float
    commits: int


def work_hours(commits: pl.DataFrame) -> pl.DataFrame:
    """A row for each of the 168 hours of a week, from Monday 0:00; none without commits.

    The author's clock is `author_time` and the offset that git recorded with it: a machine set to
    UTC is taken at its word. The newest 365 days are those before the newest commit on HEAD's
    history.
    """
    newest = pl.col("commit_time") > pl.col("commit_time").max() - NEWEST
    local = pl.col("author_time") + pl.duration(minutes="author_tz_minutes")
    counted = (
        commits.filter("is_on_head")
        .filter(newest, ~pl.col("is_bot"), ~pl.col("is_merge"))
        .group_by(weekday=local.dt.weekday().cast(pl.UInt8), hour=local.dt.hour().cast(pl.UInt8))
        .agg(commits=pl.len())
    )
    if counted.is_empty():
        return INSIGHT.frame(counted.with_columns(share=pl.lit(None, pl.Float64)))
    week = pl.select(weekday=pl.int_range(1, 8, dtype=pl.UInt8)).join(
        pl.select(hour=pl.int_range(24, dtype=pl.UInt8)), how="cross"
    )
    return INSIGHT.frame(
        week.join(counted, on=["weekday", "hour"], how="left")
        .with_columns(pl.col("commits").fill_null(0))
        .with_columns(share=pl.col("commits") / pl.sum("commits"))
        .sort("weekday", "hour")
    )


def weekend_work(work_hours: pl.DataFrame) -> ShareOfWork | None:
    """How much of the work is done on Saturdays and Sundays; None without commits."""
    return _share_of(work_hours, pl.col("weekday") >= SATURDAY)


def night_work(work_hours: pl.DataFrame) -> ShareOfWork | None:
    """How much of the work is done from 22 to 6 o'clock, on any day; None without commits."""
    hour = pl.col("hour")
    return _share_of(work_hours, (hour >= NIGHT_BEGINS) | (hour < NIGHT_ENDS))


def _share_of(work_hours: pl.DataFrame, condition: pl.Expr) -> ShareOfWork | None:
    """The interval is Wilson's ("Probable inference, the law of succession", 1927).

    It takes commits for independent; as they come in bursts, it is rather too narrow.
    """
    from scipy import stats

    commits = int(work_hours["commits"].sum())
    if not commits:
        return None
    chosen = int(work_hours.filter(condition)["commits"].sum())
    test: Any = stats.binomtest(chosen, commits)
    interval: tuple[float, float] = test.proportion_ci(0.95, method="wilson")
    low, high = map(float, interval)
    return ShareOfWork(chosen / commits, low, high, commits)
