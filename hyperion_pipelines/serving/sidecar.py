"""What all of the sidecar's parts share, one of it a process, and how endpoints get hold of it.

What a single resource alone needs (connections to Dagster, processes for queries) its router opens
when the application starts. Dependencies are `async`, for FastAPI would run them in a thread
otherwise; endpoints that compute are plain functions, which it runs in its pool of `serve_threads`;
those that wait for others are `async`, and what takes long waits to be computed, `one_at_a_time` or
`few_at_a_time`, while the pool is there for what is quick.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Annotated, TypeVar, TypeVarTuple

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request

from hyperion_pipelines.prediction.predict import EVIDENCE_AT_ONCE
from hyperion_pipelines.serving.access.access import Access
from hyperion_pipelines.serving.access.callers import Caller, Scope
from hyperion_pipelines.serving.caches.published import PublishedWorkspace
from hyperion_pipelines.serving.observability.observed import Observability
from hyperion_pipelines.serving.problems import ForbiddenError, NotFoundError
from hyperion_pipelines.settings import Settings

Answer = TypeVar("Answer")
Arguments = TypeVarTuple("Arguments")


class Sidecar:
    """What endpoints answer from; with *is_open* whoever asks may do everything at first.

    Raises ConfigurationError for settings that cannot be followed.
    """

    def __init__(self, workspace: PublishedWorkspace, *, is_open: bool) -> None:
        self.workspace = workspace
        self.access = Access(workspace.home, self.settings, is_open=is_open)
        self.observability = Observability(workspace)
        self._one, self._few = CapacityLimiter(1), CapacityLimiter(EVIDENCE_AT_ONCE)
        counted = self.observability.metrics.counted_elsewhere
        counted.caches["tables"] = lambda: workspace.lake.memory.counts
        counted.caches["features"] = lambda: workspace.cache.counts
        counted.model_loads = lambda: workspace.models.loads

    @property
    def settings(self) -> Settings:
        """What the user set."""
        return self.workspace.settings

    @property
    def is_open(self) -> bool:
        """Whether whoever asks may do everything."""
        return self.access.is_open

    async def one_at_a_time(
        self, work: Callable[[*Arguments], Answer], *arguments: *Arguments
    ) -> Answer:
        """What *work* returns, in a thread of its own, once all that came before it is done.

        So it holds up neither the quick answers, which keep their threads, nor their processor.
        """
        return await to_thread.run_sync(work, *arguments, limiter=self._one)

    async def few_at_a_time(
        self, work: Callable[[*Arguments], Answer], *arguments: *Arguments
    ) -> Answer:
        """The same of work that mostly waits for evidence, as many at once as look for it."""
        return await to_thread.run_sync(work, *arguments, limiter=self._few)

    @contextmanager
    def running(self) -> Generator[None]:
        """Within the block requests are counted and recorded; logs are complete at its end."""
        with self.observability.running(), self.access.running():
            yield


async def _sidecar(request: Request) -> Sidecar:
    return request.app.state.sidecar


async def _reader(request: Request) -> Caller:
    return _with_scope(request, Scope.READ)


async def _analyser(request: Request) -> Caller:
    return _with_scope(request, Scope.ANALYSE)


async def _admin(request: Request) -> Caller:
    return _with_scope(request, Scope.ADMIN)


def _with_scope(request: Request, scope: Scope) -> Caller:
    caller: Caller = request.scope["caller"]
    if not caller.may(scope):
        raise ForbiddenError(f"this needs the scope {scope}, which {caller.name} does not have")
    return caller


Shared = Annotated[Sidecar, Depends(_sidecar)]
Reader = Annotated[Caller, Depends(_reader)]
Analyser = Annotated[Caller, Depends(_analyser)]
Admin = Annotated[Caller, Depends(_admin)]


def known_slugs(sidecar: Sidecar, caller: Caller) -> list[str]:
    """The repositories that *caller* may know of, in their order."""
    return caller.known(each.slug for each in sidecar.workspace.catalogue.list())


def known_repository(sidecar: Sidecar, caller: Caller, slug: str) -> str:
    """*slug*, where it is a repository that *caller* may know of. Raises NotFoundError."""
    there = known_slugs(sidecar, caller)
    if slug not in there:
        known = ", ".join(there) or "none"
        raise NotFoundError(f"no repository named {slug!r}; there are: {known}")
    return slug
