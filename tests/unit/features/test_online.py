"""Whoever asks for features gets the newest ones that are published, wherever they come from."""

import shutil
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hyperion_pipelines.features import catalogue
from hyperion_pipelines.features.online import OnlineFeatures
from hyperion_pipelines.features.vector_layout import VectorLayout
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stores.cache import Cache
from hyperion_pipelines.stores.lake import DeltaLake
from hyperion_pipelines.stores.memory_cache import MemoryCache
from hyperion_pipelines.stores.publications import Publication, Publications
from hyperion_pipelines.stores.redis_cache import RedisCache
from tests.redis_process import RedisProcess, running_redis

COMMITS, FILES = "commit_features", "file_features"
START = datetime(2024, 1, 31, 12, 30, 0, 123456, tzinfo=UTC)
COOL_DOWN_SECONDS = 0.2

needs_redis = pytest.mark.service("redis")


@pytest.fixture(params=["memory", pytest.param("redis", marks=needs_redis)])
def cache(request: pytest.FixtureRequest) -> Iterator[Cache]:
    """A cache of either form, without anything of this test."""
    if request.param == "memory":
        opened: Cache = MemoryCache(max_bytes=10_000_000)
    else:
        opened = RedisCache(request.getfixturevalue("redis_url"))
    with closing(opened):
        yield opened


@pytest.fixture
def server(redis_url: str, tmp_path: Path) -> Iterator[RedisProcess]:
    """A Redis of the test's own."""
    with running_redis(tmp_path) as process:
        yield process


@pytest.fixture
def online(cache: Cache, tmp_path: Path) -> OnlineFeatures:
    lake, publications = DeltaLake(tmp_path / "lake"), Publications(tmp_path / "published")
    return OnlineFeatures(cache, lake, publications)


def rows(table: str, entities: Sequence[str], first_value: float = 0.0) -> pl.DataFrame:
    """A row of each of *entities*, a day apart, every number in it different; null where allowed.

    An entity that is named again has a later row.
    """
    values = first_value + pl.int_range(len(entities)) * 100
    return pl.DataFrame({"entity": entities}).select(
        pl.lit("shop").alias("repository"),
        pl.col("entity").alias(catalogue.ENTITY[table]),
        (pl.lit(START) + pl.int_range(len(entities)) * timedelta(days=1)).alias(
            catalogue.EVENT_TIME[table]
        ),
        *(
            pl.when(pl.int_range(pl.len()) % 3 > 0 if feature.default is None else True)
            .then((values + place) % 2 > 0 if feature.is_flag else values + place)
            .cast(feature.dtype)
            .alias(feature.name)
            for place, feature in enumerate(catalogue.columns(table))
        ),
    )


def record(online: OnlineFeatures, table: str) -> None:
    """Record *table* as made anew, of inputs that no other test has: the server is shared."""
    publication = Publication.now(
        data_version=str(uuid.uuid4()), code_version="", head_sha="a" * 40, rows=0
    )
    online.publications.record(table, "shop", publication)


def put_in_lake(online: OnlineFeatures, table: str, frame: pl.DataFrame) -> None:
    """Write *frame* and record it, as the pipeline does."""
    online.publications.withdraw(table, "shop")
    online.lake.write(table, "shop", frame)
    record(online, table)


def forget_lake(online: OnlineFeatures) -> None:
    """From here on, what is read can come from the cache alone."""
    assert isinstance(online.lake, DeltaLake)
    shutil.rmtree(online.lake.root)


@pytest.mark.parametrize("table", [COMMITS, FILES])
def test_a_miss_is_read_from_the_lake_and_cached(online: OnlineFeatures, table: str) -> None:
    frame = rows(table, ["a", "b", "c", "d"])
    put_in_lake(online, table, frame)
    for _ in range(2):
        read = online.read(table, "shop", ["d", "a", "b"])
        assert_frame_equal(read, frame[[3, 0, 1]])
        assert read.schema == TABLES[table]
    forget_lake(online)
    assert_frame_equal(online.read(table, "shop", ["b", "d"]), frame[[1, 3]])


@pytest.mark.parametrize("table", [COMMITS, FILES])
def test_what_is_published_is_cached(online: OnlineFeatures, table: str) -> None:
    frame = rows(table, ["a", "b", "c"])
    record(online, table)
    assert online.publish(table, "shop", frame.drop("repository")) == 3
    assert_frame_equal(online.read(table, "shop", ["c", "b"]), frame[[2, 1]])


@pytest.mark.parametrize("from_lake", [True, False])
def test_a_file_has_the_row_of_its_newest_window(
    online: OnlineFeatures, *, from_lake: bool
) -> None:
    frame = rows(FILES, ["a", "b", "a", "b", "a", "gone"])
    shuffled = frame.sample(fraction=1, shuffle=True, seed=1)
    if from_lake:
        put_in_lake(online, FILES, shuffled)
    else:
        record(online, FILES)
        assert online.publish(FILES, "shop", shuffled) == 3
    assert_frame_equal(online.read(FILES, "shop", ["b", "gone", "a"]), frame[[3, 5, 4]])


def test_an_entity_has_one_row_and_an_unknown_one_none(online: OnlineFeatures) -> None:
    frame = rows(COMMITS, ["a", "b"])
    put_in_lake(online, COMMITS, frame)
    for _ in range(2):
        read = online.read(COMMITS, "shop", ["b", "merge", "b", "a", "merge"])
        assert_frame_equal(read, frame[[1, 0]])
    assert online.read(COMMITS, "shop", []).equals(TABLES[COMMITS].to_frame())


def test_what_is_not_in_the_table_is_looked_for_once(online: OnlineFeatures) -> None:
    put_in_lake(online, COMMITS, rows(COMMITS, ["a"]))
    for _ in range(3):
        assert online.read(COMMITS, "shop", ["merge"]).is_empty()
    assert (online.cache.counts.misses, online.cache.counts.hits) == (1, 2)


def test_only_what_misses_is_read_from_the_lake(online: OnlineFeatures) -> None:
    """The cache's row differs from the lake's here, to tell where each comes from."""
    put_in_lake(online, COMMITS, rows(COMMITS, ["a", "b"]))
    cached = rows(COMMITS, ["a"], first_value=7.0)
    online.publish(COMMITS, "shop", cached)
    expected = pl.concat([rows(COMMITS, ["a", "b"])[1:], cached])
    assert_frame_equal(online.read(COMMITS, "shop", ["b", "a"]), expected)


def test_before_anything_is_published_there_are_no_rows(online: OnlineFeatures) -> None:
    assert online.read(COMMITS, "shop", ["a"]).equals(TABLES[COMMITS].to_frame())
    assert online.publish(COMMITS, "shop", rows(COMMITS, ["a"])) == 0


def test_a_repository_sees_its_own_rows_alone(online: OnlineFeatures) -> None:
    put_in_lake(online, COMMITS, rows(COMMITS, ["a"]))
    online.publish(COMMITS, "shop", rows(COMMITS, ["a"]))
    assert online.read(COMMITS, "shop-2", ["a"]).is_empty()


def test_new_rows_are_served_the_moment_they_are_published(online: OnlineFeatures) -> None:
    """With and without `publish`, which makes no more than the first answer faster."""
    for version in range(4):
        frame = rows(COMMITS, ["a", "b"], first_value=1000.0 * version)
        put_in_lake(online, COMMITS, frame)
        if version % 2:
            online.publish(COMMITS, "shop", frame)
        assert_frame_equal(online.read(COMMITS, "shop", ["a", "b"]), frame)


def test_while_a_table_is_replaced_the_lake_answers_and_nothing_is_cached(
    online: OnlineFeatures,
) -> None:
    old, new = (rows(COMMITS, ["a"], first_value=value) for value in (0.0, 1000.0))
    put_in_lake(online, COMMITS, old)
    online.publications.withdraw(COMMITS, "shop")
    assert_frame_equal(online.read(COMMITS, "shop", ["a"]), old)
    online.lake.write(COMMITS, "shop", new)
    assert_frame_equal(online.read(COMMITS, "shop", ["a"]), new)
    assert sum(online.cache.counts) == 0


def test_vectors_of_another_catalogue_are_not_served(
    online: OnlineFeatures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the same length here, so that nothing but the key could tell them apart."""
    frame = rows(COMMITS, ["a", "b", "c"])
    put_in_lake(online, COMMITS, frame)
    online.publish(COMMITS, "shop", frame)
    turned_round = catalogue.FEATURES[COMMITS][::-1]
    monkeypatch.setitem(catalogue.FEATURES, COMMITS, turned_round)
    read = online.read(COMMITS, "shop", ["a", "b", "c"])
    assert read.columns[3:] == [feature.name for feature in turned_round]
    assert_frame_equal(read, frame, check_column_order=False)


def test_a_vector_is_gone_when_its_time_is_up(online: OnlineFeatures) -> None:
    brief = replace(online, ttl_seconds=0.4)
    record(brief, COMMITS)
    brief.publish(COMMITS, "shop", rows(COMMITS, ["a"]))
    assert brief.read(COMMITS, "shop", ["a"]).height == 1
    time.sleep(0.5)
    assert brief.read(COMMITS, "shop", ["a"]).is_empty()


@needs_redis
def test_a_server_that_is_killed_leaves_answers_whole(server: RedisProcess, tmp_path: Path) -> None:
    """It is used again when it is back."""
    with closing(RedisCache(server.url, cool_down_seconds=COOL_DOWN_SECONDS)) as cache:
        online = OnlineFeatures(cache, DeltaLake(tmp_path / "lake"), Publications(tmp_path))
        frame = rows(COMMITS, ["a", "b"])
        put_in_lake(online, COMMITS, frame)

        def assert_answers() -> None:
            assert_frame_equal(online.read(COMMITS, "shop", ["b", "none", "a"]), frame[[1, 0]])

        assert_answers()
        server.kill()
        for _ in range(5):
            assert_answers()
        assert cache.counts.errors >= 1
        server.start()
        time.sleep(COOL_DOWN_SECONDS)
        assert_answers()
        forget_lake(online)
        assert_answers()


def test_threads_see_every_publication_whole_and_none_that_is_past(online: OnlineFeatures) -> None:
    newest, last = 0, 8
    put_in_lake(online, COMMITS, rows(COMMITS, ["a", "b"]))
    seen: list[set[float]] = [set() for _ in range(4)]
    wrong: list[str] = []
    deadline = time.monotonic() + 60

    def read_until_last(mine: set[float]) -> None:
        while last * 1000.0 not in mine and not wrong and time.monotonic() < deadline:
            at_least = newest
            version = online.read(COMMITS, "shop", ["a", "b"])[0, "cyclomatic_max"]
            mine.add(version)
            if version < at_least * 1000.0:
                wrong.append(f"{version} after {at_least} was published")

    threads = [threading.Thread(target=read_until_last, args=(mine,)) for mine in seen]
    for thread in threads:
        thread.start()
    for number in range(1, last + 1):
        frame = rows(COMMITS, ["a", "b"], first_value=1000.0 * number)
        online.lake.write(COMMITS, "shop", frame)
        record(online, COMMITS)
        newest = number
        online.publish(COMMITS, "shop", frame)
    for thread in threads:
        thread.join()
    assert wrong == []
    assert all(last * 1000.0 in mine for mine in seen)


@given(data=st.data(), table=st.sampled_from([COMMITS, FILES]))
def test_a_row_survives_its_bytes(data: st.DataObject, table: str) -> None:
    """Nulls, flags, infinities, negative zero and times before 1970 included."""
    schema = {name: dtype for name, dtype in TABLES[table].items() if name != "repository"}
    flag = st.none() | st.booleans()
    number = st.none() | st.floats(width=32, allow_nan=False)
    earliest = datetime(1900, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
    time = st.datetimes(timezones=st.just(UTC), min_value=earliest)
    entity, moment, *features = schema
    row = st.fixed_dictionaries(
        {entity: st.text(), moment: time}
        | {name: flag if schema[name] == pl.Boolean else number for name in features}
    )
    given_rows = data.draw(st.lists(row, max_size=3, unique_by=lambda row: row[entity]))
    frame = pl.DataFrame(given_rows, schema=schema)
    layout = VectorLayout(table)
    vectors = layout.pack(frame)
    assert_frame_equal(layout.unpack(vectors), frame, check_exact=True)
    assert {len(vector) for vector in vectors.values()} <= {8 + 4 * len(features)}
