"""An application behind the cache of answers, and callers that ask it without a network."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pydantic import ByteSize
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from hyperion_pipelines.serving.access.callers import Caller
from hyperion_pipelines.serving.access.callers import Scope as Right
from hyperion_pipelines.serving.caches.answers import AnswerCache
from hyperion_pipelines.serving.caches.published import PublishedWorkspace
from hyperion_pipelines.serving.observability.observed import Observability
from hyperion_pipelines.settings import Settings

READER = Caller("reader", frozenset({Right.READ}), frozenset({"shop"}))
PREDICTIONS = "/v1/predictions/commits"
PROFILE = "/v1/repositories/shop/profile"


class Told(NamedTuple):
    """What a caller was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class Application:
    """Answers with the number of times that it was asked and what it received; or fails."""

    def __init__(self) -> None:
        self.asked = 0
        self.statuses: list[int] = []
        self.parts = 1
        self.gate: asyncio.Event | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer: in as many parts as it should, when its gate is open."""
        self.asked += 1
        number = self.asked
        received = await _body(receive) if scope["method"] == "POST" else b""
        if self.gate is not None:
            await self.gate.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for part in range(self.parts):
            body = b"%d:%s;" % (number, received)
            more = part + 1 < self.parts
            await send({"type": "http.response.body", "body": body, "more_body": more})


@dataclass
class Served:
    """The cache over an application and a home; `answers` counts its hits and misses."""

    home: Path
    answer_cache_bytes: int = 1_000_000
    application: Application = field(default_factory=Application)

    def __post_init__(self) -> None:
        settings = Settings(home=self.home, answer_cache_bytes=ByteSize(self.answer_cache_bytes))
        self.workspace = PublishedWorkspace(settings, look_seconds=0.0)
        self.observability = Observability(self.workspace)
        self.cache = AnswerCache(self.application, self)

    @property
    def counts(self) -> Counter[str]:
        """Hits and misses, as they are told to Prometheus."""
        lines = self.observability.metrics.exposition().decode().splitlines()
        said = [line for line in lines if line.startswith('hyperion_cache_total{cache="answers"')]
        # Without those of which there is none.
        return +Counter({line.split('"')[3]: int(float(line.split()[-1])) for line in said})

    async def ask(
        self,
        path: str,
        *body: bytes,
        caller: Caller = READER,
        query: bytes = b"",
        leaves: bool = False,
        **headers: str,
    ) -> Told:
        """Ask, with a body in parts where there is one; who *leaves* does so before its end."""
        sent: list[Message] = []
        parts = [
            {"type": "http.request", "body": part, "more_body": leaves or number + 1 < len(body)}
            for number, part in enumerate(body)
        ]

        async def receive() -> Message:
            return parts.pop(0) if parts else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        named = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
        scope: Scope = {
            "type": "http",
            "method": "POST" if body else "GET",
            "path": path,
            "query_string": query,
            "headers": named,
            "caller": caller,
        }
        await self.cache(scope, receive, send)
        return _told(sent)


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


def _told(sent: list[Message]) -> Told:
    start, *rest = sent
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return Told(start["status"], headers, b"".join(part.get("body", b"") for part in rest))
