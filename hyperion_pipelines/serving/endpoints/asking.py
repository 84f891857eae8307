"""What search, answers and chat share: the one engine of answers, and what a caller may ask it.

The engine's connections to the model server belong to the event loop, so it is made and closed with
the application.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any, NamedTuple, TypeVar

from fastapi import Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import StringConstraints

from hyperion_pipelines.answering.answer import Answer
from hyperion_pipelines.answering.answering import Answering
from hyperion_pipelines.answering.retrieval import PASSAGES, Findings
from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.serving.access.callers import Caller
from hyperion_pipelines.serving.dependencies import needing, vectors_name
from hyperion_pipelines.serving.observability.spans import current_request, span
from hyperion_pipelines.serving.problems import NotPublishedError, ProblemError
from hyperion_pipelines.serving.sidecar import Sidecar, known_repository, known_slugs

MOST_REPOSITORIES = 200
LONGEST_QUESTION = 4_000  # characters
T = TypeVar("T")

logger = logging.getLogger(__name__)

# Something is said, and no character that no text has.
Question = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=LONGEST_QUESTION, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$"
    ),
]


@asynccontextmanager
async def answering_of(app: FastAPI) -> AsyncGenerator[None]:
    """While the application runs, `app.state.answering` answers.

    With `app.state.warms_up` the embedding model is loaded at once, in the background.
    """
    sidecar: Sidecar = app.state.sidecar
    answering = app.state.answering = Answering(sidecar.workspace)
    if app.state.warms_up:
        threading.Thread(target=_warm_up, args=(answering,), name="warm-up", daemon=True).start()
    try:
        yield
    finally:
        await answering.close()


def _warm_up(answering: Answering) -> None:
    try:
        answering.embed.warm_up()
    except (HyperionError, OSError) as error:
        # Whoever searches is told the same; whatever needs no embedding is answered.
        logger.warning("the embedding model could not be loaded: %s", error)


async def _answering(request: Request) -> Answering:
    return request.app.state.answering


Engine = Annotated[Answering, Depends(_answering)]


def searched(sidecar: Sidecar, caller: Caller, named: Sequence[str]) -> list[str]:
    """The repositories that are searched: those *named*, or all that *caller* may know of.

    Raises NotFoundError for one that was named and is not known to it, NotPublishedError where one
    that was named, or each of all, cannot be searched yet.
    """
    slugs = [known_repository(sidecar, caller, slug) for slug in named]
    slugs = slugs or known_slugs(sidecar, caller)
    with needing(vectors_name(sidecar.settings)):
        ready = [slug for slug in slugs if sidecar.workspace.vectors.published(slug) is not None]
    missing = [slug for slug in slugs if slug not in ready]
    if missing and (named or not ready):
        raise NotPublishedError(f"{', '.join(missing)} cannot be searched yet: analyse it first")
    return ready


class Asked(NamedTuple):
    """A question, the repositories that it names, and the question before it, if any."""

    question: str
    repositories: Sequence[str] = ()
    limit: int = PASSAGES
    before: str = ""


async def find(sidecar: Sidecar, caller: Caller, engine: Answering, asked: Asked) -> Findings:
    """What bears on a question, found in a thread. Raises as `searched`, and for what is away."""

    def work() -> Findings:
        slugs = searched(sidecar, caller, asked.repositories)
        with span("search"), needing(vectors_name(sidecar.settings)):
            passages = engine.retrieval.bearing(
                asked.question, slugs, limit=asked.limit, before=asked.before
            )
        with span("context"), needing("lake"):
            return engine.retrieval.findings(asked.question, slugs, passages)

    return await run_in_threadpool(work)


def noted(sidecar: Sidecar, answer: Answer) -> Answer:
    """*answer*, counted, and noted in the request's record: what became of the language model."""
    if answer.model_result != "not asked":
        sidecar.observability.metrics.language_model(answer.model_result)
    if request := current_request.get():
        request.notes["language_model"] = answer.model_result
    return answer


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What *work* gives; where the caller leaves before, it is cancelled."""
    task = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
    finally:
        task.cancel()
        leaving.cancel()
        await asyncio.gather(task, leaving, return_exceptions=True)
    raise ProblemError(HTTPStatus.REQUEST_TIMEOUT, "left", "the caller left before the answer")


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
