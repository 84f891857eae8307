"""The moments at which files are looked at, and what holds at each of them.

Everything here speaks of a moment by its number among the window ends; what holds from one moment
to another is a half-open range of those numbers.
"""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl


@dataclass(frozen=True)
class WindowEnds:
    """Ascending moments; a commit is before one when it was made earlier, to the microsecond."""

    times: pl.Series

    @classmethod
    def of(cls, commit_times: pl.Series) -> "WindowEnds":
        """Each first of a month between the first commit and the newest, then the present.

        The present is just after the newest commit, so that this one is before it too.
        """
        if commit_times.is_empty():
            return cls(commit_times)
        ends = pl.datetime_ranges("first", "newest", interval="1mo", time_zone="UTC").explode()
        span = pl.select(first=commit_times.min(), newest=commit_times.max())
        months = span.with_columns(pl.col("first").dt.month_start().dt.truncate("1d")).select(ends)
        present = span.select(pl.col("newest") + pl.duration(microseconds=1)).to_series()
        later = months.to_series().filter(months.to_series() > span["first"].item())
        return cls(pl.concat([later.dt.cast_time_unit("us"), present]).rename("window_end"))

    def after(self, times: pl.Series) -> pl.Series:
        """The number of the first end after each of *times*: from there on it is in the past."""
        return self.times.search_sorted(times, side="right").cast(pl.Int64)

    def at(self, times: pl.Series) -> pl.Series:
        """The number of the first end at or after each of *times*; of null, that after the last."""
        numbers = self.times.search_sorted(times, side="left").cast(pl.Int64)
        return numbers.zip_with(times.is_not_null(), pl.Series([len(self.times)]))

    def within(self, times: pl.Series, days: int) -> tuple[pl.Series, pl.Series]:
        """The range of ends that have each of *times* in the window of *days* before them."""
        return self.after(times), self.after(times + timedelta(days=days))


def at_each(rows: pl.DataFrame) -> pl.DataFrame:
    """A row of *rows* for each number `end` from its `begin` on and before its `stop`."""
    lasting = rows.filter(pl.col("begin") < pl.col("stop"))
    return (
        lasting.with_columns(end=pl.int_ranges("begin", "stop"))
        .drop("begin", "stop")
        .explode("end")
    )


def count_distinct(rows: pl.DataFrame) -> pl.DataFrame:
    """How many different `member`s each `file` has, as it changes: `file`, `end`, `count`.

    *rows* say of a member (a number) from when to when, `begin` to `stop`, it is one. They may
    overlap, and are ordered by `file`, `member` and `begin`.
    """
    # Each pair's stops lie above those of all pairs before it, so that one maximum runs over all.
    place = pl.struct("file", "member").rle_id().cast(pl.Int64) * (pl.max("stop") + 1)
    covered = (place + pl.col("stop")).cum_max().shift(fill_value=0) - place
    new = rows.with_columns(begin=pl.max_horizontal("begin", covered)).filter(
        pl.col("begin") < pl.col("stop")
    )
    changes = [
        new.select("file", end="begin", change=1),
        new.select("file", end="stop", change=-1),
    ]
    return (
        pl.concat(changes)
        .group_by("file", "end")
        .agg(pl.sum("change"))
        .sort("file", "end")
        .select("file", "end", count=pl.col("change").cum_sum().over("file"))
    )
