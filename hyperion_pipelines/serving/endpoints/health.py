"""Whether the sidecar lives, whether it can answer, and its figures for Prometheus."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import BaseModel, Field

from hyperion_pipelines.serving.access.callers import Caller, Scope
from hyperion_pipelines.serving.problems import documented
from hyperion_pipelines.serving.readiness import Dependency
from hyperion_pipelines.serving.sidecar import Reader, Shared

router = APIRouter(tags=["health"])


class Life(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class DependencyState(BaseModel):
    """Something that answers depend on."""

    name: str = Field(description="What it is: `lake`, `models`, `qdrant`, `neo4j`, ...")
    is_up: bool = Field(description="Whether it answered within the last seconds.")
    needed_by: list[str] = Field(
        description="The resources that cannot be answered without it; none where they go on."
    )
    detail: str | None = Field(
        description="How it is, for a person; only callers with the scope read are told."
    )


class ReadinessState(BaseModel):
    """Whether the sidecar can answer what it is there for."""

    is_ready: bool = Field(
        description="Whether nothing is away that answers need. Dagster, which only starts "
        "analyses, may be."
    )
    dependencies: list[DependencyState]


@router.get("/healthz", operation_id="healthz", summary="Whether the process lives")
async def healthz() -> Life:
    """Always 200 while the process answers."""
    return Life()


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Whether all that answers depend on is there",
    responses={503: {"model": ReadinessState, "description": "Something needed is away."}},
)
async def readyz(request: Request, response: Response, sidecar: Shared) -> ReadinessState:
    """200, or 503 where something is away that answers need; each dependency by name."""
    caller: Caller = request.scope["caller"]
    found = await sidecar.workspace.readiness.dependencies()
    for each in found:
        sidecar.observability.metrics.dependency(each.name, is_up=each.is_up)
    is_ready = not any(each.is_in_the_way for each in found)
    if not is_ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    is_told = caller.may(Scope.READ)
    states = [_state(each, is_told=is_told) for each in found]
    return ReadinessState(is_ready=is_ready, dependencies=states)


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="The sidecar's figures in Prometheus' text format",
    response_class=PlainTextResponse,
    responses=documented(401, 403),
)
def metrics(sidecar: Shared, _caller: Reader) -> Response:
    """Requests, latencies, caches, models and predictions, since the process started."""
    exposition = sidecar.observability.metrics.exposition()
    return Response(exposition, media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _state(dependency: Dependency, *, is_told: bool) -> DependencyState:
    detail = dependency.detail if is_told else None
    return DependencyState(
        name=dependency.name,
        is_up=dependency.is_up,
        needed_by=list(dependency.needed_by),
        detail=detail,
    )
