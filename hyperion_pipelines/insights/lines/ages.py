"""How old the code is, how long a line of it lives, and who wrote what is left.

It turns line lifetimes into the few numbers and names that a person reads.
"""

from datetime import timedelta

import polars as pl

from hyperion_pipelines.insights.lines.line_lifetimes import LineLifetimes
from hyperion_pipelines.insights.lines.survival import half_life

DAY = timedelta(days=1)
YEAR = timedelta(days=365.2425)
MONTH = YEAR / 12


def age_of_lines(lifetimes: LineLifetimes) -> dict[str, object] | None:
    """The age of the lines at HEAD, in days at the time of HEAD; None where there are none.

    `lines` are at HEAD. Half of them are at least `median_age_days` old, a tenth
    `oldest_tenth_age_days`. `half_life_days` is how long it takes until half of what is written is
    gone; null while the survival function stays above one half. `surviving_share` is how much of
    all that was ever written is at HEAD.
    """
    surviving = lifetimes.surviving
    if surviving.is_empty():
        return None
    lines, ever = (int(frame["lines"].sum()) for frame in (surviving, lifetimes.frame))
    halved = half_life(lifetimes)
    return {
        "lines": lines,
        "median_age_days": _days(age_of_one_in(2, surviving)),
        "oldest_tenth_age_days": _days(age_of_one_in(10, surviving)),
        "half_life_days": None if halved is None else _days(halved),
        "surviving_share": lines / ever,
    }


def age_of_one_in(parts: int, surviving: pl.DataFrame) -> timedelta:
    """The greatest age that at least one of *parts* lines has reached; there must be lines."""
    oldest_first = surviving.sort("age", descending=True)
    so_far = pl.col("lines").cum_sum()
    return oldest_first.filter(so_far * parts >= pl.col("lines").sum())["age"][0]


def age_in_words(age: timedelta) -> str:
    """*age* in the unit that suits it: days, months from two on, years from two on."""
    for unit, length in (("years", YEAR), ("months", MONTH)):
        if age >= 2 * length:
            return f"{age / length:.1f} {unit}"
    return "1 day" if age.days == 1 else f"{age.days} days"


def line_authors(lifetimes: LineLifetimes, identities: pl.DataFrame) -> pl.DataFrame:
    """Who wrote the lines at HEAD, most lines first.

    A row per person: `person_id`, `person_name`, `is_bot`, `lines`, and `share` of all lines.
    Identities that were taken for one person count as one; of co-authors only the author counts.
    """
    persons = identities.select("person_id", "person_name", "is_bot").unique("person_id")
    return (
        lifetimes.surviving.group_by(person_id="author_id")
        .agg(pl.sum("lines"))
        .with_columns(share=pl.col("lines") / pl.sum("lines"))
        .join(persons, on="person_id")
        .select("person_id", "person_name", "is_bot", "lines", "share")
        .sort("lines", "person_id", descending=[True, False])
    )


def _days(age: timedelta) -> float:
    return round(age / DAY, 1)
