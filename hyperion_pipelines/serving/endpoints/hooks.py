"""`/v1/hooks/git`: a push event of GitHub, GitLab or Gitea starts an analysis.

Its signature says who may ask; an API key is not needed.
"""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response, status
from pydantic import BaseModel, Field

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.serving.access.credentials import UnauthenticatedError
from hyperion_pipelines.serving.analyses.analyses import WAITING, Analyses, State
from hyperion_pipelines.serving.analyses.clone_urls import with_url
from hyperion_pipelines.serving.analyses.deliveries import Deliveries
from hyperion_pipelines.serving.analyses.push_events import PushEvent, read_event
from hyperion_pipelines.serving.analyses.push_signatures import (
    EVENT_HEADERS,
    Service,
    is_signed,
    sender,
)
from hyperion_pipelines.serving.endpoints.analyses import RunningAnalyses
from hyperion_pipelines.serving.problems import ForbiddenError, documented
from hyperion_pipelines.serving.sidecar import Shared, Sidecar
from hyperion_pipelines.settings import Settings


class Match(BaseModel):
    """A repository that the event is of, and its analysis."""

    repository: str
    analysis: str = Field(description="Its id, for `GET /v1/analyses/{analysis_id}`.")
    state: State
    already: bool = Field(description="Whether it waited already: nothing new was started.")


class HookAnswer(BaseModel):
    """What became of an event."""

    event: str = Field(description="The event's name, as its sender calls it.")
    matched: list[Match] = Field(description="None where the catalogue has no such repository.")


@asynccontextmanager
async def _remembering(_: FastAPI) -> AsyncGenerator[dict[str, Any]]:
    yield {"deliveries": Deliveries[HookAnswer]()}


async def _deliveries(request: Request) -> Deliveries[HookAnswer]:
    return request.state.deliveries


RecentDeliveries = Annotated[Deliveries[HookAnswer], Depends(_deliveries)]
router = APIRouter(tags=["hooks"], lifespan=_remembering)
_EVENT_DOCUMENT = {
    "requestBody": {
        "required": True,
        "description": "The event as its sender wrote it; the signature is of these bytes.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": {"payload": {"type": "string"}}}
            },
        },
    }
}


@router.post(
    "/v1/hooks/git",
    status_code=status.HTTP_202_ACCEPTED,
    operation_id="take_push_event",
    summary="Take a push event of GitHub, GitLab, Gitea or Forgejo",
    responses={
        status.HTTP_200_OK: {"model": HookAnswer, "description": "No push, so nothing to do."},
        **documented(401, 403, 422, 503),
    },
    openapi_extra=_EVENT_DOCUMENT,
)
async def take_push_event(
    request: Request,
    response: Response,
    sidecar: Shared,
    analyses: RunningAnalyses,
    deliveries: RecentDeliveries,
) -> HookAnswer:
    """Start an analysis of every repository of the catalogue that the event's URLs lead to.

    An analysis that waits already is enough; beside one that runs, which may have looked before
    the push, another is queued. A delivery of the last hour that comes again is answered as before.
    """
    body = await request.body()
    service = _authenticated_sender(sidecar.settings, request, body)
    event = read_event(service, request.headers, body)
    if not event.is_push:
        response.status_code = status.HTTP_200_OK
        return HookAnswer(event=event.name, matched=[])
    return await deliveries.once(event.delivery, lambda: _answer(event, sidecar, analyses))


async def _answer(event: PushEvent, sidecar: Sidecar, analyses: Analyses) -> HookAnswer:
    matched: list[Match] = []
    for slug in with_url(sidecar.workspace.catalogue.list(), event.urls):
        started = await analyses.start(slug, unless=WAITING)
        matched.append(
            Match(
                repository=slug,
                analysis=started.id,
                state=started.state,
                already=started.already,
            )
        )
    return HookAnswer(event=event.name, matched=matched)


def _authenticated_sender(settings: Settings, request: Request, body: bytes) -> Service:
    """Who sent the event, and knows the secret. Raises ProblemError or UsageError."""
    secret = settings.hook_secret.get_secret_value()
    if not secret:
        message = "push events are not taken: set HYPERION_HOOK_SECRET to what they are signed with"
        raise ForbiddenError(message)
    service = sender(request.headers)
    if service is None:
        expected = ", ".join(EVENT_HEADERS.values())
        raise UsageError(f"this is no event of a git server: none of the headers {expected}")
    if not is_signed(service, request.headers, body, secret, now=time.time()):
        message = f"the signature of {service} is missing, or not made with HYPERION_HOOK_SECRET"
        raise UnauthenticatedError("wrong-signature", message)
    return service
