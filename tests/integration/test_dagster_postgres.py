"""Dagster keeps its state as dagster.yaml says, on SQLite, and its variant on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

PROJECT = Path(__file__).parents[2]
SQLITE_CONFIGURATION = PROJECT / "dagster.yaml"
POSTGRES_CONFIGURATION = PROJECT / "resources" / "dagster.postgres.yaml"

repositories = dg.DynamicPartitionsDefinition(name="repository")


@dg.asset(partitions_def=repositories)
def commits(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    return dg.MaterializeResult(metadata={"dagster/row_count": len(context.partition_key)})


@pytest.fixture(
    params=[
        pytest.param(SQLITE_CONFIGURATION, id="sqlite"),
        pytest.param(POSTGRES_CONFIGURATION, id="postgres", marks=pytest.mark.service("postgres")),
    ]
)
def instance(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dg.DagsterInstance]:
    """An instance that is configured by the file itself, with storage of its own."""
    configuration: Path = request.param
    monkeypatch.setenv("HYPERION_DAGSTER_STORAGE", str(tmp_path / "dagster"))
    if configuration == POSTGRES_CONFIGURATION:
        url: str = request.getfixturevalue("postgres_database_url")
        monkeypatch.setenv("HYPERION_POSTGRES_URL", url.replace("://", "+psycopg2://", 1))
    with dg.DagsterInstance.from_config(str(configuration.parent), configuration.name) as instance:
        yield instance


def test_a_partition_and_its_materialization_outlive_the_run(
    instance: dg.DagsterInstance,
) -> None:
    instance.add_dynamic_partitions("repository", ["requests"])
    result = dg.materialize([commits], partition_key="requests", instance=instance)
    assert result.success

    record = instance.get_latest_materialization_event(commits.key)
    assert record is not None
    assert record.run_id == result.run_id
    materialization = record.asset_materialization
    assert materialization is not None
    assert materialization.partition == "requests"
    assert materialization.metadata["dagster/row_count"].value == len("requests")
    assert instance.get_dynamic_partitions("repository") == ["requests"]


def test_the_instance_reports_to_nobody_and_limits_its_runs(instance: dg.DagsterInstance) -> None:
    assert not instance.telemetry_enabled
    assert instance.run_monitoring_enabled
    run_queue = instance.get_concurrency_config().run_queue_config
    assert run_queue is not None
    assert run_queue.max_concurrent_runs == 2


def test_the_two_configurations_differ_in_storage_alone() -> None:
    sqlite, postgres = read(SQLITE_CONFIGURATION), read(POSTGRES_CONFIGURATION)
    assert sqlite.pop("storage").keys() == {"sqlite"}
    assert postgres.pop("storage").keys() == {"postgres"}
    assert sqlite == postgres


def read(configuration: Path) -> dict[str, Any]:
    return yaml.safe_load(configuration.read_text())
