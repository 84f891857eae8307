"""Which names the sidecar is asked by: a web page must not reach it through a name of its own.

A page in a browser on this machine may rebind its own name to a loopback address and then ask a
sidecar that wants no key. The header Host still has the page's name.
"""

import ipaddress
from functools import lru_cache
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from hyperion_pipelines.serving.http.served import Served
from hyperion_pipelines.serving.problems import ProblemError


class Hosts:
    """ASGI middleware that answers under the names of this machine and of `trusted_hosts` alone.

    Where no names are set, it answers under any, unless whoever asks may do everything.
    """

    def __init__(self, app: ASGIApp, sidecar: Served) -> None:
        self._app = app
        self._sidecar = sidecar
        self._trusted = frozenset(each.lower() for each in sidecar.settings.trusted_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. Raises ProblemError, 421, where its Host is another's."""
        if scope["type"] == "http" and (self._trusted or self._sidecar.is_open):
            self._check(scope)
        await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        names = [host_name(value) for name, value in scope["headers"] if name == b"host"]
        if not names or not all(name in self._trusted or is_local_name(name) for name in names):
            raise ProblemError(
                HTTPStatus.MISDIRECTED_REQUEST,
                "unknown-host",
                "the sidecar is not known by the name in the header Host: ask it as localhost, or "
                "name it in HYPERION_TRUSTED_HOSTS",
            )


@lru_cache(maxsize=1024)
def host_name(host: bytes) -> str:
    """The name or address in a header Host, lower-case, without port and brackets."""
    text = host.decode("latin-1").lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0]


@lru_cache(maxsize=1024)
def is_local_name(name: str) -> bool:
    """Whether a page asks this machine by *name*: localhost and all below it (RFC 6761)."""
    return name.endswith(".localhost") or is_loopback(name)


def is_loopback(host: str) -> bool:
    """Whether *host*, which may be listened on, is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
