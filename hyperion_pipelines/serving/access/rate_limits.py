"""The part of every request's way that refuses callers who ask too often, and says what is left.

The headers are those of draft-ietf-httpapi-ratelimit-headers-11 (May 2026): the policy's name is
the resource, `q` requests in `w` seconds; `r` of them are left for `t` seconds.
"""

from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hyperion_pipelines.serving.access.access import Guarded
from hyperion_pipelines.serving.access.allowances import resource_of
from hyperion_pipelines.serving.access.callers import NOBODY, Caller
from hyperion_pipelines.serving.access.client_address import client_address
from hyperion_pipelines.serving.access.sliding_windows import Allowance
from hyperion_pipelines.serving.problems import ProblemError

UNLIMITED = frozenset({"/healthz", "/readyz"})


class RateLimits:
    """Passes on to *app* what is within the limits of its caller and its resource."""

    def __init__(self, app: ASGIApp, sidecar: Guarded) -> None:
        self._app = app
        self._allowances = sidecar.access.allowances

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request. Raises ProblemError (429) beyond the limit."""
        if scope["type"] != "http" or scope["path"] in UNLIMITED:
            await self._app(scope, receive, send)
            return
        resource = resource_of(scope["path"])
        allowance = await self._allowances.take(resource, _who(scope))
        if not allowance.is_granted:
            raise too_many_requests(resource, allowance)
        headers = [
            (name.lower().encode(), value.encode())
            for name, value in limit_headers(resource, allowance).items()
        ]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", ())
                message = {**message, "headers": [*given, *headers]}
            await send(message)

        await self._app(scope, receive, send_with_headers)


def limit_headers(policy: str, allowance: Allowance) -> dict[str, str]:
    """What is left of *allowance*, in the headers that an answer carries."""
    return {
        "RateLimit-Policy": f'"{policy}";q={allowance.quota};w={allowance.window_seconds}',
        "RateLimit": f'"{policy}";r={allowance.remaining};t={allowance.seconds}',
    }


def too_many_requests(policy: str, allowance: Allowance) -> ProblemError:
    """The refusal of a request beyond the limit."""
    return ProblemError(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many-requests",
        f"the limit of {policy!r} is {allowance.quota} requests in {allowance.window_seconds} s: "
        f"try again in {allowance.seconds} s",
        members={"violated-policies": [policy]},
        headers={"Retry-After": str(allowance.seconds), **limit_headers(policy, allowance)},
    )


def _who(scope: Scope) -> str:
    """Who is counted: the caller, and where nobody knows who asks, the address."""
    caller: Caller = scope["caller"]
    return f"{caller.name}@{client_address(scope)}" if caller is NOBODY else caller.name
