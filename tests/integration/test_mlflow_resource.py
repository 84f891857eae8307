"""A Dagster run that trains is one run of MLflow, whatever executor runs it and however it ends."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from hyperion_pipelines.learning.registry.pyfunc import MODELS
from hyperion_pipelines.learning.registry.registry import TRAINING_EXPERIMENT, ModelRegistry
from hyperion_pipelines.learning.registry.tracking import speaking_to
from resources.mlflow import MlflowResource
from tests.unit.learning.registry.tiny_model import TINY, candidate

HOME_VARIABLE, URI_VARIABLE = "TEST_MLFLOW_HOME", "TEST_MLFLOW_URI"


@dg.asset
def tiny_model(mlflow: MlflowResource) -> dg.MaterializeResult[Any]:
    """Trains two models, for steps that may run in a process of their own."""
    MODELS["tiny"] = MODELS["other"] = TINY
    with mlflow.open(registry_of_test()) as training:
        made = [training.register(candidate(name)) for name in ("tiny", "other")]
        return dg.MaterializeResult(
            metadata={"versions": [each.version for each in made], **training.metadata()}
        )


@dg.asset
def broken_model(mlflow: MlflowResource) -> None:
    """Fails after a model was registered."""
    MODELS["tiny"] = TINY
    with mlflow.open(registry_of_test()) as training:
        training.register(candidate("tiny"))
        raise dg.Failure("the training broke")


def registry_of_test() -> ModelRegistry:
    return ModelRegistry(Path(os.environ[HOME_VARIABLE]), os.environ[URI_VARIABLE])


def job_of_processes() -> dg.JobDefinition:
    """Both trainings, each step in a process of its own."""
    return job(dg.multiprocess_executor)


def job_in_process() -> dg.JobDefinition:
    """Both trainings in this process."""
    return job(dg.in_process_executor)


def job(executor: dg.ExecutorDefinition) -> dg.JobDefinition:
    assets = [tiny_model, broken_model]
    definitions = dg.Definitions(
        assets=assets,
        jobs=[dg.define_asset_job("trainings", selection=assets)],
        resources={"mlflow": MlflowResource()},
        executor=executor,
    )
    return definitions.resolve_job_def("trainings")


@pytest.fixture(autouse=True)
def models_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The models above are known while a test of this module runs, in this process too."""
    for name in ("tiny", "other"):
        monkeypatch.setitem(MODELS, name, TINY)


@pytest.fixture(params=["embedded", pytest.param("server", marks=pytest.mark.service("mlflow"))])
def registry(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ModelRegistry:
    """A home without a registry, or with one on the server; the assets find it too."""
    uri = "" if request.param == "embedded" else str(request.getfixturevalue("mlflow_url"))
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setenv(URI_VARIABLE, uri)
    return registry_of_test()


@pytest.fixture(scope="module")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an empty registry."""
    home = tmp_path_factory.mktemp("prepared")
    ModelRegistry(home).prepare(["tiny", "other"])
    return home


@pytest.fixture
def prepared(prepared_home: Path, monkeypatch: pytest.MonkeyPatch) -> ModelRegistry:
    """The registry of that home, which the assets find too."""
    monkeypatch.setenv(HOME_VARIABLE, str(prepared_home))
    monkeypatch.setenv(URI_VARIABLE, "")
    return registry_of_test()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    folder = tmp_path / "dagster"
    folder.mkdir()
    (folder / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with dg.DagsterInstance.from_config(str(folder)) as opened:
        yield opened


def parents_and_children(
    registry: ModelRegistry, dagster_run_id: str
) -> tuple[list[Run], list[Run]]:
    """The runs of a Dagster run in MLflow: of the training, and of the models."""
    tagged = f"tags.dagster_run_id = '{dagster_run_id}'"
    names = (TRAINING_EXPERIMENT, "hyperion-tiny", "hyperion-other")
    with speaking_to(registry.uri):
        client = MlflowClient(registry.uri)
        experiments = [client.get_experiment_by_name(name) for name in names]
        found = [
            list(client.search_runs([experiment.experiment_id], tagged)) if experiment else []
            for experiment in experiments
        ]
    return found[0], [*found[1], *found[2]]


def parent_of(run: Run) -> str:
    return run.data.tags["mlflow.parentRunId"]


def mlflow_address(events: Sequence[dg.DagsterEvent]) -> str:
    """Where the one asset's metadata says that the MLflow run is."""
    (event,) = (each for each in events if each.is_step_materialization)
    return str(event.step_materialization_data.materialization.metadata["mlflow_run"].value)


@pytest.mark.parametrize("in_processes", [False, True], ids=["in process", "in processes"])
def test_the_models_of_a_dagster_run_are_children_of_one_run(
    registry: ModelRegistry, instance: dg.DagsterInstance, in_processes: bool
) -> None:
    environment = dict(os.environ)
    selection = [dg.AssetKey("tiny_model")]
    executed = dg.reconstructable(job_of_processes if in_processes else job_in_process)
    with dg.execute_job(executed, instance=instance, asset_selection=selection) as result:
        assert result.success
        address = mlflow_address(result.all_events)
    (parent,), children = parents_and_children(registry, result.run_id)
    assert parent.info.status == "FINISHED"
    assert [child.info.status for child in children] == ["FINISHED", "FINISHED"]
    assert {parent_of(child) for child in children} == {parent.info.run_id}
    assert parent.info.run_id in address
    assert address.startswith("http") == bool(registry.tracking_uri)
    assert dict(os.environ) == environment


def test_a_training_that_fails_ends_its_run_as_failed(
    prepared: ModelRegistry, instance: dg.DagsterInstance
) -> None:
    result = job_in_process().execute_in_process(
        instance=instance, asset_selection=[dg.AssetKey("broken_model")], raise_on_error=False
    )
    assert not result.success
    (parent,), (child,) = parents_and_children(prepared, result.run_id)
    assert (parent.info.status, child.info.status) == ("FAILED", "FINISHED")


def test_a_second_try_goes_on_with_the_run_of_the_first(
    prepared: ModelRegistry, instance: dg.DagsterInstance
) -> None:
    """Two assets of one Dagster run, one after the other, stand for the tries of a step."""
    result = job_in_process().execute_in_process(instance=instance, raise_on_error=False)
    parents, children = parents_and_children(prepared, result.run_id)
    assert len(parents) == 1
    assert len(children) == 3


def test_definitions_with_the_resource_do_not_import_mlflow() -> None:
    code = "import sys, resources.mlflow; sys.exit('mlflow' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
