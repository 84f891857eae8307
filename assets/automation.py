"""What starts the assets by itself: a watch over the repositories, and the night."""

import time
from collections.abc import Sequence
from typing import NamedTuple, Self

import dagster as dg
from pydantic import BaseModel

from assets.partitions import REPOSITORIES
from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.repositories import Repository
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.stages import REPOSITORY_STAGES
from hyperion_pipelines.workspace import JUDGED_BY_MODELS, Workspace
from resources.workspace import WorkspaceResource

# Dagster cuts an evaluation at 60 seconds; the cursor holds the place for the next one.
WATCH_BUDGET_SECONDS = 40.0

analysis_job = dg.define_asset_job(
    "analysis",
    selection=dg.AssetSelection.groups(*(stage.name for stage in REPOSITORY_STAGES)),
    description="Every stage for one repository, by the models that there are.",
)
scoring_job = dg.define_asset_job(
    "scoring",
    selection=dg.AssetSelection.groups(*sorted(JUDGED_BY_MODELS)),
    description="The scores of one repository and what is made of them, by other models.",
)


def build_watch(settings: Settings) -> dg.SensorDefinition:
    """The sensor that follows the catalogue and asks for a run where a repository has news."""

    @dg.sensor(
        jobs=[analysis_job, scoring_job],
        name="repository_watch",
        minimum_interval_seconds=settings.watch_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Adds and removes partitions with the catalogue; runs what has new commits, "
        "and scores anew what other models judge.",
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
            news = _news(state, keys[key])
        except HyperionError as error:
            context.log.warning("%s was not looked at: %s", keys[key], error)
            continue
        if news is None:
            asked.pop(key, None)
        elif asked.get(key) != news.inputs:
            asked[key] = news.inputs
            requests.append(dg.RunRequest(job_name=news.job, partition_key=keys[key]))
    is_round_over = len(visited) == len(unvisited)
    seen = [] if is_round_over else [*cursor.visited, *visited]
    return WatchCursor(asked=asked, visited=seen), requests


class _News(NamedTuple):
    """A job that a repository needs, and what its tables would be made of."""

    job: str
    inputs: str


def _news(state: Workspace, slug: str) -> _News | None:
    """What a repository needs so that its tables are those of now; None if they are."""
    refs = state.mirror(slug).remote_refs()
    stale = {stage.name for stage in REPOSITORY_STAGES if not state.is_current(slug, refs, [stage])}
    if not stale:
        return None
    job = scoring_job if stale <= JUDGED_BY_MODELS else analysis_job
    versions = [state.data_version(stage.name, slug, refs) for stage in REPOSITORY_STAGES]
    return _News(job.name, "-".join(versions))


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
