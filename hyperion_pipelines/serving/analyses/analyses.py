"""Analyses: starts one for a repository unless it is under way, and tells how one went.

An analysis is a run of the job that the nightly schedule and the watch start too. Who may know of
it, and how it looks over HTTP, is the endpoints' business.
"""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from weakref import WeakValueDictionary

from pydantic import BaseModel, Field

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.git.commands import redact
from hyperion_pipelines.serving.analyses.dagster_client import (
    JOB,
    AssetKey,
    DagsterClient,
    Event,
    Run,
    Tag,
)
from hyperion_pipelines.stages import REPOSITORY_STAGES, resolve_stages

NEWEST = 20
# A command's run ends with its terminal, sometimes unseen: it holds no other back.
_BY_COMMAND = Tag(key="hyperion/started_by", value="command line")
_MOST_UNFINISHED = 50  # runs of one repository that wait or run


class State(StrEnum):
    """Where an analysis stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


_STATES = {
    "NOT_STARTED": State.QUEUED,
    "QUEUED": State.QUEUED,
    "STARTING": State.RUNNING,
    "STARTED": State.RUNNING,
    "MANAGED": State.RUNNING,
    "SUSPENDED": State.RUNNING,
    "CANCELING": State.CANCELLED,  # it makes nothing more
    "CANCELED": State.CANCELLED,
    "SUCCESS": State.SUCCEEDED,
    "FAILURE": State.FAILED,
}
UNFINISHED = frozenset({State.QUEUED, State.RUNNING})
WAITING = frozenset({State.QUEUED})


class Analysis(BaseModel):
    """An analysis of a repository."""

    id: str = Field(description="The id of its run in Dagster.")
    repository: str
    state: State
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    url: str = Field(description="Its page in Dagster's UI.")


class StartedAnalysis(Analysis):
    """An analysis that was asked for."""

    already: bool = Field(description="Whether it was under way before: nothing new was started.")


class StepFailure(BaseModel):
    """A step that failed."""

    step: str
    words: str = Field(description="What went wrong, in its own words, without credentials.")


class AnalysisProgress(Analysis):
    """An analysis, and how far it is."""

    steps_done: list[str]
    steps_running: list[str]
    steps_failed: list[StepFailure]
    failure: str | None = Field(description="What went wrong where it failed outside of any step.")


class Analyses:
    """Starts and follows analyses through the Dagster web server at *dagster_url*.

    Every method raises MissingDependencyError where Dagster is away.
    """

    def __init__(self, dagster_url: str) -> None:
        self._dagster = DagsterClient(dagster_url)
        self._starting = WeakValueDictionary[str, asyncio.Lock]()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Within the block analyses can be started; the connections to Dagster end with it."""
        async with self._dagster.running():
            yield

    async def check(self) -> None:
        """Nothing, where an analysis could be started now."""
        await self._dagster.job()

    async def start(
        self,
        slug: str,
        stages: Sequence[str] = (),
        *,
        unless: Collection[State] = UNFINISHED,
    ) -> StartedAnalysis:
        """Start an analysis of *slug*: of *stages* and what they need, or of all.

        One that does as much, and is in a state of *unless*, is returned in its place; whoever asks
        at the same time gets the same. Raises UsageError for a stage that no analysis has.
        """
        groups = _groups(stages)
        async with self._starting.setdefault(slug, asyncio.Lock()):
            job = await self._dagster.job()
            wanted = await self._assets(job, groups)
            if (run := await self._unfinished(slug, wanted, unless)) is not None:
                return StartedAnalysis(**self._about(run), already=True)
            await self._dagster.add_partition(job, slug)
            run = await self._dagster.launch(job, slug, wanted)
        return StartedAnalysis(**self._about(run), already=False)

    async def progress(self, analysis_id: str) -> AnalysisProgress | None:
        """How an analysis goes, or went; None where no analysis has this id."""
        run = await self._dagster.run(analysis_id)
        if run is None or run.job_name != JOB:
            return None
        has_failed = run.status == "FAILURE" or bool(_steps(run, "FAILURE"))
        failures = await self._dagster.failures(analysis_id) if has_failed else []
        failed = _last_words(failures)
        own = [redact(event.words) for event in failures if event.step_key is None]
        return AnalysisProgress(
            **self._about(run),
            steps_done=_steps(run, "SUCCESS"),
            steps_running=_steps(run, "IN_PROGRESS"),
            steps_failed=[
                StepFailure(step=step, words=failed.get(step, ""))
                for step in _steps(run, "FAILURE")
            ],
            failure=own[-1] if own and not failed else None,
        )

    async def newest(self, slug: str) -> list[Analysis]:
        """The newest NEWEST analyses of a repository, the latest first."""
        runs = await self._dagster.runs(slug, limit=NEWEST)
        return [Analysis(**self._about(run)) for run in runs]

    async def _assets(
        self, job: Mapping[str, str], groups: frozenset[str] | None
    ) -> list[AssetKey] | None:
        """The assets of some groups; None stands for all."""
        if groups is None:
            return None
        assets = await self._dagster.assets(job)
        return [asset.asset_key for asset in assets if asset.group_name in groups]

    async def _unfinished(
        self, slug: str, wanted: Sequence[AssetKey] | None, states: Collection[State]
    ) -> Run | None:
        """The newest run in one of *states* that makes all that is wanted; None if none does."""
        statuses = [status for status, state in _STATES.items() if state in states]
        runs = await self._dagster.runs(slug, limit=_MOST_UNFINISHED, statuses=statuses)
        fitting = (run for run in runs if _BY_COMMAND not in run.tags and _makes(run, wanted))
        return next(fitting, None)

    def _about(self, run: Run) -> dict[str, Any]:
        """What every form of an analysis says."""
        return {
            "id": run.run_id,
            "repository": run.partition,
            "state": _STATES[run.status],
            "queued_at": _time(run.creation_time),
            "started_at": _time(run.start_time),
            "ended_at": _time(run.end_time),
            "url": self._dagster.page(run.run_id),
        }


def _groups(stages: Sequence[str]) -> frozenset[str] | None:
    """The groups of assets that *stages* stand for; None for all. Raises UsageError."""
    of_one = {stage.name for stage in REPOSITORY_STAGES}
    for name in stages:
        if name not in of_one:
            message = f"no analysis has a stage {name!r}; there are: {', '.join(sorted(of_one))}"
            raise UsageError(message)
    wanted = {stage.name for stage in resolve_stages(stages)} & of_one
    return None if wanted in (set(), of_one) else frozenset(wanted)


def _makes(run: Run, wanted: Sequence[AssetKey] | None) -> bool:
    """Whether a run makes all that is wanted; None stands for everything in both."""
    if run.asset_selection is None:
        return True
    return wanted is not None and {tuple(key.path) for key in wanted} <= {
        tuple(key.path) for key in run.asset_selection
    }


def _steps(run: Run, status: str) -> list[str]:
    return [step.step_key for step in run.step_stats if step.status == status]


def _last_words(failures: Sequence[Event]) -> dict[str, str]:
    """What each failed step said the last time that it was tried."""
    return {event.step_key: redact(event.words) for event in failures if event.step_key}


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
