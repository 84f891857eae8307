"""Headlines of the insights on delivery: pace, review, hours, releases; all of the whole team."""

import polars as pl

from hyperion_pipelines.insights.delivery.delivery_weeks import LEAST_TOLD
from hyperion_pipelines.insights.delivery.work_hours import (
    NIGHT_BEGINS,
    NIGHT_ENDS,
    night_work,
    weekend_work,
)
from hyperion_pipelines.insights.profile.facts import Facts
from hyperion_pipelines.insights.profile.model import Headline
from hyperion_pipelines.insights.profile.words import counted, duration, percent

HALVED = 0.5
WEEKS_A_YEAR = 52
NEWEST = 10  # releases


def delivery_weeks(facts: Facts) -> Headline:
    """The present pace and what it was before; a concern where it fell to less than half."""
    rows = facts.rows("delivery_weeks")
    velocity = float(rows["velocity"][-1])
    turns = rows.with_row_index("index").filter("is_change_point")
    told = f"The team makes {velocity:.1f} commits a week"
    before: float | None = None
    if not turns.is_empty():
        since = turns.row(-1, named=True)
        before = float(rows["velocity"][int(since["index"]) - 1]) if since["index"] else None
    if before is not None:
        told += f" since {turns['week'][-1]:%B %Y}, {before:.1f} before"
    return Headline(
        insight="delivery_weeks",
        value=round(velocity, 1),
        unit="commits a week",
        sentence=f"{told}; {_reviewed(rows.tail(WEEKS_A_YEAR))}.",
        is_concern=before is not None and velocity < HALVED * before,
    )


def _reviewed(year: pl.DataFrame) -> str:
    commits, reviewed, unknown = (
        int(year[column].sum()) for column in ("commits", "reviewed", "review_unknown")
    )
    told = commits - unknown
    if not told or told < LEAST_TOLD * commits:
        return "git does not tell who saw most of the last year's commits beside their authors"
    return f"of the last year's commits, {percent(reviewed / told)} were seen by somebody else"


def work_hours(facts: Facts) -> Headline | None:
    """The shares of commits on weekends, with its interval, and at night; None without commits.

    It is no concern by itself: a volunteer's evening and an employee's overtime look the same.
    """
    rows = facts.rows("work_hours")
    weekend, night = weekend_work(rows), night_work(rows)
    if weekend is None or night is None:
        return None
    return Headline(
        insight="work_hours",
        value=round(100 * weekend.share, 1),
        low=round(100 * weekend.low, 1),
        high=round(100 * weekend.high, 1),
        unit="%",
        sentence=f"{percent(weekend.share)} of the commits are made on weekends, and "
        f"{percent(night.share)} between {NIGHT_BEGINS} and {NIGHT_ENDS} o'clock, by their "
        "authors' own clocks.",
    )


def releases(facts: Facts) -> Headline:
    """The usual time between the ten newest releases, and the newest one; never a concern."""
    rows = facts.rows("releases")
    newest = rows.row(0, named=True)
    usual = rows.head(NEWEST)["days_since_previous"].median()
    days = float(usual) if isinstance(usual, int | float) else None
    if days is None:
        rhythm = "There is one release"
    else:
        rhythm = f"Of the newest releases, half followed within {duration(days)}"
    ago = counted((facts.head_time - newest["time"]).days, "day")
    return Headline(
        insight="releases",
        value=None if days is None else round(days, 1),
        unit="days",
        sentence=f"{rhythm}; the newest, {newest['tag']}, is {ago} older than the newest commit.",
    )


DELIVERY_HEADLINES = {
    "delivery_weeks": delivery_weeks,
    "work_hours": work_hours,
    "releases": releases,
}
