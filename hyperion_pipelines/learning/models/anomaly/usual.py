"""What is usual in a repository and for each of its authors: medians, spreads, hours of work.

Reasons compare a commit with it. An author with few commits has no usual of their own.
"""

import numpy as np
import polars as pl

from hyperion_pipelines.learning.models.anomaly.rarity import INPUTS

FEWEST_COMMITS = 5
USUAL_SHARE = 0.8  # of the commits lie in the usual hours
USUAL_SCHEMA = pl.Schema(
    {
        "repository": pl.String,
        "author_id": pl.String,
        "feature": pl.String,
        "median": pl.Float64,
        "spread": pl.Float64,
    }
)
HOURS_SCHEMA = pl.Schema(
    {"repository": pl.String, "author_id": pl.String, "first": pl.Int64, "last": pl.Int64}
)
_FLOOR = {"bits": 1.0, "log": 0.5}
_TO_DEVIATION = 1.4826  # of a normal distribution's median absolute deviation
_DAY = 24


def scaled(value: pl.Expr, feature: pl.Expr) -> pl.Expr:
    """A value on the scale on which distances are taken: bits as they are, counts as log(1 + x)."""
    return pl.when(_is_in_bits(feature)).then(value).otherwise(value.log1p())


def usual_values(commits: pl.DataFrame) -> pl.DataFrame:
    """The median of each of INPUTS, and its spread on the scale of distances: USUAL_SCHEMA.

    A row per repository (`author_id` null) and per author of at least FEWEST_COMMITS commits. The
    spread is the median absolute deviation as a standard deviation, but at least 1 bit or 0.5 in
    the logarithm: what hardly ever varies would make a wonder of any other value.
    """
    keys = ["repository", "author_id", "feature"]
    values = commits.unpivot(INPUTS, index=keys[:2], variable_name="feature").cast(
        {"value": pl.Float64}
    )
    groups = [values.with_columns(author_id=pl.lit(None, pl.String)), _of_regulars(values, keys)]
    feature = pl.col("feature")
    floor = pl.when(_is_in_bits(feature)).then(_FLOOR["bits"]).otherwise(_FLOOR["log"])
    return (
        pl.concat(groups)
        .with_columns(median=pl.median("value").over(keys))
        .with_columns(
            distance=(scaled(pl.col("value"), feature) - scaled(pl.col("median"), feature)).abs()
        )
        .group_by(keys)
        .agg(pl.first("median"), spread=_TO_DEVIATION * pl.median("distance"))
        .with_columns(spread=pl.max_horizontal("spread", floor))
        .sort(keys)
    )


def usual_hours(commits: pl.DataFrame) -> pl.DataFrame:
    """The shortest stretch of the day that holds 80 % of the commits: HOURS_SCHEMA.

    `first` and `last` are the hours it begins and ends at (`last` may be the smaller one: it goes
    past midnight then); rows as in `usual_values`.
    """
    keys = ["repository", "author_id"]
    made = commits.select(*keys, hour=pl.col("hour").floor().cast(pl.Int64))
    groups = [made.with_columns(author_id=pl.lit(None, pl.String)), _of_regulars(made, keys)]
    counted = (
        pl.concat(groups)
        .group_by(keys)
        .agg((pl.col("hour") == hour).sum().alias(f"{hour}") for hour in range(_DAY))
        .sort(keys)
    )
    counts = counted.drop(keys).to_numpy().astype(np.int64)
    around = np.concatenate((np.zeros((len(counts), 1), np.int64), counts, counts), axis=1)
    sums = around.cumsum(axis=1)
    held = np.stack(
        [sums[:, length : length + _DAY] - sums[:, :_DAY] for length in range(1, _DAY + 1)]
    )
    enough = held.max(axis=2) >= USUAL_SHARE * counts.sum(axis=1)
    length = enough.argmax(axis=0)
    first = held[length, np.arange(len(counts))].argmax(axis=1)
    last = (first + length + 1) % _DAY
    return counted.select(keys).with_columns(
        first=pl.Series(first, dtype=pl.Int64), last=pl.Series(last, dtype=pl.Int64)
    )


def _of_regulars(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    return rows.filter(pl.len().over(keys) >= FEWEST_COMMITS)


def _is_in_bits(feature: pl.Expr) -> pl.Expr:
    return feature.str.ends_with("_surprise")
