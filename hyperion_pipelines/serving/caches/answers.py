"""The part of every request's way where it ends if the same was answered a moment ago.

What is kept is true while nothing is published, and for ten minutes at most. It is given only to
callers with the same rights, to the same bytes asked. A request that says `Cache-Control: no-cache`
is answered anew. Of several that ask the same at once, one is computed and the others wait for it.

An answer that is given again is no new prediction: it is counted as a hit of this cache, and the
prediction log does not have it twice.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperion_pipelines.serving.caches.kept_answers import (
    Answer,
    Headers,
    KeptAnswers,
    Question,
    age,
    made_answer,
)
from hyperion_pipelines.serving.caches.published import PublishedWorkspace
from hyperion_pipelines.serving.observability.observed import Observability
from hyperion_pipelines.serving.observability.spans import current_request
from hyperion_pipelines.stores.cache import CacheCounter

if TYPE_CHECKING:
    from hyperion_pipelines.serving.access.callers import Caller

NAME = "answers"
ASKED_WITH_BODY = frozenset(
    {
        *("/v1/predictions/commits", "/v1/predictions/files", "/v1/predictions/diff"),
        *("/v1/anomalies", "/v1/impact", "/v1/search"),
    }
)
ASKED_BY_PATH = ("/v1/repositories", "/v1/features/", "/v1/graph/")
# A browser may keep it too, for its user alone, who is known by these headers.
_FRESH: Headers = (
    (b"cache-control", b"private, max-age=60"),
    (b"vary", b"Authorization, X-API-Key"),
)


class Caching(Protocol):
    """Whoever has what the cache looks at."""

    @property
    def workspace(self) -> PublishedWorkspace:
        """What answers are made from."""
        ...

    @property
    def observability(self) -> Observability:
        """Where hits and misses are counted."""
        ...


class _Asked(NamedTuple):
    """A request that may have been answered before; `received` is what its caller sent."""

    question: Question
    received: Sequence[Message]
    is_to_be_fresh: bool
    etags: bytes | None


class AnswerCache:
    """ASGI middleware that answers again what it has answered before."""

    def __init__(self, app: ASGIApp, sidecar: Caching) -> None:
        self._app = app
        self._generation = sidecar.workspace.generation
        self._counter = CacheCounter()
        caches = sidecar.observability.metrics.counted_elsewhere.caches
        caches[NAME] = lambda: self._counter.counts
        self._kept = KeptAnswers(int(sidecar.workspace.settings.answer_cache_bytes))
        self._in_flight: dict[Question, asyncio.Future[Answer | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass the request on and remember what is answered."""
        if not _is_repeatable(scope):
            await self._app(scope, receive, send)
            return
        received = [] if scope["method"] == "GET" else await _received(receive)
        if received and received[-1]["type"] == "http.disconnect":
            await self._app(scope, _again(received, receive), send)
            return
        asked = _asked(scope, received)
        answer = None if asked.is_to_be_fresh else await self._known(asked.question)
        self._counter.count_lookup(is_hit=answer is not None)
        if answer is not None:
            await _give(asked, answer, send, age_seconds=int(age(answer)))
        else:
            await self._ask(asked, scope, receive, send)

    async def _known(self, question: Question) -> Answer | None:
        """What was answered, or is being answered to somebody else; None where nothing comes."""
        while True:
            answer = self._kept.get(question, self._generation())
            asking = self._in_flight.get(question)
            if answer is not None or asking is None:
                return answer
            await asyncio.wait((asking,))
            # Whoever asked first may have left. Where it failed, everybody asks for himself.
            if not asking.cancelled():
                return asking.result()

    async def _ask(self, asked: _Asked, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the application answer, and remember what it says."""
        question, generation = asked.question, self._generation()
        asking = asyncio.get_running_loop().create_future()
        is_first = self._in_flight.setdefault(question, asking) is asking

        async def complete(headers: list[tuple[bytes, bytes]], body: bytes) -> None:
            answer = made_answer(headers, body, generation)
            self._kept.keep(question, answer)
            # Before it is sent: others do not wait for a caller that reads slowly.
            asking.set_result(answer)
            await _give(asked, answer, send)

        try:
            recording = _Recording(send, complete)
            await self._app(scope, _again(asked.received, receive), recording.send)
        except asyncio.CancelledError:
            asking.cancel()
            raise
        finally:
            if is_first:
                del self._in_flight[question]
            if not asking.done():
                asking.set_result(None)


class _Complete(Protocol):
    async def __call__(self, headers: list[tuple[bytes, bytes]], body: bytes) -> None: ...


class _Recording:
    """Holds an answer of status 200 back until it is complete; others pass as they come."""

    def __init__(self, send: Send, complete: _Complete) -> None:
        self._send, self._complete = send, complete
        self._headers: list[tuple[bytes, bytes]] | None = None
        self._body: list[bytes] = []

    async def send(self, message: Message) -> None:
        """A part of the answer."""
        if message["type"] == "http.response.start" and message["status"] == 200:
            self._headers = list(message.get("headers", ()))
        elif self._headers is None:
            await self._send(message)
        else:
            self._body.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._complete(self._headers, b"".join(self._body))


def _is_repeatable(scope: Scope) -> bool:
    """Whether a request asks for what is the same until something is published."""
    if scope["type"] != "http":
        return False
    if scope["method"] == "POST":
        return scope["path"] in ASKED_WITH_BODY
    return scope["method"] == "GET" and scope["path"].startswith(ASKED_BY_PATH)


def _asked(scope: Scope, received: Sequence[Message]) -> _Asked:
    content_type, etags, is_to_be_fresh = b"", None, False
    for name, value in scope["headers"]:
        if name == b"content-type":
            content_type = value
        elif name == b"if-none-match":
            etags = value
        elif name == b"cache-control":
            is_to_be_fresh = b"no-cache" in value.lower()
    caller: Caller = scope["caller"]
    question = Question(
        scope["method"],
        scope["path"],
        scope["query_string"],
        content_type,
        b"".join([message.get("body", b"") for message in received]),
        caller.scopes,
        caller.repositories,
    )
    return _Asked(question, received, is_to_be_fresh, etags)


async def _received(receive: Receive) -> list[Message]:
    """The whole body, as it came; it ends in a disconnect where the caller left."""
    received = [await receive()]
    while received[-1].get("more_body", False):
        received.append(await receive())
    return received


def _again(received: Sequence[Message], receive: Receive) -> Receive:
    """*receive* that begins with what was received already."""
    earlier: Iterator[Message] = iter(received)

    async def again() -> Message:
        for message in earlier:
            return message
        return await receive()

    return again


async def _give(
    asked: _Asked, answer: Answer, send: Send, *, age_seconds: int | None = None
) -> None:
    """Send *answer*; to a GET whose caller has it already, only that this is so."""
    headers = list(answer.headers)
    if age_seconds is not None:
        headers.append((b"age", b"%d" % age_seconds))
        request = current_request.get()
        if request is not None:
            request.notes["answered_from_memory"] = True
    status, body = 200, answer.body
    if asked.question.method == "GET":
        given = {name for name, _ in headers}
        own = ((b"etag", answer.etag), *_FRESH)
        headers += [header for header in own if header[0] not in given]
        if asked.etags is not None and _names(asked.etags, answer.etag):
            status, body = 304, b""
            headers = [header for header in headers if not header[0].startswith(b"content-")]
    if status == 200:
        headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _names(etags: bytes, etag: bytes) -> bool:
    """Whether a header If-None-Match names *etag*; weak ones count as strong ones (RFC 9110)."""
    named = (each.strip().removeprefix(b"W/") for each in etags.split(b","))
    return any(each in {b"*", etag} for each in named)
