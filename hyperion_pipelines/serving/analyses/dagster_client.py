"""Dagster over its GraphQL: finds the job of analyses, starts it, and follows its runs.

It speaks HTTP to the web server that `hyperion up` starts; nothing here imports dagster. What
counts as an analysis, and who may know of one, is the business of `analyses`.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from hyperion_pipelines.git.commands import redact
from hyperion_pipelines.serving.analyses import dagster_queries
from hyperion_pipelines.serving.problems import MissingDependencyError

JOB = "analysis"
PARTITIONS = "repository"  # the name of the partitions' definition
PARTITION_TAG = "dagster/partition"
# A launch waits for Dagster's code server, which may be busy; a request ends after 30 seconds.
TIMEOUT = httpx.Timeout(25.0, connect=3.0)


class _Answer(BaseModel):
    """A part of an answer: Dagster's names are in camel case."""

    model_config = {"alias_generator": to_camel, "frozen": True}


class Tag(_Answer):
    """A tag of a run."""

    key: str
    value: str


class AssetKey(_Answer):
    """The key of an asset; those of the pipeline have one part each."""

    path: list[str]


class Step(_Answer):
    """A step of a run: SKIPPED, SUCCESS, FAILURE, IN_PROGRESS or not yet; seconds of the epoch."""

    step_key: str
    status: str | None
    start_time: float | None
    end_time: float | None


class Run(_Answer):
    """A run as Dagster keeps it; times are seconds of the epoch.

    `asset_selection` is None for the whole job; `step_stats` come with a single run alone.
    """

    run_id: str
    job_name: str
    status: str
    creation_time: float
    start_time: float | None
    end_time: float | None
    tags: list[Tag]
    asset_selection: list[AssetKey] | None
    step_stats: list[Step] = []

    @property
    def partition(self) -> str:
        """The repository that it is of; empty for a run of none."""
        return next((tag.value for tag in self.tags if tag.key == PARTITION_TAG), "")


class Asset(_Answer):
    """An asset of the job, and the group, which is the stage, that it belongs to."""

    group_name: str
    asset_key: AssetKey


class _Words(_Answer):
    message: str
    class_name: str | None


class _Cause(_Answer):
    error: _Words


class _Error(_Words):
    error_chain: list[_Cause]


class Event(_Answer):
    """An event of a run; only failures carry words, those of a step name it."""

    message: str = ""
    step_key: str | None = None
    error: _Error | None = None

    @property
    def words(self) -> str:
        """What went wrong: the first error in the chain that is not Dagster's own wrapping."""
        if self.error is None:
            return self.message
        chain = [self.error, *(cause.error for cause in self.error.error_chain)]
        own = [each for each in chain if not (each.class_name or "").startswith("Dagster")]
        named = (own or chain)[0]
        # Dagster writes `module.Class: words`.
        name, separator, words = named.message.partition(": ")
        is_named = bool(separator) and name.endswith(named.class_name or ":")
        return (words if is_named else named.message).strip()


class _Location(_Answer):
    name: str


class _Job(_Answer):
    name: str


class _Repository(_Answer):
    name: str
    location: _Location
    jobs: list[_Job]

    @property
    def selector(self) -> dict[str, str]:
        return {"repositoryName": self.name, "repositoryLocationName": self.location.name}


class _Events(_Answer):
    cursor: str
    has_more: bool
    events: list[Event]


_REPOSITORIES = TypeAdapter(list[_Repository])
_ASSETS = TypeAdapter(list[Asset])
_RUNS = TypeAdapter(list[Run])


class DagsterClient:
    """Asks the Dagster web server at *url*, over connections that stay open while it is running.

    Every question raises MissingDependencyError where Dagster is away, or refuses.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        # A proxy that the environment names is no way to this machine's own ports.
        self._http = httpx.AsyncClient(timeout=TIMEOUT, trust_env=False)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Within the block it can be asked; its connections end with it."""
        async with self._http:
            yield

    def page(self, run_id: str) -> str:
        """The address of a run in Dagster's UI."""
        return redact(f"{self._url}/runs/{run_id}")

    async def job(self) -> dict[str, str]:
        """The selector of the repository, in Dagster's sense, that has the job of analyses."""
        answer = await self._ask(dagster_queries.JOB, {}, "repositoriesOrError")
        for repository in _REPOSITORIES.validate_python(answer.get("nodes", [])):
            if any(job.name == JOB for job in repository.jobs):
                return repository.selector
        message = f"it has no job {JOB}: its page Deployment says why Hyperion was not loaded"
        raise self._away(message)

    async def assets(self, selector: Mapping[str, str]) -> list[Asset]:
        """The assets of the job."""
        job = {**selector, "pipelineName": JOB}
        return _ASSETS.validate_python(
            await self._ask(dagster_queries.ASSETS, {"job": job}, "assetNodes")
        )

    async def add_partition(self, selector: Mapping[str, str], slug: str) -> None:
        """Make *slug* a partition, unless it is one."""
        about = {"repository": dict(selector), "partitions": PARTITIONS, "key": slug}
        answer = await self._ask(dagster_queries.ADD_PARTITION, about, "addDynamicPartition")
        known = {"AddDynamicPartitionSuccess", "DuplicateDynamicPartitionError"}
        if answer["__typename"] not in known:
            raise self._away(f"it takes no partition {slug}: {answer.get('message', '')}")

    async def launch(
        self, selector: Mapping[str, str], slug: str, assets: Sequence[AssetKey] | None
    ) -> Run:
        """Start the job for *slug*, of some assets or of all, and return its run, queued."""
        chosen = None if assets is None else [asset.model_dump() for asset in assets]
        parameters = {
            "selector": {**selector, "jobName": JOB, "assetSelection": chosen},
            "executionMetadata": {
                "tags": [
                    {"key": PARTITION_TAG, "value": slug},
                    {"key": "hyperion/started_by", "value": "sidecar"},
                ]
            },
        }
        answer = await self._ask(dagster_queries.LAUNCH, {"parameters": parameters}, "launchRun")
        if "run" not in answer:
            said = [answer, *answer.get("errors", [])]
            words = "; ".join(each["message"] for each in said if each.get("message"))
            raise self._away(f"it started no run: {words or answer['__typename']}")
        return Run.model_validate(answer["run"])

    async def runs(
        self, slug: str, *, limit: int, statuses: Sequence[str] | None = None
    ) -> list[Run]:
        """The newest runs of the job for *slug*, in some statuses or in all."""
        tags = [{"key": PARTITION_TAG, "value": slug}]
        wanted = {"pipelineName": JOB, "tags": tags, "statuses": statuses}
        about = {"filter": wanted, "limit": limit}
        answer = await self._ask(dagster_queries.RUNS, about, "runsOrError")
        return _RUNS.validate_python(answer.get("results", []))

    async def run(self, run_id: str) -> Run | None:
        """A run, of whichever job, with its steps; None where there is none."""
        answer = await self._ask(dagster_queries.RUN, {"id": run_id}, "runOrError")
        if answer["__typename"] == "RunNotFoundError":
            return None
        return Run.model_validate(answer)

    async def failures(self, run_id: str) -> list[Event]:
        """The failures of a run's steps, and of itself, in their order."""
        failures: list[Event] = []
        after: str | None = None
        while True:
            about = {"id": run_id, "after": after}
            answer = await self._ask(dagster_queries.FAILURES, about, "runOrError")
            if "eventConnection" not in answer:  # removed meanwhile
                return failures
            page = _Events.model_validate(answer["eventConnection"])
            failures += [event for event in page.events if event.message]
            if not page.has_more:
                return failures
            after = page.cursor

    async def _ask(self, query: str, variables: Mapping[str, Any], field: str) -> Any:  # noqa: ANN401 - JSON
        """What Dagster answers to a query, whose one field is *field*."""
        asked = {"query": query, "variables": variables}
        try:
            response = await self._http.post(f"{self._url}/graphql", json=asked)
            response.raise_for_status()
            answer = _Response.model_validate_json(response.content)
        except (httpx.HTTPError, httpx.InvalidURL, ValidationError) as error:
            remedy = "start it with `hyperion up`, or set HYPERION_DAGSTER_URL to where it is"
            words = f"nothing there speaks as Dagster does ({type(error).__name__}): {remedy}"
            raise self._away(words) from error
        if answer.data is None or answer.errors:
            words = "; ".join(each.message for each in answer.errors) or "nothing"
            raise self._away(f"it answers with {words}")
        match answer.data[field]:
            case {"__typename": "PythonError", "message": words}:
                raise self._away(f"it failed itself: {words}")
            case found:
                return found

    def _away(self, words: str) -> MissingDependencyError:
        return MissingDependencyError("dagster", redact(f"{self._url}: {words}"))


class _Message(BaseModel):
    message: str


class _Response(BaseModel):
    data: dict[str, Any] | None = None
    errors: list[_Message] = []
