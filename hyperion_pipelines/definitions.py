"""The composition root: assets, resources and automation become Dagster's Definitions.

It also runs them inside the calling process, as `hyperion analyze` does; such runs are recorded in
the same Dagster instance as those of the UI. The one file of the engine that imports dagster.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.instance.ref import InstanceRef

import assets.code
import assets.documents
import assets.features
import assets.git
import assets.graph
import assets.labels
import assets.lines
import assets.models
import assets.predictions
import assets.profile
import assets.secrets
import assets.training_data
from assets.automation import analysis_job, build_nightly, build_watch, scoring_job
from assets.partitions import REPOSITORIES
from assets.retraining import build_training_schedule, training_job, training_watch
from assets.tables import LAKE
from assets.upkeep import upkeep_job, upkeep_schedule
from hyperion_pipelines.errors import ConfigurationError, FailedCheckError, HyperionError, causes
from hyperion_pipelines.locks import exclusive
from hyperion_pipelines.progress import Logged, Progress
from hyperion_pipelines.settings import read_settings
from hyperion_pipelines.stages import Stage, by_scope
from hyperion_pipelines.workspace import Workspace
from resources.lake_io_manager import LakeIOManager
from resources.mlflow import MlflowResource
from resources.workspace import WorkspaceResource

PROJECT = Path(__file__).resolve().parent.parent  # with dagster.yaml and workspace.yaml
WORKSPACE_YAML = PROJECT / "workspace.yaml"
# A command's output goes where its user sent it: a file in between, which Dagster would read with
# processes of its own, is no terminal, and progress bars would stand still.
NO_CAPTURE = {
    "compute_logs": {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    }
}
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class StepTime:
    """How long a step of a run took."""

    step: str
    seconds: float


def build_definitions(*, resources: Mapping[str, Any] | None = None) -> dg.Definitions:
    """All definitions; *resources* replace those of the same name.

    The steps of a run share one process: a step of its own would import the code anew for seconds
    of work. Runs of several repositories go side by side.
    """
    settings = read_settings()
    given = dict(resources or {})
    workspace = given.setdefault("workspace", WorkspaceResource())
    given.setdefault("mlflow", MlflowResource())
    given.setdefault("progress", Logged(dg.get_dagster_logger()))
    given.setdefault(LAKE, LakeIOManager(workspace=workspace))
    return dg.Definitions(
        assets=dg.load_assets_from_modules(
            [
                assets.git,
                assets.lines,
                assets.code,
                assets.secrets,
                assets.features,
                assets.labels,
                assets.models,
                assets.predictions,
                assets.documents,
                assets.profile,
                assets.graph,
                assets.training_data,
            ]
        ),
        jobs=[analysis_job, scoring_job, training_job, upkeep_job],
        schedules=[build_nightly(settings), build_training_schedule(settings), upkeep_schedule],
        sensors=[build_watch(settings), training_watch],
        resources=given,
        executor=dg.in_process_executor,
    )


def instance_environment(workspace: Workspace) -> dict[str, str]:
    """What Dagster's processes need in their environment to work on *workspace*.

    A DAGSTER_HOME that the user has set stays: it may hold a dagster.yaml for PostgreSQL.
    """
    storage = workspace.home / "dagster"
    storage.mkdir(parents=True, exist_ok=True)
    return {
        "DAGSTER_HOME": str(PROJECT),
        **os.environ,
        "HYPERION_HOME": str(workspace.home),
        "HYPERION_DAGSTER_STORAGE": str(storage),
    }


def run_stages(
    workspace: Workspace, slug: str, stages: Sequence[Stage], progress: Progress
) -> list[StepTime]:
    """Materialise *stages* for one repository and return how long each step took.

    Models, which learn from all repositories, are trained where that is due. Raises the
    HyperionError of the step that failed.
    """
    definitions = build_definitions(
        resources={
            "workspace": WorkspaceResource(home=str(workspace.home)),
            "progress": progress,
        }
    )
    times: list[StepTime] = []
    with _open_instance(workspace) as instance:
        instance.add_dynamic_partitions(str(REPOSITORIES.name), [slug])
        for part in by_scope(stages):
            is_training = part[0].scope == "all"
            if is_training and not workspace.training.reasons():
                continue
            job = training_job if is_training else analysis_job
            groups = [stage.name for stage in part]
            key = None if is_training else slug
            times += _run(definitions, instance, job.name, groups, key)
    return times


def _run(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    job: str,
    groups: Sequence[str],
    slug: str | None,
) -> list[StepTime]:
    """Run the *groups* of a job's assets in this process, for one repository or for all."""
    selection = dg.AssetSelection.groups(*groups).resolve(definitions.resolve_asset_graph())
    try:
        result = definitions.resolve_job_def(job).execute_in_process(
            instance=instance,
            partition_key=slug,
            run_config=QUIET,
            asset_selection=sorted(selection, key=str),
            tags={"hyperion/started_by": "command line"},
        )
    except dg.DagsterError as error:
        own = _own_error(error, slug)
        if own is None:
            raise
        raise own from None
    return [
        StepTime(str(event.step_key), event.step_success_data.duration_ms / 1000)
        for event in result.all_events
        if event.is_step_success
    ]


def _own_error(error: dg.DagsterError, slug: str | None) -> HyperionError | None:
    """The error of ours that Dagster's stands for; None for a defect."""
    # Dagster does not export the class that a failed check raises.
    if "blocking asset check" in str(error):
        failed = ", ".join(str(error).splitlines()[1:])
        return FailedCheckError(
            f"a table of {slug} failed its check, and nothing more was made of it ({failed}): "
            f"`hyperion repo remove {slug}` and a new analysis make all its tables anew"
        )
    # After its last retry a step's own error is only among what led to Dagster's.
    return next((cause for cause in causes(error) if isinstance(cause, HyperionError)), None)


def recent_runs(workspace: Workspace, limit: int) -> list[dict[str, str]]:
    """The last runs of this home, newest first: run_id, status, repository, started (ISO, UTC)."""
    with _open_instance(workspace) as instance:
        records = instance.get_run_records(limit=limit)
    return [
        {
            "run_id": record.dagster_run.run_id,
            "status": record.dagster_run.status.value.lower(),
            "repository": record.dagster_run.tags.get("dagster/partition", ""),
            "started": record.create_timestamp.isoformat(timespec="seconds"),
        }
        for record in records
    ]


def _open_instance(workspace: Workspace) -> dg.DagsterInstance:
    """The Dagster instance of this home, for this process and those that it starts.

    Raises ConfigurationError where DAGSTER_HOME is not a folder.
    """
    os.environ.update(instance_environment(workspace))
    folder = Path(os.environ["DAGSTER_HOME"]).expanduser()
    if not folder.is_dir():
        message = f"DAGSTER_HOME is {folder}, which is no folder: make it, or unset the variable"
        raise ConfigurationError(message)
    ref = InstanceRef.from_dir(str(folder.absolute()), overrides=NO_CAPTURE)
    # Two processes that make the instance's databases at once fail both.
    lock = workspace.home / "dagster" / "opening.lock"
    with exclusive(lock, doing="opening Dagster's storage", wait=60):
        return dg.DagsterInstance.from_ref(ref)


defs = build_definitions()
