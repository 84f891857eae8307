"""The application: every endpoint behind what every request passes through.

What is shared is made here, opened when the application starts, and closed when it ends.
"""

import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial

import anyio.to_thread
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from hyperion_pipelines.serving.access.authentication import Authentication
from hyperion_pipelines.serving.access.rate_limits import RateLimits
from hyperion_pipelines.serving.caches.answers import AnswerCache
from hyperion_pipelines.serving.endpoints import (
    analyses,
    answers,
    chat,
    features,
    graph,
    health,
    hooks,
    impact,
    predictions,
    repositories,
    search,
)
from hyperion_pipelines.serving.http.envelope import Envelope
from hyperion_pipelines.serving.http.hosts import Hosts
from hyperion_pipelines.serving.http.limits import Limits
from hyperion_pipelines.serving.http.routes import Routes
from hyperion_pipelines.serving.problems import ProblemError, answer, install
from hyperion_pipelines.serving.sidecar import Sidecar

ENDPOINTS = (
    *(predictions, impact, repositories, features, graph, search, answers, chat),
    *(analyses, hooks, health),
)

# FastAPI's own, which looks for a provider at every request: `observability.tracing` has traces.
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def create_app(sidecar: Sidecar, *, warms_up: bool = False) -> ASGIApp:
    """The ASGI application that answers from *sidecar*: `create_api` behind all the middleware.

    With *warms_up*, what takes long at first is made ready when it starts, in the background.
    """
    api = create_api(sidecar, warms_up=warms_up)
    app: ASGIApp = api
    for layer in _layers(sidecar, Routes(api.routes)):
        app = layer(app)
    return app


def create_api(sidecar: Sidecar, *, warms_up: bool = False) -> FastAPI:
    """The endpoints, to which nobody is anybody before the middleware has named the caller."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = (
            sidecar.settings.serve_threads
        )
        if warms_up:
            threading.Thread(target=app.openapi, name="describe", daemon=True).start()
        with sidecar.running():
            yield

    app = FastAPI(
        title="Hyperion",
        summary="Where the risk of a repository sits, what a change will touch, and why.",
        lifespan=lifespan,
        telemetry=NO_TELEMETRY,
        docs_url=None,
        redoc_url=None,
    )
    app.state.sidecar, app.state.warms_up = sidecar, warms_up
    for module in ENDPOINTS:
        app.include_router(module.router)
    install(app)
    return app


def _layers(sidecar: Sidecar, routes: Routes) -> Iterator[Callable[[ASGIApp], ASGIApp]]:
    """What a request passes through on its way to an endpoint, the innermost first.

    It is not FastAPI's own middleware, for what is answered from memory then never reaches that.
    """
    yield partial(AnswerCache, sidecar=sidecar)
    yield partial(RateLimits, sidecar=sidecar)
    yield partial(Authentication, sidecar=sidecar)
    if origins := sidecar.settings.cors_origins:
        # Refusals of what lies below are answers too, which the pages may read.
        yield partial(ExceptionMiddleware, handlers={ProblemError: answer})
        yield partial(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
            expose_headers=["X-Request-ID", "Retry-After", "RateLimit", "RateLimit-Policy"],
        )
    yield partial(Hosts, sidecar=sidecar)
    yield partial(Limits, sidecar=sidecar)
    yield partial(Envelope, sidecar=sidecar, routes=routes)
