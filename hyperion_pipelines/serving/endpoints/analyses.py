"""`/v1/analyses`: starts analyses through Dagster, and tells how they go."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field

from hyperion_pipelines.serving.access.callers import Caller, Scope
from hyperion_pipelines.serving.analyses.analyses import (
    Analyses,
    Analysis,
    AnalysisProgress,
    StartedAnalysis,
)
from hyperion_pipelines.serving.analyses.new_repositories import add_repository
from hyperion_pipelines.serving.problems import ForbiddenError, NotFoundError, documented
from hyperion_pipelines.serving.sidecar import (
    Analyser,
    Reader,
    Shared,
    Sidecar,
    known_repository,
    known_slugs,
)


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncGenerator[dict[str, Any]]:
    """While the application runs, so do the connections to Dagster."""
    analyses = Analyses(app.state.sidecar.settings.dagster_address)
    async with analyses.running():
        yield {"analyses": analyses}


async def _analyses(request: Request) -> Analyses:
    return request.state.analyses


RunningAnalyses = Annotated[Analyses, Depends(_analyses)]
router = APIRouter(tags=["analyses"], lifespan=_running)

Stages = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=40)]],
    Field(
        max_length=20,
        description="Stages to run, with those that they need; none stands for all.",
    ),
]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    stages: Stages = []


class OfKnownRepository(_Asked):
    """An analysis of a repository of the catalogue."""

    repository: str = Field(min_length=1, max_length=200, description="Its slug.")


class OfNewRepository(_Asked):
    """An analysis of a repository that is added to the catalogue first, unless it is there."""

    source: str = Field(
        min_length=1,
        max_length=2000,
        pattern=r"^[^\x00-\x20\x7f]+$",
        description="URL that starts with https://, http://, ssh:// or git://, or USER@HOST:PATH; "
        "without credentials.",
    )
    name: str | None = Field(
        default=None,
        max_length=100,
        pattern=r"^[a-z0-9._-]*[a-z0-9_-][a-z0-9._-]*$",
        description="Its slug; default: made of the last part of the source.",
    )


@router.post(
    "/v1/analyses",
    status_code=status.HTTP_202_ACCEPTED,
    operation_id="start_analysis",
    summary="Start an analysis of a repository",
    responses={
        status.HTTP_200_OK: {
            "model": StartedAnalysis,
            "description": "An analysis that does as much waits or runs already.",
        },
        **documented(401, 403, 404, 409, 422, 503),
    },
)
async def start_analysis(
    asked: OfKnownRepository | OfNewRepository,
    response: Response,
    sidecar: Shared,
    caller: Analyser,
    analyses: RunningAnalyses,
) -> StartedAnalysis:
    """Queue an analysis and answer at once; `Location` is where its progress is told.

    One that waits or runs already, and does as much, is answered in its place. To name a `source`
    needs the scope admin, for all repositories.
    """
    slug = await _repository(asked, sidecar, caller, analyses)
    started = await analyses.start(slug, asked.stages)
    response.headers["Location"] = f"/v1/analyses/{started.id}"
    if started.already:
        response.status_code = status.HTTP_200_OK
    return started


@router.get(
    "/v1/analyses",
    operation_id="list_analyses",
    summary="The newest analyses of a repository",
    responses=documented(401, 403, 404, 422, 503),
)
async def list_analyses(
    repository: Annotated[str, Query(min_length=1, max_length=200, description="Its slug.")],
    sidecar: Shared,
    caller: Reader,
    analyses: RunningAnalyses,
) -> list[Analysis]:
    """The newest 20, whoever started them, the latest first."""
    return await analyses.newest(known_repository(sidecar, caller, repository))


@router.get(
    "/v1/analyses/{analysis_id}",
    operation_id="get_analysis",
    summary="How an analysis goes",
    responses=documented(401, 403, 404, 422, 503),
)
async def get_analysis(
    analysis_id: UUID, sidecar: Shared, caller: Reader, analyses: RunningAnalyses
) -> AnalysisProgress:
    """Its state, the steps that are done, and what went wrong where one failed."""
    progress = await analyses.progress(str(analysis_id))
    if progress is None or progress.repository not in known_slugs(sidecar, caller):
        raise NotFoundError(f"no analysis has the id {analysis_id}")
    return progress


async def _repository(
    asked: OfKnownRepository | OfNewRepository,
    sidecar: Sidecar,
    caller: Caller,
    analyses: Analyses,
) -> str:
    """The slug of the repository that is to be analysed, which is in the catalogue then."""
    if isinstance(asked, OfKnownRepository):
        return known_repository(sidecar, caller, asked.repository)
    if not caller.may(Scope.ADMIN) or caller.repositories is not None:
        message = "to add a repository needs the scope admin, for all repositories"
        raise ForbiddenError(f"{message}, which {caller.name} does not have")
    await analyses.check()  # what cannot be analysed is not added
    added = await to_thread.run_sync(add_repository, sidecar.workspace, asked.source, asked.name)
    return added.slug
