"""What the sidecar serves is appended to the lake, and thinned out by age."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stores.lake import DeltaLake, SchemaError

TABLE = "served_predictions"
NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> DeltaLake:
    return DeltaLake(tmp_path / "lake")


def rows(repository: str, *entities: str, days_ago: int = 0) -> pl.DataFrame:
    made = [
        {"repository": repository, "entity": entity, "served_at": NOW - timedelta(days=days_ago)}
        for entity in entities
    ]
    return pl.DataFrame(made, schema=TABLES[TABLE])


def entities(lake: DeltaLake, repository: str | None = None) -> Sequence[str]:
    return sorted(lake.read(TABLE, repository)["entity"])


def test_appended_rows_are_added_to_those_of_their_repositories(lake: DeltaLake) -> None:
    both = pl.concat([rows("shop", "b"), rows("other", "c")])
    lake.append(TABLE, rows("shop", "a"))
    version = lake.append(TABLE, both)
    assert version == lake.version(TABLE)
    assert entities(lake, "shop") == ["a", "b"]
    assert entities(lake, "other") == ["c"]
    assert lake.read(TABLE).schema == TABLES[TABLE]


def test_a_wrong_frame_is_not_appended(lake: DeltaLake) -> None:
    with pytest.raises(SchemaError, match="entity is missing"):
        lake.append(TABLE, rows("shop", "a").drop("entity"))
    assert lake.version(TABLE) is None


def test_appending_side_by_side_loses_nothing(lake: DeltaLake) -> None:
    names = [str(number) for number in range(12)]
    lake.append(TABLE, rows("shop", "first"))

    def append(name: str) -> int:
        return lake.append(TABLE, rows("shop", name))

    with ThreadPoolExecutor(4) as threads:
        versions = list(threads.map(append, names))
    assert len(set(versions)) == len(names)
    assert entities(lake) == sorted(["first", *names])


def test_what_is_older_is_forgotten_and_the_rest_joined(lake: DeltaLake) -> None:
    for number in range(5):
        lake.append(TABLE, rows("shop", f"old-{number}", days_ago=91))
        lake.append(TABLE, rows("shop", f"new-{number}", days_ago=89))
    kept = lake.read(TABLE, where=pl.col("entity").str.starts_with("new")).sort("entity")
    assert lake.forget(TABLE, "served_at", NOW - timedelta(days=90)) == 5
    assert_frame_equal(lake.read(TABLE).sort("entity"), kept)
    assert lake.vacuum(0) > 0
    assert len(list(lake.root.glob(f"{TABLE}/repository=shop/*.parquet"))) == 1
    assert lake.forget(TABLE, "served_at", NOW - timedelta(days=90)) == 0


def test_a_table_that_was_never_written_has_nothing_to_forget(lake: DeltaLake) -> None:
    assert lake.forget(TABLE, "served_at", NOW) == 0
