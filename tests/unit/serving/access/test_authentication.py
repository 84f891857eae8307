"""Whatever comes after authentication, and the request's record, know the caller by name."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Send
from starlette.types import Scope as AsgiScope

from hyperion_pipelines.serving.access.access import Access
from hyperion_pipelines.serving.access.api_keys import FILE_NAME, ApiKeys
from hyperion_pipelines.serving.access.authentication import WITHOUT_KEY, Authentication
from hyperion_pipelines.serving.access.callers import ANYBODY, NOBODY, Caller, Scope
from hyperion_pipelines.serving.access.credentials import UnauthenticatedError
from hyperion_pipelines.serving.observability.spans import Request, current_request
from hyperion_pipelines.settings import Settings


@dataclass(frozen=True)
class Sidecar:
    """As much of it as decides who asks."""

    access: Access


def ask(access: Access, path: str, key: str = "") -> tuple[Caller, str]:
    """The caller that the next part finds, and the one of the request's record."""
    found: list[Caller] = []

    async def next_part(scope: AsgiScope, receive: Receive, send: Send) -> None:
        found.append(scope["caller"])

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        raise AssertionError(f"nothing answers here: {message}")

    headers = [(b"x-api-key", key.encode())] if key else []
    scope = {"type": "http", "path": path, "headers": headers, "client": ("192.0.2.7", 1)}
    record = Request("id", "trace", None, "GET", path)
    token = current_request.set(record)
    try:
        asyncio.run(Authentication(next_part, Sidecar(access))(scope, receive, send))
    finally:
        current_request.reset(token)
    return found[0], record.caller


@pytest.fixture
def key(tmp_path: Path) -> str:
    return ApiKeys(tmp_path / FILE_NAME).make("ci", [Scope.READ]).words


@pytest.mark.parametrize("path", sorted(WITHOUT_KEY))
def test_where_no_key_is_needed_nobody_asks_and_may_do_nothing(
    tmp_path: Path, key: str, path: str
) -> None:
    access = Access(tmp_path, Settings(), is_open=False)
    assert ask(access, path) == (NOBODY, "nobody")
    assert not any(NOBODY.may(scope) for scope in Scope)
    assert not NOBODY.may_know("shop")
    assert ask(access, path, key)[1] == "ci"


def test_elsewhere_the_caller_is_known_or_refused(tmp_path: Path, key: str) -> None:
    access = Access(tmp_path, Settings(), is_open=False)
    caller, recorded = ask(access, "/v1/search", key)
    assert (caller.name, recorded) == ("ci", "ci")
    for path in ("/v1/search", "/healthz/", "/metrics", "/v1/hooks/git/"):
        with pytest.raises(UnauthenticatedError):
            ask(access, path)


def test_an_open_sidecar_is_asked_by_anybody(tmp_path: Path) -> None:
    access = Access(tmp_path, Settings(), is_open=True)
    assert ask(access, "/v1/search", "whatever") == (ANYBODY, "anybody")
