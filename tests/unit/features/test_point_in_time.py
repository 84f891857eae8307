"""A point-in-time join knows what was known at the moment, and nothing later."""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.features.point_in_time import as_of

START = datetime(2024, 5, 1, tzinfo=UTC)
TIME = pl.Datetime("us", "UTC")
FEATURES = pl.Schema(
    {"repository": pl.String, "path": pl.String, "window_end": TIME, "lines": pl.Float32}
)
ENTITIES = pl.Schema({"repository": pl.String, "path": pl.String, "time": TIME, "label": pl.Int64})

FeatureRow = tuple[str, str, datetime, float | None]
EntityRow = tuple[str, str, datetime, int]


def hour(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def features(*rows: FeatureRow) -> pl.DataFrame:
    return pl.DataFrame(rows, FEATURES, orient="row")


def entities(*rows: EntityRow) -> pl.DataFrame:
    return pl.DataFrame(rows, ENTITIES, orient="row")


KNOWN = features(
    ("shop", "a.py", hour(4), 40),
    ("shop", "a.py", hour(1), 10),
    ("shop", "b.py", hour(1), 11),
    ("bank", "a.py", hour(2), 20),
)


@pytest.mark.parametrize(
    ("entity", "lines"),
    [
        (("shop", "a.py", hour(0.9), 0), None),
        (("shop", "a.py", hour(1), 0), 10),
        (("shop", "a.py", hour(3.9), 0), 10),
        (("shop", "a.py", hour(9), 0), 40),
        (("shop", "b.py", hour(9), 0), 11),
        (("bank", "a.py", hour(9), 0), 20),
        (("bank", "b.py", hour(9), 0), None),
    ],
)
def test_the_newest_row_that_is_not_later_is_joined(entity: EntityRow, lines: int | None) -> None:
    (row,) = as_of(entities(entity), KNOWN, table="file_features").to_dicts()
    assert row["lines"] == lines
    assert (row["window_end"] is None) == (lines is None)


def test_rows_order_and_columns_of_the_entities_are_kept() -> None:
    """Unsorted, and with a row that stands there twice."""
    asked = entities(
        ("shop", "a.py", hour(9), 1),
        ("shop", "b.py", hour(0), 2),
        ("shop", "a.py", hour(2), 3),
        ("shop", "a.py", hour(9), 1),
    )
    joined = as_of(asked, KNOWN, table="file_features")
    assert_frame_equal(joined.select(asked.columns), asked)
    assert joined.columns == [*asked.columns, "window_end", "lines"]
    assert joined["lines"].to_list() == [40, None, 10, 40]


def test_of_rows_at_the_same_time_the_last_counts() -> None:
    twice = features(("shop", "a.py", hour(1), 1), ("shop", "a.py", hour(1), 2))
    joined = as_of(entities(("shop", "a.py", hour(1), 0)), twice, table="file_features")
    assert joined["lines"].to_list() == [2]


def test_a_row_without_a_time_gets_no_features() -> None:
    asked = entities(("shop", "a.py", hour(9), 0)).with_columns(time=pl.lit(None, TIME))
    assert as_of(asked, KNOWN, table="file_features")["lines"].to_list() == [None]


@pytest.mark.parametrize(
    "kind",
    [
        pl.Datetime("ms", "UTC"),
        pl.Datetime("us", "Asia/Kolkata"),
        pl.Datetime("ns", "America/New_York"),
    ],
    ids=str,
)
def test_times_are_compared_as_moments_and_kept_as_they_came(kind: pl.Datetime) -> None:
    asked = entities(("shop", "a.py", hour(4), 0), ("shop", "a.py", hour(3.9), 0))
    joined = as_of(asked.with_columns(pl.col("time").cast(kind)), KNOWN, table="file_features")
    assert joined["lines"].to_list() == [40, 10]
    assert joined.schema["time"] == kind


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-7)), ZoneInfo("Asia/Tokyo")])
def test_one_time_may_stand_for_all_entities(zone: timezone | ZoneInfo) -> None:
    asked = entities(("shop", "a.py", hour(0), 1), ("shop", "b.py", hour(0), 2)).drop("time")
    joined = as_of(asked, KNOWN, table="file_features", at=hour(4).astimezone(zone))
    assert joined["lines"].to_list() == [40, 11]
    assert joined["time"].to_list() == [hour(4), hour(4)]


def test_a_commit_is_known_by_its_sha_from_its_time_on() -> None:
    known = pl.DataFrame({"repository": "shop", "sha": ["1" * 40], "commit_time": [hour(1)]})
    asked = pl.DataFrame({"repository": "shop", "sha": "1" * 40, "time": [hour(0), hour(1)]})
    joined = as_of(asked, known.with_columns(files=2.0), table="commit_features")
    assert joined["files"].to_list() == [None, 2.0]


def test_empty_frames_are_joined_like_others() -> None:
    asked = entities(("shop", "a.py", hour(9), 0))
    assert as_of(asked, KNOWN.clear(), table="file_features")["lines"].to_list() == [None]
    nothing = as_of(asked.clear(), KNOWN, table="file_features")
    assert nothing.is_empty()
    assert nothing.schema == ENTITIES | {"window_end": TIME, "lines": pl.Float32}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            entities().with_columns(pl.col("time").dt.replace_time_zone(None)),
            '`time` has no time zone: say which it is in, with `pl.col("time").dt.',
        ),
        (entities().with_columns(pl.col("time").dt.date()), "`time` holds Date, not times"),
        (entities().drop("time"), "the entities lack the column time"),
        (entities().drop("repository", "path"), "the entities lack the column repository, path"),
        (entities().rename({"label": "lines"}), "rename lines"),
    ],
)
def test_a_frame_that_cannot_be_joined_is_refused(asked: pl.DataFrame, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        as_of(asked, KNOWN, table="file_features")


def test_naive_times_of_the_features_are_refused() -> None:
    naive = KNOWN.with_columns(pl.col("window_end").dt.replace_time_zone(None))
    with pytest.raises(UsageError, match="`window_end` has no time zone"):
        as_of(entities(), naive, table="file_features")


def test_a_time_for_all_is_neither_naive_nor_beside_others() -> None:
    with pytest.raises(UsageError, match=re.escape("`at.replace(tzinfo=datetime.UTC)`")):
        as_of(entities().drop("time"), KNOWN, table="file_features", at=datetime(2024, 5, 1))  # noqa: DTZ001 - refused
    with pytest.raises(UsageError, match="drop that column"):
        as_of(entities(), KNOWN, table="file_features", at=START)


def newest(known: list[FeatureRow], entity: EntityRow) -> tuple[datetime | None, float | None]:
    """What the definition says, row by row."""
    found: tuple[datetime | None, float | None] = (None, None)
    for repository, path, time, lines in known:
        is_of_it = (repository, path) == entity[:2] and time <= entity[2]
        if is_of_it and (found[0] is None or time >= found[0]):
            found = (time, lines)
    return found


_KEYS = (st.sampled_from(["shop", "bank"]), st.sampled_from(["a.py", "b.py"]))
_HOURS = st.integers(0, 4).map(hour)
_VALUES = st.one_of(st.none(), st.integers(0, 9).map(float))


@given(
    known=st.lists(st.tuples(*_KEYS, _HOURS, _VALUES), max_size=12),
    asked=st.lists(st.tuples(*_KEYS, _HOURS, st.integers(0, 9)), max_size=12),
)
def test_the_join_is_what_its_definition_says(
    known: list[FeatureRow], asked: list[EntityRow]
) -> None:
    joined = as_of(entities(*asked), features(*known), table="file_features")
    assert joined.select(ENTITIES.names()).rows() == asked
    assert joined.select("window_end", "lines").rows() == [newest(known, row) for row in asked]
