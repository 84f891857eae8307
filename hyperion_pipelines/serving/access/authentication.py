"""The part of every request's way that finds out who asks, and refuses whom nobody knows.

Whoever comes after it finds the Caller in `scope["caller"]`.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from hyperion_pipelines.serving.access.access import Guarded
from hyperion_pipelines.serving.access.callers import NOBODY, Caller
from hyperion_pipelines.serving.access.client_address import client_address
from hyperion_pipelines.serving.access.credentials import UnauthenticatedError, credential_of
from hyperion_pipelines.serving.access.failed_attempts import FailedAttempts
from hyperion_pipelines.serving.observability.spans import current_request

# They say nothing of any repository; a hook is signed instead.
WITHOUT_KEY = frozenset({"/healthz", "/readyz", "/openapi.json", "/v1/hooks/git"})


class Authentication:
    """Passes on to *app* the requests of callers who are known, or need not be."""

    def __init__(self, app: ASGIApp, sidecar: Guarded) -> None:
        self._app = app
        self._access = sidecar.access
        self._failures = FailedAttempts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name the caller. Raises ProblemError: 401, or 429 for an address that fails often."""
        if scope["type"] == "http":
            caller = self._caller(scope)
            scope["caller"] = caller
            request = current_request.get()
            if request is not None:
                request.caller = caller.name
        await self._app(scope, receive, send)

    def _caller(self, scope: Scope) -> Caller:
        """Who asks. Whoever was known before is not held up by others at the same address."""
        headers = Headers(scope=scope)
        known = self._access.recall(headers)
        if known is not None:
            return known
        if scope["path"] in WITHOUT_KEY and credential_of(headers) is None:
            return NOBODY
        address = client_address(scope)
        self._failures.check(address)
        try:
            return self._access.identify(headers)
        except UnauthenticatedError:
            self._failures.count(address)
            raise
