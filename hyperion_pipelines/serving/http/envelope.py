"""The outermost middleware: ids, measurement, headers and problem documents of every request.

Whatever is raised below becomes an answer here, and every request ends in one record, that of a
caller who left included.
"""

import asyncio
import logging
import time
from http import HTTPStatus

import anyio
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperion_pipelines.serving.http.ids import read_ids
from hyperion_pipelines.serving.http.routes import Routes
from hyperion_pipelines.serving.http.served import Served
from hyperion_pipelines.serving.observability.spans import Request, current_request
from hyperion_pipelines.serving.problems import as_problem, defect, note, problem_response

CLIENT_CLOSED_REQUEST = 499  # nobody's standard: nginx's, known to those who read logs
LONGEST_LOGGED_PATH = 2_000
# A caller is asked whether it is still there where it waited longer: to ask costs as much as all
# else here together.
PATIENCE_NS = 100_000_000
# Of every answer that does not say otherwise itself. Nothing that is served is a page.
DEFAULT_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)

logger = logging.getLogger(__name__)


class Envelope:
    """ASGI middleware around all others."""

    def __init__(self, app: ASGIApp, sidecar: Served, routes: Routes) -> None:
        self._app = app
        self._observability = sidecar.observability
        self._in_flight = sidecar.observability.metrics.requests_in_flight
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and record how that went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = self._begun(scope)
        exchange = _Exchange(request, receive, send)
        token = current_request.set(request)
        self._in_flight.inc()
        try:
            await self._answer(scope, exchange)
        finally:
            request.ended_ns = time.time_ns()
            request.status = exchange.final_status
            self._in_flight.dec()
            self._observability.record(request)
            current_request.reset(token)

    async def _answer(self, scope: Scope, exchange: "_Exchange") -> None:
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            exchange.is_abandoned = True
        except asyncio.CancelledError:
            exchange.is_abandoned = True
            raise
        except (
            Exception
        ) as error:  # whatever it is, the caller gets an answer and the log its words
            await exchange.fail(error, scope)

    def _begun(self, scope: Scope) -> Request:
        ids = read_ids(scope["headers"])
        path: str = scope["path"]
        return Request(
            request_id=ids.request_id,
            trace_id=ids.trace_id,
            parent_span_id=ids.parent_span_id,
            method=scope["method"],
            path=path[:LONGEST_LOGGED_PATH],
            route=self._routes.template(path),
            client=scope["client"][0] if scope.get("client") else "",
            started_ns=time.time_ns(),
        )


class _Exchange:
    """One request and its answer, as they pass by."""

    def __init__(self, request: Request, receive: Receive, send: Send) -> None:
        self._request, self._receive, self._send = request, receive, send
        self._status = 0
        self._is_finished = False
        self.is_abandoned = False

    @property
    def final_status(self) -> int:
        """The status that was sent, or would have been, had the caller stayed."""
        if self.is_abandoned:
            return CLIENT_CLOSED_REQUEST
        return self._status or HTTPStatus.INTERNAL_SERVER_ERROR

    async def receive(self) -> Message:
        """What the caller sends; that it left is noted."""
        message = await self._receive()
        if message["type"] == "http.disconnect" and not self._is_finished:
            self.is_abandoned = True
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            if time.time_ns() - self._request.started_ns > PATIENCE_NS:
                await self._look_after_caller()
            self._status = message["status"]
            headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
            given = {name for name, _ in headers}
            headers += [header for header in DEFAULT_HEADERS if header[0] not in given]
            headers.append((b"x-request-id", self._request.request_id.encode()))
            message = {**message, "headers": headers}
        elif not message.get("more_body", False):
            self._is_finished = True
        await self._send(message)

    async def fail(self, error: Exception, scope: Scope) -> None:
        """Answer with the problem that *error* is; an answer that has begun can only end early."""
        problem = as_problem(error)
        if problem is None:
            what = f"{self._request.method} {self._request.path}"
            logger.error("%s: an error that should not happen", what, exc_info=error)
            problem = defect()
        if self._status:
            note(self._request, problem)
            self._status = problem.status
        else:
            await problem_response(problem)(scope, self._receive, self.send)

    async def _look_after_caller(self) -> None:
        """Note whether the caller has left: nothing is waited for."""
        with anyio.CancelScope() as at_once:
            at_once.cancel()
            await self.receive()
