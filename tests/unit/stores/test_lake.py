"""The lake keeps every repository's rows apart, whole, and as they were."""

import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake
from polars.testing import assert_frame_equal

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.schemas import BLOB_METRICS, TABLES
from hyperion_pipelines.stores.lake import CHECKPOINT_INTERVAL, DeltaLake, Lineage, SchemaError

SCHEMA = {name: dtype for name, dtype in TABLES["refs"].items() if name != "repository"}
NAMES = {"name": pl.String, "repository": pl.String}
WRITERS, OVERWRITES = 4, 10


@pytest.fixture
def lake(tmp_path: Path) -> DeltaLake:
    return DeltaLake(tmp_path / "lake")


def refs(*names: str) -> pl.DataFrame:
    """Rows of the table `refs`; columns other than the names do not matter here."""
    return pl.DataFrame({"name": names}).select(
        (pl.col(name) if name == "name" else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in SCHEMA.items()
    )


def names(frame: pl.DataFrame) -> list[tuple[str, str]]:
    return sorted(frame.select("repository", "name").iter_rows())


def files_of(lake: DeltaLake, repository: str) -> int:
    return len(list(lake.root.glob(f"*/repository={repository}/*.parquet")))


def overwrite_often(root: Path, repository: str, start: float) -> None:
    while time.time() < start:  # all begin together, while there is no table yet
        pass
    for number in range(OVERWRITES):
        DeltaLake(root).write("refs", repository, refs(f"{repository}-{number}"))


def test_what_was_written_is_read(lake: DeltaLake) -> None:
    lake.write("refs", "shop", refs("main", "v1"))
    assert names(lake.read("refs", "shop")) == [("shop", "main"), ("shop", "v1")]
    assert lake.read("refs").schema == TABLES["refs"]


def test_columns_are_read_by_name_in_the_order_asked_for(lake: DeltaLake) -> None:
    assert_frame_equal(
        lake.read("refs", columns=["name", "repository"]), pl.DataFrame(schema=NAMES)
    )
    lake.write("refs", "shop", refs("main", "v1"))
    lake.write("refs", "other", refs("next"))
    read = lake.read("refs", "shop", columns=["name", "repository"])
    assert_frame_equal(
        read, pl.DataFrame({"name": ["main", "v1"], "repository": ["shop"] * 2}, schema=NAMES)
    )


def test_rows_are_read_by_what_holds_of_them(lake: DeltaLake) -> None:
    """Of any column, those that are not asked for too."""
    of_main = pl.col("name") == "main"
    assert_frame_equal(lake.read("refs", where=of_main), TABLES["refs"].to_frame())
    for repository in ("shop", "other"):
        lake.write("refs", repository, refs("main", "v1"))
    assert names(lake.read("refs", where=of_main)) == [("other", "main"), ("shop", "main")]
    assert lake.read("refs", "shop", columns=["repository"], where=of_main).rows() == [("shop",)]


def test_a_write_tells_the_version_that_holds_its_rows(lake: DeltaLake) -> None:
    for names in (["main"], ["main", "v1"], ["main"], []):
        version = lake.write("refs", "shop", refs(*names))
        assert version == lake.version("refs")
        assert lake.read("refs", "shop", as_of=version)["name"].to_list() == names


def test_rows_that_are_there_already_make_no_new_version(lake: DeltaLake) -> None:
    first = lake.write("refs", "shop", refs("main", "v1"))
    lake.write("refs", "other", refs("main"))
    version, files = lake.version("refs"), files_of(lake, "shop")
    assert lake.write("refs", "shop", refs("main", "v1")) == version != first
    assert files_of(lake, "shop") == files


@pytest.mark.parametrize("changed", [("main", "v2"), ("v1", "main"), ("main", "v1", "v1")])
def test_rows_that_differ_in_any_way_replace_those_that_are_there(
    lake: DeltaLake, changed: tuple[str, ...]
) -> None:
    version = lake.write("refs", "shop", refs("main", "v1"))
    assert lake.write("refs", "shop", refs(*changed)) > version
    assert lake.read("refs", "shop")["name"].to_list() == list(changed)


def test_values_that_become_null_are_a_change(lake: DeltaLake) -> None:
    lake.write("refs", "shop", refs("main").with_columns(age_days=pl.lit(float("nan"))))
    lake.write("refs", "shop", refs("main"))
    assert lake.read("refs", "shop")["age_days"].to_list() == [None]


def test_a_long_history_is_opened_from_its_last_checkpoint(lake: DeltaLake) -> None:
    """Whoever opens a table reads the log after that alone, however many versions there are."""
    writes = 2 * CHECKPOINT_INTERVAL + 5
    for number in range(writes):
        lake.write("refs", "shop", refs(str(number)))
    checkpoint = json.loads((lake.root / "refs/_delta_log/_last_checkpoint").read_text())
    assert 0 <= writes - checkpoint["version"] < CHECKPOINT_INTERVAL


def test_a_table_that_was_never_written_is_empty(lake: DeltaLake) -> None:
    assert_frame_equal(lake.read("refs"), TABLES["refs"].to_frame())
    assert lake.version("refs") is None


def test_an_unknown_table_names_those_there_are(lake: DeltaLake) -> None:
    with pytest.raises(UsageError, match="no table named 'commit'; there are: commits, changes"):
        lake.read("commit")


def test_an_overwrite_leaves_the_other_repositories_alone(lake: DeltaLake) -> None:
    for repository in ("shop", "shop-2", "other"):
        lake.write("refs", repository, refs("main", "old"))
    lake.write("refs", "shop", refs("new"))
    others = [(slug, name) for slug in ("other", "shop-2") for name in ("main", "old")]
    assert names(lake.read("refs")) == sorted([("shop", "new"), *others])
    lake.write("refs", "shop", refs())
    assert names(lake.read("refs")) == sorted(others)


@pytest.mark.parametrize(
    ("spoiled", "complaint"),
    [
        (refs("main").drop("sha"), "sha is missing"),
        (refs("main").with_columns(note=pl.lit("?")), "note is unknown"),
        (refs("main").with_columns(pl.col("ahead").cast(pl.Int64)), "ahead is Int64, not"),
        (
            refs("main").drop("kind").with_columns(pl.col("sha").cast(pl.Binary)),
            "kind is missing; sha is Binary",
        ),
    ],
)
def test_a_frame_of_another_schema_is_refused_and_nothing_is_written(
    lake: DeltaLake, spoiled: pl.DataFrame, complaint: str
) -> None:
    with pytest.raises(SchemaError, match=f"refs: nothing was written: {complaint}"):
        lake.write("refs", "shop", spoiled)
    assert not lake.root.exists()
    lake.write("refs", "shop", refs("main"))
    version = lake.version("refs")
    with pytest.raises(SchemaError, match=complaint):
        lake.write("refs", "shop", spoiled)
    assert lake.version("refs") == version


def test_unsigned_and_nested_types_survive(lake: DeltaLake) -> None:
    """Delta has no unsigned integers; the largest of each must come back all the same."""
    smells = [[{"kind": "long", "line": 2**32 - 1, "detail": "x"}], []]
    written = pl.DataFrame(
        {
            name: smells
            if name == "smells"
            else [2**32 - 1, None]
            if dtype == pl.UInt32
            else [2**63 - 1, 0]
            if dtype == pl.UInt64
            else [None, None]
            for name, dtype in BLOB_METRICS.items()
            if name != "repository"
        },
        schema={name: dtype for name, dtype in BLOB_METRICS.items() if name != "repository"},
    )
    lake.write("blob_metrics", "shop", written)
    read = lake.read("blob_metrics", "shop")
    assert read.schema == BLOB_METRICS
    assert_frame_equal(read.drop("repository"), written, check_row_order=False)


def test_times_keep_their_microseconds_and_zone(lake: DeltaLake) -> None:
    when = datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)
    lake.write("refs", "shop", refs("main").with_columns(commit_time=pl.lit(when)))
    assert lake.read("refs")["commit_time"].to_list() == [when]


def test_older_states_are_read_by_version_and_by_time(lake: DeltaLake) -> None:
    versions: list[int | None] = []
    times: list[datetime] = []
    for name in ("first", "second"):
        lake.write("refs", "shop", refs(name))
        versions.append(lake.version("refs"))
        time.sleep(0.01)
        times.append(datetime.now(UTC))
        time.sleep(0.01)
    for name, version, when in zip(("first", "second"), versions, times, strict=True):
        assert lake.read("refs", "shop", as_of=version)["name"].to_list() == [name]
        assert lake.read("refs", "shop", as_of=when)["name"].to_list() == [name]
    assert lake.read("refs", as_of=times[0] - timedelta(days=1)).is_empty()


def test_a_time_is_looked_up_among_those_of_the_log_whenever_its_files_were_copied(
    lake: DeltaLake,
) -> None:
    for name in ("first", "second"):
        lake.write("refs", "shop", refs(name))
        time.sleep(0.01)
    for file in (lake.root / "refs" / "_delta_log").iterdir():
        os.utime(file)
    second, first, _ = lake.versions("refs")
    assert names(lake.read("refs", as_of=first.written_at)) == [("shop", "first")]
    assert names(lake.read("refs", as_of=second.written_at)) == [("shop", "second")]


def test_a_time_whose_version_the_log_forgot_is_refused(lake: DeltaLake) -> None:
    for number in range(CHECKPOINT_INTERVAL + 2):
        lake.write("refs", "shop", refs(str(number)))
    for file in sorted((lake.root / "refs" / "_delta_log").glob("*.json"))[:CHECKPOINT_INTERVAL]:
        file.unlink()
    oldest = lake.versions("refs")[-1]
    assert lake.read("refs", as_of=oldest.written_at).height == 1
    with pytest.raises(UsageError, match="is forgotten: its versions go back to"):
        lake.read("refs", as_of=oldest.written_at - timedelta(seconds=1))


@pytest.mark.parametrize("version", [-1, 99])
def test_a_version_that_there_is_not_is_refused(lake: DeltaLake, version: int) -> None:
    lake.write("refs", "shop", refs("main"))
    with pytest.raises(UsageError, match=f"refs has no version {version}: they are 0 to 1"):
        lake.read("refs", as_of=version)


def test_an_added_column_is_null_in_older_versions(lake: DeltaLake) -> None:
    """The table as a release wrote it whose schema had no `age_days` yet."""
    older = refs("old").drop("age_days").with_columns(repository=pl.lit("shop"))
    stored = older.with_columns(pl.col("ahead", "behind").cast(pl.Int64))
    write_deltalake(lake.root / "refs", stored, partition_by=["repository"])
    assert lake.read("refs")["age_days"].to_list() == [None]
    lake.write("refs", "other", refs("new").with_columns(age_days=pl.lit(1.5)))
    rows = lake.read("refs").select("repository", "age_days").sort("repository").rows()
    assert rows == [("other", 1.5), ("shop", None)]
    assert lake.read("refs", as_of=0)["age_days"].to_list() == [None]


def test_remove_deletes_rows_and_files_of_one_repository(lake: DeltaLake) -> None:
    for repository in ("shop", "other"):
        lake.write("refs", repository, refs("main"))
    lake.remove("shop")
    assert names(lake.read("refs")) == [("other", "main")]
    assert (files_of(lake, "shop"), files_of(lake, "other")) == (0, 1)
    lake.write("refs", "shop", refs("again"))
    assert names(lake.read("refs", "shop")) == [("shop", "again")]


def test_removing_an_unknown_repository_changes_nothing(lake: DeltaLake) -> None:
    lake.remove("nobody")
    lake.write("refs", "shop", refs("main"))
    lake.remove("nobody")
    assert names(lake.read("refs")) == [("shop", "main")]


def test_vacuum_deletes_replaced_files_once_they_are_old_enough(lake: DeltaLake) -> None:
    for name in ("first", "second", "third"):
        lake.write("refs", "shop", refs(name))
    assert (lake.vacuum(30), files_of(lake, "shop")) == (0, 3)
    assert (lake.vacuum(0), files_of(lake, "shop")) == (2, 1)
    assert names(lake.read("refs")) == [("shop", "third")]


def test_every_version_says_which_repository_it_replaced(lake: DeltaLake) -> None:
    lake.write("refs", "shop", refs("main"))
    assert DeltaTable(lake.root / "refs").history(1)[0]["repository"] == "shop"


def test_a_version_says_what_its_rows_were_made_from(lake: DeltaLake) -> None:
    lineage = Lineage("f" * 40, "data", "code", {"commits": 3, "changes": 4})
    lake.write("refs", "ours", refs("main"), lineage=lineage)
    lake.write("refs", "theirs", refs("main"))
    newest, before, made = lake.versions("refs")
    assert (newest.number, newest.repository, newest.lineage) == (2, "theirs", None)
    assert (before.number, before.repository, before.lineage) == (1, "ours", lineage)
    assert (made.number, made.repository) == (0, None)
    assert newest.written_at >= before.written_at
    assert lake.read("refs", "ours", as_of=before.written_at).height == 1


def test_a_table_that_was_never_written_has_no_versions(lake: DeltaLake) -> None:
    assert lake.versions("refs") == []


def test_writers_side_by_side_lose_nothing(lake: DeltaLake) -> None:
    """Four processes begin at once, without a table, and each replaces its rows ten times."""
    repositories = [f"repository-{number}" for number in range(WRITERS)]
    with ProcessPoolExecutor(WRITERS, mp_context=get_context("spawn")) as pool:
        list(pool.map(time.sleep, [0.2] * WRITERS))  # every process is up
        start = time.time() + 0.2
        writes = [pool.submit(overwrite_often, lake.root, slug, start) for slug in repositories]
        for write in writes:
            write.result()
    last = OVERWRITES - 1
    assert names(lake.read("refs")) == [(slug, f"{slug}-{last}") for slug in repositories]
