"""Every request has an id, headers, a record, and an answer whatever happens below."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Response
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.logs import configure_logs
from hyperion_pipelines.serving.http.envelope import Envelope
from hyperion_pipelines.serving.http.routes import Routes
from hyperion_pipelines.serving.observability.spans import span
from hyperion_pipelines.serving.problems import NotFoundError
from hyperion_pipelines.settings import Settings
from tests.unit.serving.http.served_requests import MiddlewareSidecar, logged, running_client

SECRET = "swordfish"  # noqa: S105 - a word to look for


def add_endpoints(app: FastAPI) -> None:
    @app.get("/v1/things/{name}")
    def thing(name: str) -> dict[str, str]:  # pyright: ignore[reportUnusedFunction]
        if name == "none":
            raise NotFoundError("no such thing")
        if name == "clone":
            raise HyperionError("cannot clone https://user:swordfish@example.org/x.git")
        if name == "broken":
            raise ZeroDivisionError(SECRET)
        with span("look", name=name), span("deeper"):
            return {"name": name}

    @app.get("/v1/cacheable")
    def cacheable() -> Response:  # pyright: ignore[reportUnusedFunction]
        return Response("{}", headers={"Cache-Control": "max-age=60"})

    @app.get("/v1/stream")
    def stream(*, fails: bool = False) -> StreamingResponse:  # pyright: ignore[reportUnusedFunction]
        def words() -> Iterator[str]:
            with span("words"):
                yield "one "
                if fails:
                    raise ZeroDivisionError(SECRET)
                yield "two"

        return StreamingResponse(words())


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    configure_logs(tmp_path)
    with running_client(tmp_path, add_endpoints) as client:
        yield client


def test_every_answer_has_the_headers_of_safety_and_the_id(client: TestClient) -> None:
    for path in ("/v1/things/a", "/v1/things/none", "/v1/things/broken", "/nowhere"):
        headers = client.get(path, headers={"X-Request-ID": "my-request"}).headers
        assert headers["x-request-id"] == "my-request"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


def test_what_an_endpoint_says_of_caching_stays(client: TestClient) -> None:
    assert client.get("/v1/cacheable").headers.get_list("cache-control") == ["max-age=60"]


def test_a_defect_is_answered_without_its_words_and_logged_with_its_id(
    client: TestClient, tmp_path: Path
) -> None:
    answer = client.get("/v1/things/broken")
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (500, "urn:hyperion:problem:defect")
    assert SECRET not in answer.text
    (line,) = (tmp_path / "logs" / "hyperion.jsonl").read_text().splitlines()
    record = json.loads(line)
    assert record["request_id"] == problem["request_id"] == answer.headers["x-request-id"]
    assert "ZeroDivisionError" in record["traceback"]


def test_an_error_of_the_engine_is_answered_without_credentials(client: TestClient) -> None:
    answer = client.get("/v1/things/clone")
    assert answer.status_code == 409
    assert answer.json()["detail"] == "cannot clone https://example.org/x.git"


def test_a_record_says_who_asked_what_and_where_the_time_went(tmp_path: Path) -> None:
    with running_client(tmp_path, add_endpoints) as client:
        headers = {"Authorization": f"Bearer {SECRET}", "X-Request-ID": "my-request"}
        client.get(f"/v1/things/a?key={SECRET}", headers=headers)
    (record,) = logged(tmp_path)
    assert SECRET not in json.dumps(record)
    told = {name: record[name] for name in ("request_id", "method", "route", "path", "status")}
    assert told == {
        "request_id": "my-request",
        "method": "GET",
        "route": "/v1/things/{name}",
        "path": "/v1/things/a",
        "status": 200,
    }
    look, deeper = record["spans"]
    assert (look["name"], look["parent"], look["attributes"]) == ("look", None, {"name": "a"})
    assert (deeper["name"], deeper["parent"]) == ("deeper", 0)
    assert 0 <= look["start_ms"] <= deeper["start_ms"]
    assert deeper["ms"] <= look["ms"] <= record["ms"]


def test_problems_are_noted_and_paths_of_nobody_have_no_route(tmp_path: Path) -> None:
    with running_client(tmp_path, add_endpoints) as client:
        client.get("/v1/things/none")
        client.get("/nowhere")
    known, unknown = logged(tmp_path)
    assert (known["status"], known["notes"]) == (404, {"problem": "not-found"})
    assert (unknown["status"], unknown["route"]) == (404, "")


def test_a_streamed_answer_is_measured_to_its_end(tmp_path: Path) -> None:
    with running_client(tmp_path, add_endpoints) as client:
        assert client.get("/v1/stream").text == "one two"
    (record,) = logged(tmp_path)
    (words,) = record["spans"]
    assert words["start_ms"] + words["ms"] <= record["ms"]


def test_a_stream_that_breaks_is_recorded_as_a_failure(tmp_path: Path) -> None:
    with running_client(tmp_path, add_endpoints) as client:
        client.get("/v1/stream?fails=true")
    (record,) = logged(tmp_path)
    assert (record["status"], record["notes"]["problem"]) == (500, "defect")
    assert record["spans"][0]["attributes"] == {"error": "ZeroDivisionError"}


NO_ROUTES = Routes([])
SCOPE: Scope = {
    "type": "http",
    "method": "GET",
    "path": "/v1/things/a",
    "headers": [],
    "client": ("127.0.0.1", 1),
}


async def left() -> Message:
    return {"type": "http.disconnect"}


async def silent() -> Message:
    await asyncio.sleep(60)
    return await left()


async def unheard(_: Message) -> None:
    """The caller has left."""


async def answers_late(_: Scope, __: Receive, send: Send) -> None:
    await asyncio.sleep(0.12)
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"{}"})


async def never_answers(_: Scope, receive: Receive, __: Send) -> None:
    await receive()
    await asyncio.sleep(60)


def test_a_caller_who_left_before_the_answer_is_recorded_as_gone(tmp_path: Path) -> None:
    sidecar = MiddlewareSidecar(Settings(home=tmp_path))
    with sidecar.observability.running():
        asyncio.run(Envelope(answers_late, sidecar, NO_ROUTES)(dict(SCOPE), left, unheard))  # pyright: ignore[reportArgumentType] - ASGI's coroutines
    assert [record["status"] for record in logged(tmp_path)] == [499]


def test_a_request_that_is_cancelled_is_recorded_as_gone(tmp_path: Path) -> None:
    sidecar = MiddlewareSidecar(Settings(home=tmp_path))

    async def cancelled() -> None:
        async with asyncio.timeout(0.05):
            await Envelope(never_answers, sidecar, NO_ROUTES)(dict(SCOPE), silent, unheard)

    with sidecar.observability.running(), pytest.raises(TimeoutError):
        asyncio.run(cancelled())
    assert [record["status"] for record in logged(tmp_path)] == [499]
