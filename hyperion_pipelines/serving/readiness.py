"""Whether all that answers depend on is there now: each is asked, side by side and briefly.

What is said is remembered for some seconds, so that nobody wears out the stores by asking. What an
endpoint says of a store that fails meanwhile is the business of `dependencies`.
"""

import asyncio
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cache, partial
from typing import NamedTuple

import anyio
import anyio.to_thread
import httpx

from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.learning.registry.pyfunc import MODELS
from hyperion_pipelines.serving.dependencies import (
    FAILURES,
    cache_name,
    graph_name,
    said,
    vectors_name,
)
from hyperion_pipelines.workspace import Workspace

ANSWER_SECONDS = 2.0
REMEMBERED_SECONDS = 5.0
# They start work in place of answering: where Dagster is away, all else goes on.
STARTING = frozenset({"analyses", "hooks"})
PREDICTING = ("predictions", "anomalies", "impact")
SEARCHING = ("search", "answers", "chat")

Check = Callable[[], str]


class Dependency(NamedTuple):
    """Something that the endpoints *needed_by* depend on; `detail` is a sentence for a person."""

    name: str
    is_up: bool
    needed_by: tuple[str, ...]
    detail: str

    @property
    def is_in_the_way(self) -> bool:
        """Whether the sidecar cannot answer all that it is there for without it."""
        return not self.is_up and not STARTING.issuperset(self.needed_by)


class _Question(NamedTuple):
    name: str
    needed_by: tuple[str, ...]
    ask: Callable[[], Awaitable[str]]


class Readiness:
    """What a sidecar over *workspace* depends on."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._threads = _CheckThreads()
        self._asking = asyncio.Lock()
        self._known: tuple[float, Sequence[Dependency]] = (float("-inf"), ())

    async def dependencies(self) -> Sequence[Dependency]:
        """All of them, as they were within the last REMEMBERED_SECONDS."""
        async with self._asking:
            asked_at, known = self._known
            if time.monotonic() - asked_at < REMEMBERED_SECONDS:
                return known
            found = await asyncio.gather(*map(_asked, self._questions()))
            self._known = time.monotonic(), found
            return found

    def _questions(self) -> list[_Question]:
        settings = self._workspace.settings
        stores = (*SEARCHING, "repositories", "features")
        questions = [
            self._in_thread("lake", (*PREDICTING, *stores), _lake),
            self._in_thread("mirrors", PREDICTING, _mirrors),
            self._in_thread("models", PREDICTING, _models),
            self._in_thread(vectors_name(settings), SEARCHING, _vectors),
            self._in_thread(graph_name(settings), ("graph",), _graph),
            # Features that it does not know come from the lake.
            self._in_thread(cache_name(settings), (), _cache),
            self._in_thread("embedding_model", SEARCHING, _embedding_model),
        ]
        tracking = settings.mlflow_tracking_uri.get_secret_value()
        if tracking.startswith(("http://", "https://")):
            questions.append(_Question("mlflow", (), partial(_reached, f"{tracking}/health")))
        if settings.llm_url:
            # Without it, answers are passages.
            models, key = f"{settings.llm_url.rstrip('/')}/models", settings.llm_api_key
            asking = partial(_reached, models, key.get_secret_value())
            questions.append(_Question("language_model", (), asking))
        starting = partial(_reached, f"{settings.dagster_address}/server_info")
        return [*questions, _Question("dagster", tuple(sorted(STARTING)), starting)]

    def _in_thread(
        self, name: str, needed_by: tuple[str, ...], check: Callable[[Workspace], str]
    ) -> _Question:
        ask = partial(self._threads.run, name, partial(check, self._workspace))
        return _Question(name, needed_by, ask)


class _CheckThreads:
    """Threads for checks that may hang: one that hangs is left alone, and none joins it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._busy = set[str]()

    async def run(self, name: str, check: Check) -> str:
        """What *check* says. Raises TimeoutError while an earlier one has not answered."""
        with self._lock:
            if name in self._busy:
                raise TimeoutError
            self._busy.add(name)
        # Not the threads that answer: a sidecar that is busy is there nevertheless.
        return await anyio.to_thread.run_sync(
            self._checked, name, check, abandon_on_cancel=True, limiter=anyio.CapacityLimiter(1)
        )

    def _checked(self, name: str, check: Check) -> str:
        try:
            return check()
        finally:
            with self._lock:
                self._busy.discard(name)


async def _asked(question: _Question) -> Dependency:
    is_up = False
    try:
        with anyio.fail_after(ANSWER_SECONDS):
            detail = await question.ask()
        is_up = True
    except TimeoutError:
        detail = f"it did not answer within {ANSWER_SECONDS:g} seconds"
    except (*FAILURES, HyperionError) as error:
        detail = said(error)
    return Dependency(question.name, is_up, question.needed_by, detail)


class _MissingError(HyperionError):
    """What was published is not there."""


def _lake(workspace: Workspace) -> str:
    published = _slugs_with(workspace, "commits")
    if published and workspace.lake.version("commits") is None:
        raise _MissingError(f"the tables of {', '.join(published)} are gone: restore the lake")
    return f"repositories in it: {len(published)}"


def _mirrors(workspace: Workspace) -> str:
    analysed = _slugs_with(workspace, "commits")
    if gone := [slug for slug in analysed if not workspace.mirror(slug).is_there]:
        raise _MissingError(f"there are none of {', '.join(gone)}: analyse them again")
    return f"repositories in them: {len(analysed)}"


def _models(workspace: Workspace) -> str:
    served = {name for name in MODELS if workspace.champions.champion(name) is not None}
    pointers = workspace.home.glob("models/*/champion.json")
    if gone := {pointer.parent.name for pointer in pointers} - served:
        raise _MissingError(f"the files of {', '.join(sorted(gone))} are gone: restore them")
    return f"{len(served)} of {len(MODELS)} models are served"


def _vectors(workspace: Workspace) -> str:
    return _all_there(workspace, "search_grades", "vectors", workspace.vectors.published)


def _graph(workspace: Workspace) -> str:
    return _all_there(workspace, "graph_counts", "graphs", workspace.graphs.loaded)


def _all_there(
    workspace: Workspace, table: str, what: str, version: Callable[[str], str | None]
) -> str:
    """How many repositories a store has; it must have those of which rows of *table* are there."""
    analysed = _slugs_with(workspace, table)
    # A server is asked even where nobody was analysed yet.
    found = [slug for slug in analysed or ["-"] if version(slug) is not None]
    if missing := set(analysed).difference(found):
        raise _MissingError(f"there are no {what} of {', '.join(sorted(missing))}")
    return f"repositories in it: {len(found)}"


def _cache(workspace: Workspace) -> str:
    url = workspace.settings.redis_url.get_secret_value()
    if not url:
        return "it is in memory"
    from redis import Redis, RedisError

    client = Redis.from_url(
        url, socket_connect_timeout=ANSWER_SECONDS, socket_timeout=ANSWER_SECONDS
    )
    try:
        client.ping()
    except RedisError as error:
        raise _MissingError(f"Redis fails: {type(error).__name__}") from error
    finally:
        client.close()
    return "it answers"


def _embedding_model(workspace: Workspace) -> str:
    installed = f"{workspace.embedding_model.folder.name} is installed"
    if workspace.question_model is workspace.embedding_model:
        return f"{installed}; until an analysis exports it, PyTorch reads questions, which is slow"
    return installed


def _slugs_with(workspace: Workspace, table: str) -> list[str]:
    """The repositories of which rows of a table are published."""
    slugs = [repository.slug for repository in workspace.catalogue.list()]
    publications = {slug: workspace.publications.get(table, slug) for slug in slugs}
    return [slug for slug, made in publications.items() if made is not None and made.rows > 0]


@cache
def _authorities() -> ssl.SSLContext:
    """The certificates that are trusted: to read them takes longer than most servers to answer."""
    return httpx.create_ssl_context()


async def _reached(url: str, key: str = "") -> str:
    """Asks the server whether it answers at all; what it thinks of the key is told, too."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS, verify=_authorities()) as client:
        answer = await client.get(url, headers=headers)
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise _MissingError(f"it answers with the status {answer.status_code}")
    return f"it answers with the status {answer.status_code}"
