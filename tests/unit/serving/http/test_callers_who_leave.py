"""Callers of a real server who hang up: what their requests are recorded as."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from pydantic import ByteSize
from starlette.types import ASGIApp

from hyperion_pipelines.serving.http.envelope import Envelope
from hyperion_pipelines.serving.http.limits import Limits
from hyperion_pipelines.serving.http.routes import Routes
from hyperion_pipelines.settings import Settings
from tests.unit.serving.http.served_requests import MiddlewareSidecar, logged

PATIENCE = 10.0


def application() -> FastAPI:
    app = FastAPI()

    @app.get("/v1/stream")
    async def stream() -> StreamingResponse:  # pyright: ignore[reportUnusedFunction]
        async def words() -> AsyncIterator[str]:
            while True:
                yield "word "
                await asyncio.sleep(0.01)

        return StreamingResponse(words())

    @app.get("/v1/computed")
    def computed() -> str:  # pyright: ignore[reportUnusedFunction]
        time.sleep(0.3)
        return "done"

    @app.post("/v1/body")
    def body(text: dict[str, str]) -> None:  # pyright: ignore[reportUnusedFunction]
        assert text

    return app


@contextmanager
def listening(app: ASGIApp) -> Generator[tuple[str, int]]:
    """The address of a server of *app* in a thread of its own."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()
    finally:
        server.should_exit = True
        thread.join()


def wait_until(done: Callable[[], object]) -> None:
    given_up = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < given_up
        time.sleep(0.01)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, int]]:
    sidecar = MiddlewareSidecar(Settings(home=tmp_path, request_bytes=ByteSize(1024)))
    app = application()
    around = Envelope(Limits(app, sidecar), sidecar, Routes(app.routes))
    with sidecar.observability.running(), listening(around) as address:
        yield address


def ask(address: tuple[str, int], request: str, *, read: int) -> bytes:
    """Send *request* word for word, read a part of the answer, and hang up."""
    with socket.create_connection(address) as connection:
        connection.settimeout(PATIENCE)
        connection.sendall(request.replace("\n", "\r\n").encode())
        return connection.recv(read) if read else b""


@pytest.mark.parametrize(
    ("request_text", "read"),
    [
        ("GET /v1/stream HTTP/1.1\nHost: localhost\n\n", 100),
        ("GET /v1/computed HTTP/1.1\nHost: localhost\n\n", 0),
        ('POST /v1/body HTTP/1.1\nHost: localhost\nContent-Length: 100\n\n{"a":', 0),
    ],
    ids=["amid the answer", "before the answer", "amid the body"],
)
def test_a_caller_who_hangs_up_is_recorded_as_gone(
    address: tuple[str, int], tmp_path: Path, request_text: str, read: int
) -> None:
    ask(address, request_text, read=read)
    wait_until(lambda: logged(tmp_path))
    assert [record["status"] for record in logged(tmp_path)] == [499]


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(
    address: tuple[str, int], tmp_path: Path
) -> None:
    announced = "POST /v1/body HTTP/1.1\nHost: localhost\nContent-Length: 1000000000\n\n"
    answer = ask(address, announced, read=1_000)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()
    wait_until(lambda: logged(tmp_path))
    assert [record["status"] for record in logged(tmp_path)] == [413]
