"""What is too large is refused, what takes too long is given up."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import Body, FastAPI
from fastapi.testclient import TestClient

from tests.unit.serving.http.served_requests import running_client

LIMIT = 1024


def add_endpoints(app: FastAPI) -> None:
    @app.post("/v1/length")
    def length(text: Annotated[str, Body()]) -> int:  # pyright: ignore[reportUnusedFunction]
        return len(text)

    @app.get("/v1/slow")
    @app.get("/v1/answers")
    async def slow() -> str:  # pyright: ignore[reportUnusedFunction]
        await asyncio.sleep(0.3)
        return "done"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with running_client(
        tmp_path, add_endpoints, request_bytes=LIMIT, request_seconds=0.1
    ) as client:
        yield client


def json_string(size: int) -> bytes:
    return b'"' + b"x" * (size - 2) + b'"'


def in_parts(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    yield body[len(body) // 2 :]


@pytest.mark.parametrize("is_declared", [True, False])
def test_a_body_may_have_as_many_bytes_as_are_set_and_no_more(
    client: TestClient, is_declared: bool
) -> None:
    def send(body: bytes) -> int:
        content = body if is_declared else in_parts(body)
        headers = {"Content-Type": "application/json"}
        answer = client.post("/v1/length", content=content, headers=headers)
        if answer.status_code == 413:
            assert answer.json()["type"] == "urn:hyperion:problem:too-large"
            assert answer.headers["connection"] == "close"
        return answer.status_code

    assert (send(json_string(LIMIT)), send(json_string(LIMIT + 1))) == (200, 413)


def test_what_takes_too_long_is_answered_in_time_and_says_what_to_do(client: TestClient) -> None:
    answer = client.get("/v1/slow")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:hyperion:problem:too-slow")
    assert answer.elapsed.total_seconds() < 0.3
    assert "HYPERION_REQUEST_SECONDS" in answer.json()["detail"]
    assert answer.headers["retry-after"] == "5"


def test_answers_of_a_language_model_have_their_own_time(client: TestClient) -> None:
    assert client.get("/v1/answers").json() == "done"
