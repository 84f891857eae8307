"""What starts the assets by itself: a watch over the repositories, and the night."""

import json
import time
from collections.abc import Iterator, Sequence

import dagster as dg

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
    partitions_def=REPOSITORIES,
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
        partitions = set(context.instance.get_dynamic_partitions(str(REPOSITORIES.name)))
        seen = set[str](json.loads(context.cursor or "[]"))
        visited, requests = _look(context, state, [row for row in listed if row.slug not in seen])
        done = seen | visited
        everyone = {row.slug for row in listed}
        return dg.SensorResult(
            run_requests=requests,
            dynamic_partitions_requests=_follow(everyone, partitions),
            cursor=json.dumps(sorted(done) if done < everyone else []),
        )

    return repository_watch


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
    context: dg.SensorEvaluationContext, state: Workspace, repositories: Sequence[Repository]
) -> tuple[set[str], list[dg.RunRequest]]:
    """Ask each source for its refs, as long as there is time; one that fails stops no other."""
    started = time.monotonic()
    visited: set[str] = set()
    requests: list[dg.RunRequest] = []
    for repository in repositories:
        if time.monotonic() - started > WATCH_BUDGET_SECONDS:
            break
        visited.add(repository.slug)
        try:
            requests.extend(_news(state, repository.slug))
        except HyperionError as error:
            context.log.warning("%s was not looked at: %s", repository.slug, error)
    return visited, requests


def _news(state: Workspace, slug: str) -> Iterator[dg.RunRequest]:
    """A run for a repository whose tables are not made of what its source holds now."""
    refs = state.mirror(slug).remote_refs()
    if not state.is_current(slug, refs, list(STAGES.values())):
        versions = "-".join(state.data_version(stage, slug, refs) for stage in STAGES)
        # The key holds all inputs: a run that failed on them is not asked for again.
        yield dg.RunRequest(run_key=f"{slug}@{versions}", partition_key=slug)


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
)
