"""Limits of every request: the size of its body, and the time until it is answered."""

import asyncio
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperion_pipelines.serving.http.served import Served
from hyperion_pipelines.serving.problems import ProblemError

# Those that wait for a language model have times of their own.
UNTIMED_PATHS = frozenset({"/v1/answers", "/v1/chat/completions"})


class Limits:
    """ASGI middleware that refuses what is too large, and gives up what takes too long.

    A thread that computes cannot be stopped: its caller is answered in time, it works on.
    """

    def __init__(self, app: ASGIApp, sidecar: Served) -> None:
        self._app = app
        self._bytes = int(sidecar.settings.request_bytes)
        self._seconds = sidecar.settings.request_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on within its limits. Raises ProblemError, 413 or 503, beyond them."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = _declared_length(scope)
        if declared is None:
            receive = self._counted(receive)
        elif declared > self._bytes:
            raise self._too_large()
        if scope["path"] in UNTIMED_PATHS:
            await self._app(scope, receive, send)
        else:
            await self._in_time(scope, receive, send)

    async def _in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                await self._app(scope, receive, send)
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "too-slow",
                f"this took longer than {self._seconds:g} seconds: ask for less at once, or raise "
                "HYPERION_REQUEST_SECONDS",
                headers={"Retry-After": "5"},
            ) from error

    def _counted(self, receive: Receive) -> Receive:
        """*receive* of a body whose length nobody said."""
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._bytes:
                raise self._too_large()
            return message

        return counted

    def _too_large(self) -> ProblemError:
        return ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too-large",
            f"the body has more than {self._bytes:,} bytes: send less at once, or raise "
            "HYPERION_REQUEST_BYTES",
            headers={"Connection": "close"},  # the rest of it is not read
        )


def _declared_length(scope: Scope) -> int | None:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else None
    return None
