"""The application: every endpoint behind what every request passes through.

What is shared is made here, opened when the application starts, and closed when it ends.
"""

import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware

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
from hyperion_pipelines.serving.problems import ProblemError, answer, install
from hyperion_pipelines.serving.sidecar import Sidecar

ENDPOINTS = (
    *(predictions, impact, repositories, features, graph, search, answers, chat),
    *(analyses, hooks, health),
)

# FastAPI's own, which looks for a provider at every request: `observability.tracing` has traces.
NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


def create_app(sidecar: Sidecar, *, warms_up: bool = False) -> FastAPI:
    """The ASGI application that answers from *sidecar*.

    With *warms_up*, what takes long at first is made ready when it starts, in the background.
    """

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
        middleware=_middleware(sidecar),
        telemetry=NO_TELEMETRY,
        docs_url=None,
        redoc_url=None,
    )
    app.state.sidecar, app.state.warms_up = sidecar, warms_up
    for module in ENDPOINTS:
        app.include_router(module.router)
    install(app)
    return app


def _middleware(sidecar: Sidecar) -> list[Middleware]:
    """What a request passes through on its way to an endpoint, in that order."""
    origins = sidecar.settings.cors_origins
    cross_origin = [
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
            expose_headers=["X-Request-ID", "Retry-After", "RateLimit", "RateLimit-Policy"],
        ),
        # Refusals of what lies below are answers too, which the pages may read.
        Middleware(ExceptionMiddleware, handlers={ProblemError: answer}),
    ]
    return [
        Middleware(Envelope, sidecar),
        Middleware(Limits, sidecar),
        Middleware(Hosts, sidecar),
        *(cross_origin if origins else []),
        Middleware(Authentication, sidecar),
        Middleware(RateLimits, sidecar),
        Middleware(AnswerCache, sidecar),
    ]
