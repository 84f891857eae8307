"""A new version records all that is known of it, on a database in the home and on a server."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import polars as pl
import pytest
from mlflow import MlflowClient
from polars.testing import assert_frame_equal

from hyperion_pipelines.learning.registry.pyfunc import to_pandas
from hyperion_pipelines.learning.registry.registry import ModelRegistry
from hyperion_pipelines.learning.registry.tracking import speaking_to, tracking_to
from tests.unit.learning.registry.tiny_model import (
    COMMITS,
    LOSES,
    TinyModel,
    candidate,
    champion_number,
)


def test_the_run_records_what_the_training_found(
    registry: ModelRegistry, name: str, client: MlflowClient, tmp_path: Path
) -> None:
    made = registry.register(candidate(name), {"dagster_run_id": "d1"})
    run = client.get_run(made.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.params == {"weight": "2.0", "kind": "tiny", "hyperion_model": name}
    assert run.data.metrics == {"average_precision": 0.5, "average_precision_low": 0.4}
    assert run.data.tags["dagster_run_id"] == "d1"
    experiment = client.get_experiment(run.info.experiment_id)
    assert experiment.name == f"hyperion-{name}"
    with speaking_to(registry.uri), tracking_to(registry.uri):
        import mlflow.artifacts

        mlflow.artifacts.download_artifacts(run_id=made.run_id, dst_path=str(tmp_path))
    assert (tmp_path / "figures" / "roc.png").read_bytes() == b"\x89PNG"
    table = json.loads((tmp_path / "tables" / "windows.json").read_text())
    assert table == {"columns": ["window", "auc"], "data": [[1, 0.6], [2, None]]}


def test_a_version_says_what_it_was_made_from_and_with(registry: ModelRegistry, name: str) -> None:
    made = registry.register(candidate(name))
    (version,) = registry.versions(name)
    assert (version.version, version.run_id) == (1, made.run_id)
    assert version.tags["training_cut"] == "2026-01-01"
    assert json.loads(version.tags["features"]) == ["lines"]
    assert version.tags["python"] == ".".join(map(str, sys.version_info[:3]))
    assert f"polars=={pl.__version__}" in version.tags["packages"].split()
    assert version.tags["decision"] == "accepted"
    assert version.tags["decision_reason"] == made.decision.reason
    assert json.loads(version.tags["contest"])["challenger"] == 0.5
    assert version.tags["decided_at"] >= "2026"
    assert registry.record(version).parameters == {"weight": "2.0", "kind": "tiny"}


def test_mlflow_loads_the_model_and_gets_its_answers(
    registry: ModelRegistry, name: str, tmp_path: Path
) -> None:
    registry.register(candidate(name, weight=3.0))
    with speaking_to(registry.uri), tracking_to(registry.uri):
        import mlflow.artifacts
        import mlflow.pyfunc

        address = f"models:/hyperion-{name}@champion"
        loaded: Any = mlflow.pyfunc.load_model(address)
        answer = cast("pl.DataFrame", pl.from_pandas(loaded.predict(to_pandas(COMMITS))))
        mlflow.artifacts.download_artifacts(address, dst_path=str(tmp_path))
    expected = TinyModel(3.0).predict(COMMITS)
    assert_frame_equal(answer, expected, check_dtypes=False)
    assert answer["hour"].to_list() == [12, 0]
    assert loaded.metadata.signature.inputs.input_names() == COMMITS.columns
    kinds = {file.suffix for file in tmp_path.rglob("*") if file.is_file()}
    assert not kinds & {".pkl", ".pickle", ".cloudpickle", ".joblib"}


def test_the_first_champion_needs_to_beat_the_baseline(registry: ModelRegistry, name: str) -> None:
    refused = registry.register(candidate(name, LOSES))
    assert not refused.decision.accepted
    assert [each.aliases for each in registry.versions(name)] == [("challenger",)]
    registry.register(candidate(name))
    assert [each.aliases for each in registry.versions(name)] == [
        ("challenger", "champion"),
        (),
    ]


def test_a_refused_challenger_leaves_the_champion(registry: ModelRegistry, name: str) -> None:
    registry.register(candidate(name))
    registry.register(candidate(name, replace(LOSES, champion=0.5, difference=(-0.3,) * 3)))
    assert [each.aliases for each in registry.versions(name)] == [
        ("challenger",),
        ("champion",),
    ]


def test_a_contest_without_the_present_champion_replaces_nobody(
    registry: ModelRegistry, name: str
) -> None:
    """Of two first trainings at once, the second did not know of the first."""
    registry.register(candidate(name))
    second = registry.register(candidate(name))
    assert second.decision == (False, "it was not compared with the champion, version 1")
    assert champion_number(registry, name) == 1


def test_a_model_that_cannot_be_saved_leaves_a_failed_run_and_no_version(
    registry: ModelRegistry, name: str, client: MlflowClient
) -> None:
    def save(folder: Path) -> None:
        raise OSError(f"no room in {folder}")

    with pytest.raises(OSError, match="no room"):
        registry.register(replace(candidate(name), save=save))
    experiment = client.get_experiment_by_name(f"hyperion-{name}")
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id])
    assert [run.info.status for run in runs] == ["FAILED"]
    assert registry.versions(name) == []


def test_an_experiment_that_was_deleted_is_restored(
    registry: ModelRegistry, name: str, client: MlflowClient
) -> None:
    registry.prepare([name])
    experiment = client.get_experiment_by_name(f"hyperion-{name}")
    assert experiment is not None
    client.delete_experiment(experiment.experiment_id)
    assert registry.register(candidate(name)).version == 1
