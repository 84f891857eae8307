"""The features of the group temporal that the commit's own time gives."""

import math

import polars as pl

from hyperion_pipelines.features.history.windows import count_before
from hyperion_pipelines.features.inputs import History

SATURDAY = 6


def temporal(history: History) -> pl.DataFrame:
    """`rank`, the author's local hour and day, and how fast the repository moved before."""
    local = pl.col("author_time").dt.offset_by(pl.format("{}m", "author_tz_minutes"))
    angle = local.dt.hour().cast(pl.Float64) * (2 * math.pi / 24)
    week, year = (count_before(key=pl.lit(0), days=days) for days in (7, 365))
    return history.commits.select(
        "rank",
        hour_sin=angle.sin(),
        hour_cos=angle.cos(),
        weekend=local.dt.weekday() >= SATURDAY,
        velocity_7d=pl.when(year > 0).then(week / (year * 7 / 365)),
    )
