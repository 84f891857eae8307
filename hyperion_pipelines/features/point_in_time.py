"""Point-in-time joins: what the feature store knew of an entity at a moment, and nothing later.

Frames in, frames out: where the features come from, and which version of them, is the lake's
business.
"""

from datetime import datetime

import polars as pl

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.features.catalogue import ENTITY, EVENT_TIME

_TIME = pl.Datetime("us", "UTC")
_MOMENT, _ROW = "__moment", "__row"
_NAIVE = "has no time zone: say which it is in, with {remedy}, then join again"


def as_of(
    entities: pl.DataFrame, features: pl.DataFrame, *, table: str, at: datetime | None = None
) -> pl.DataFrame:
    """*entities* with, for each row, the newest row of *features* that is not later than its time.

    *entities* has `repository`, the key of *table* (`sha` or `path`), and `time`, unless *at* is
    the time of all: it is added as `time` then. *features* has the columns of *table*, of one
    version. Rows, their order and their columns stay as they are; the columns of *features* come
    after them, null where there is no such row. Of several rows of an entity at the same time the
    last in *features* counts. Raises UsageError where a column is missing or collides, or a time
    has no zone.
    """
    event_time = EVENT_TIME[table]
    keys = ["repository", ENTITY[table]]
    timed = entities if at is None else _at(entities, at)
    _check_columns(timed, features, keys, event_time)
    moments = timed.with_columns(_in_utc(timed, "time").alias(_MOMENT)).with_row_index(_ROW)
    known = features.with_columns(_in_utc(features, event_time).alias(_MOMENT))
    return (
        moments.sort(_MOMENT)
        .join_asof(
            known.drop_nulls(_MOMENT).sort(_MOMENT, maintain_order=True),
            on=_MOMENT,
            by=keys,
            check_sortedness=False,  # it cannot be checked within groups, and was done above
        )
        .sort(_ROW)
        .drop(_ROW, _MOMENT)
    )


def _at(entities: pl.DataFrame, at: datetime) -> pl.DataFrame:
    if "time" in entities.columns:
        raise UsageError("the entities have a `time` each: drop that column, or leave out `at`")
    if at.tzinfo is None:
        remedy = "`at.replace(tzinfo=datetime.UTC)`"
        raise UsageError(f"`at` {_NAIVE.format(remedy=remedy)}")
    return entities.with_columns(pl.lit(at).cast(_TIME).alias("time"))


def _check_columns(
    entities: pl.DataFrame, features: pl.DataFrame, keys: list[str], event_time: str
) -> None:
    """Raise UsageError, naming the columns, where one is missing or stands in both frames."""
    for role, frame, wanted in (
        ("entities", entities, [*keys, "time"]),
        ("features", features, [*keys, event_time]),
    ):
        if missing := [name for name in wanted if name not in frame.columns]:
            raise UsageError(f"the {role} lack the column {', '.join(missing)}")
    both = [name for name in entities.columns if name in features.columns and name not in keys]
    if both:
        raise UsageError(f"the entities have columns of the features: rename {', '.join(both)}")


def _in_utc(frame: pl.DataFrame, column: str) -> pl.Expr:
    """The times of *column* in UTC, to the microsecond. Raises UsageError where they are none."""
    kind = frame.schema[column]
    if not isinstance(kind, pl.Datetime):
        raise UsageError(f"`{column}` holds {kind}, not times: give it as Datetime with a zone")
    if kind.time_zone is None:
        remedy = f'`pl.col("{column}").dt.replace_time_zone("UTC")`'
        raise UsageError(f"`{column}` {_NAIVE.format(remedy=remedy)}")
    return pl.col(column).dt.convert_time_zone("UTC").cast(_TIME)
