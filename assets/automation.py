"""What starts the assets by itself: a watch over the repositories, and the night."""

import time
from collections.abc import Sequence
from typing import Self

import dagster as dg
from pydantic import BaseModel

from assets.partitions import REPOSITORIES
from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.repositories import Repository
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.stages import STAGES
from hyperion_pipelines.workspace import Workspace
from resources.workspace import WorkspaceResource

# Dagster cuts an evaluation at 60 seconds; the cursor holds the place for the next one.
WATCH_BUDGET_SECONDS = 40.0

analysis_job = dg.define_asset_job(
    "analysis",
    selection=dg.AssetSelection.groups(*STAGES),
    description="Every stage for one repository.",
)


def build_watch(settings: Settings) -> dg.SensorDefinition:
    """The sensor that follows the catalogue and asks for a run where a repository has news."""

    @dg.sensor(
        job=analysis_job,
        name="repository_watch",
        minimum_interval_seconds=settings.watch_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Adds and removes partitions with the catalogue; runs what has new commits.",
    )
    def repository_watch(
        context: dg.SensorEvaluationContext, workspace: WorkspaceResource
    ) -> dg.SensorResult:
        state = workspace.open()
        listed = state.catalogue.list()
        partitions = context.instance.get_dynamic_partitions(str(REPOSITORIES.name))
        cursor, requests = _look(context, state, WatchCursor.read(context.cursor), listed)
        return dg.SensorResult(
            run_requests=requests,
            dynamic_partitions_requests=_follow({row.slug for row in listed}, set(partitions)),
            cursor=cursor.model_dump_json(),
        )

    return repository_watch


class WatchCursor(BaseModel):
    """Where the watch stands: what it last asked for, and whom it looked at in this round.

    `asked` maps a repository (slug and time of adding) to the inputs that a run was asked for; the
    same inputs are not asked for twice, so that a run that fails on them is not repeated until the
    source changes, or the night comes.
    """

    asked: dict[str, str] = {}
    visited: list[str] = []

    @classmethod
    def read(cls, text: str | None) -> Self:
        """The cursor that the last evaluation left."""
        return cls.model_validate_json(text) if text else cls()


def _follow(
    listed: set[str], partitions: set[str]
) -> list[dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest]:
    """The requests that make the partitions those of the catalogue."""
    requests: list[dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest] = []
    if added := sorted(listed - partitions):
        requests.append(REPOSITORIES.build_add_request(added))
    if removed := sorted(partitions - listed):
        requests.append(REPOSITORIES.build_delete_request(removed))
    return requests


def _look(
    context: dg.SensorEvaluationContext,
    state: Workspace,
    cursor: WatchCursor,
    listed: Sequence[Repository],
) -> tuple[WatchCursor, list[dg.RunRequest]]:
    """Ask each source for its refs, as long as there is time; one that fails stops no other."""
    started = time.monotonic()
    keys = {f"{row.slug}@{row.added_at}": row.slug for row in listed}
    asked = {key: inputs for key, inputs in cursor.asked.items() if key in keys}
    unvisited = [key for key in keys if key not in cursor.visited]
    requests: list[dg.RunRequest] = []
    visited: list[str] = []
    for key in unvisited:
        if time.monotonic() - started > WATCH_BUDGET_SECONDS:
            break
        visited.append(key)
        try:
            inputs = _news(state, keys[key])
        except HyperionError as error:
            context.log.warning("%s was not looked at: %s", keys[key], error)
            continue
        if inputs is None:
            asked.pop(key, None)
        elif asked.get(key) != inputs:
            asked[key] = inputs
            requests.append(dg.RunRequest(partition_key=keys[key]))
    is_round_over = len(visited) == len(unvisited)
    seen = [] if is_round_over else [*cursor.visited, *visited]
    return WatchCursor(asked=asked, visited=seen), requests


def _news(state: Workspace, slug: str) -> str | None:
    """The inputs that a repository's tables ought to be made of; None if they are."""
    refs = state.mirror(slug).remote_refs()
    if state.is_current(slug, refs, list(STAGES.values())):
        return None
    return "-".join(state.data_version(stage, slug, refs) for stage in STAGES)


def build_nightly(settings: Settings) -> dg.ScheduleDefinition:
    """The schedule that analyses every repository each night."""

    @dg.schedule(
        job=analysis_job,
        name="nightly",
        cron_schedule=settings.nightly_cron,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Every repository of the catalogue, once a night.",
    )
    def nightly(
        context: dg.ScheduleEvaluationContext, workspace: WorkspaceResource
    ) -> list[dg.RunRequest]:
        slugs = [repository.slug for repository in workspace.open().catalogue.list()]
        context.instance.add_dynamic_partitions(str(REPOSITORIES.name), slugs)
        night = context.scheduled_execution_time.date().isoformat()
        return [dg.RunRequest(run_key=f"{slug}@{night}", partition_key=slug) for slug in slugs]

    return nightly


@dg.op
def vacuum_lake(context: dg.OpExecutionContext, workspace: WorkspaceResource) -> None:
    """Delete the files of table versions that are older than the settings keep."""
    state = workspace.open()
    deleted = state.lake.vacuum(state.settings.lake_retention_days)
    context.log.info("%d files deleted", deleted)


@dg.job(description="Housekeeping of the lake.")
def upkeep_job() -> None:
    """Run what keeps the home small."""
    vacuum_lake()


upkeep_schedule = dg.ScheduleDefinition(
    name="weekly_upkeep",
    job=upkeep_job,
    cron_schedule="0 4 * * 0",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Housekeeping of the lake, on Sundays.",
)
