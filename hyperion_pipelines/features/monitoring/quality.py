"""Metrics of the feature store itself, as numbers to plot: size, freshness, gaps, skew.

They say whether the store may be relied on, whatever the features mean; whether single values are
sound is the business of checks, whether distributions have moved that of `drift`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import polars as pl

from hyperion_pipelines.errors import FailedCheckError
from hyperion_pipelines.features.catalogue import ENTITY, EVENT_TIME, FEATURES, columns

_DAY = timedelta(days=1)
# The commits that a table speaks of: merges change nothing, and files are those of HEAD's history.
_COVERED = {
    "commit_features": [~pl.col("is_merge")],
    "file_features": [~pl.col("is_merge"), pl.col("is_on_head")],
}


def quality(
    table: str, frame: pl.DataFrame, commits: pl.DataFrame, *, now: datetime
) -> Mapping[str, int | float]:
    """Numbers that describe *frame*, the feature table of a repository, whose *commits* are given.

    `rows` and `entities` (distinct commits or files). `behind_days`: how much older the newest row
    is than the newest commit that it should cover; anything but 0 is a fault. `age_days`: how long
    the newest row lies before *now*, long in a quiet repository. `null_rate`: share of nulls among
    the cells that may be null. `default_rate`: mean share of rows at a feature's default.
    `constant_features`: features with one value throughout. Of an empty table, whatever needs a row
    is left out. Raises FailedCheckError where rows have no commits to come from.
    """
    counts = {"rows": frame.height, "entities": frame[ENTITY[table]].n_unique()}
    if frame.is_empty():
        return counts
    newest_row = _newest(frame[EVENT_TIME[table]])
    newest_commit = _newest(commits.filter(*_COVERED[table])["commit_time"])
    nullable = [feature.name for feature in columns(table) if feature.default is None]
    shares = defaults(table, frame)
    return {
        **counts,
        "behind_days": max(0.0, (newest_commit - newest_row) / _DAY),
        "age_days": (now - newest_row) / _DAY,
        "null_rate": frame.select(pl.mean_horizontal(pl.col(nullable).is_null().mean())).item(),
        "default_rate": shares.select(pl.mean("default_share")).item(),
        "constant_features": shares.select(pl.sum("is_constant")).item(),
    }


def defaults(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """How little each feature says: `feature`, `default_share`, `is_constant`; the least first.

    Features without a default, which are null instead, are left out: `null_rate` counts them.
    """
    rows = [
        (
            feature.name,
            (frame[feature.name] == feature.default).mean(),
            frame[feature.name].n_unique() == 1,
        )
        for feature in FEATURES[table]
        if feature.default is not None
    ]
    schema = {"feature": pl.String, "default_share": pl.Float64, "is_constant": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row").sort(
        "default_share", "feature", descending=[True, False]
    )


def skew(table: str, online: pl.DataFrame, offline: pl.DataFrame) -> Mapping[str, int | float]:
    """How far what is served *online* differs from the *offline* rows of the same entities.

    Both have the entity's column and the table's features, a row per entity; *offline* says which
    entities should be served. `entities`: how many these are. `missing_rate`: share of them that
    are not. `skew`: share of the cells that differ, all those of a missing entity included. Float32
    is served as it is kept, so that equal means equal; null equals null.
    """
    names = [feature.name for feature in FEATURES[table]]
    served = online.select(ENTITY[table], *names, is_served=pl.lit(value=True))
    cells = offline.join(served, on=ENTITY[table], how="left", suffix="_online")
    is_missing = pl.col("is_served").is_null()
    differ = [is_missing | pl.col(name).ne_missing(pl.col(f"{name}_online")) for name in names]
    rates = cells.select(
        missing_rate=is_missing.mean().fill_null(0.0),
        skew=pl.mean_horizontal(differ).mean().fill_null(0.0),
    )
    return {"entities": offline.height, **rates.row(0, named=True)}


def _newest(times: pl.Series) -> datetime:
    newest = times.max()
    if not isinstance(newest, datetime):
        raise FailedCheckError(f"there is no row of which the newest {times.name} could be told")
    return newest
