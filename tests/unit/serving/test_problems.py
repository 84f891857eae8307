"""Errors reach a caller as problem documents, whatever raised them, and are documented so."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException
from fastapi.testclient import TestClient
from pydantic import BaseModel, SecretStr

from hyperion_pipelines.errors import ConfigurationError, HyperionError, LockedError, UsageError
from hyperion_pipelines.serving.observability.spans import Request, current_request
from hyperion_pipelines.serving.problems import (
    CONTENT_TYPE,
    MissingDependencyError,
    NotFoundError,
    Problem,
    as_problem,
    documented,
    install,
)
from hyperion_pipelines.stores.graph import QueryError

RAISED: dict[str, Exception] = {
    "missing": MissingDependencyError("neo4j", "connection refused"),
    "unknown": NotFoundError("no repository named 'x'"),
    "http": HTTPException(418, "short and stout"),
    "usage": UsageError("no table named 'x'"),
}


class Login(BaseModel):
    """A body with a secret."""

    name: str
    key: SecretStr


@pytest.fixture(scope="module")
def app() -> FastAPI:
    app = FastAPI()
    install(app)

    @app.get("/raise/{name}", responses=documented(404, 503))
    def raises(name: str) -> None:  # pyright: ignore[reportUnusedFunction]
        raise RAISED[name]

    @app.post("/login")
    def login(login: Annotated[Login, Body()]) -> str:  # pyright: ignore[reportUnusedFunction]
        return login.name

    return app


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def request_in_progress() -> Iterator[Request]:
    request = Request("request-1", "0" * 31 + "1", None, "GET", "/raise/missing")
    token = current_request.set(request)
    yield request
    current_request.reset(token)


def test_a_document_has_every_member_of_the_standard_and_its_own(
    client: TestClient, request_in_progress: Request
) -> None:
    answer = client.get("/raise/missing")
    assert answer.headers["content-type"] == CONTENT_TYPE
    assert answer.headers["retry-after"] == "5"
    assert answer.json() == {
        "dependency": "neo4j",
        "type": "urn:hyperion:problem:missing-dependency",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "neo4j does not answer: connection refused",
        "instance": "urn:hyperion:request:request-1",
        "request_id": "request-1",
    }
    assert request_in_progress.notes["problem"] == "missing-dependency"


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/raise/unknown", 404, "not-found"),
        ("GET", "/raise/http", 418, "i'm-a-teapot"),
        ("GET", "/raise/usage", 422, "wrong-call"),
        ("GET", "/nowhere", 404, "not-found"),
        ("DELETE", "/login", 405, "method-not-allowed"),
    ],
)
def test_every_refusal_is_a_problem_document(
    client: TestClient, method: str, path: str, status: int, kind: str
) -> None:
    answer = client.request(method, path)
    problem = Problem.model_validate(answer.json())
    assert (answer.status_code, problem.status) == (status, status)
    assert problem.type == f"urn:hyperion:problem:{kind}"


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ({"name": 1, "key": "swordfish"}, "body.name"),
        ({"key": ["swordfish"]}, "body.name"),
        ("swordfish", "body"),
    ],
)
def test_a_wrong_body_is_told_where_it_is_wrong_and_not_repeated(
    client: TestClient, body: object, location: str
) -> None:
    answer = client.post("/login", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"] == location
    assert location in answer.json()["detail"]
    assert "swordfish" not in answer.text


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"name": "\\ud800"}', b"[" * 10_000])
def test_a_body_that_is_no_json_is_refused_as_the_callers_mistake(
    client: TestClient, body: bytes
) -> None:
    answer = client.post("/login", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == CONTENT_TYPE


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (UsageError("x"), HTTPStatus.UNPROCESSABLE_ENTITY, "wrong-call"),
        (QueryError("x"), HTTPStatus.UNPROCESSABLE_ENTITY, "wrong-call"),
        (LockedError("x"), HTTPStatus.SERVICE_UNAVAILABLE, "locked"),
        (ConfigurationError("x"), HTTPStatus.INTERNAL_SERVER_ERROR, "misconfigured"),
        (HyperionError("x"), HTTPStatus.CONFLICT, "cannot-be-done"),
    ],
)
def test_errors_of_the_engine_are_problems_in_their_own_words(
    error: Exception, status: HTTPStatus, kind: str
) -> None:
    problem = as_problem(error)
    assert problem is not None
    assert (problem.status, problem.kind, problem.detail) == (status, kind, "x")


def test_what_is_not_known_is_a_defect() -> None:
    assert as_problem(ZeroDivisionError("x")) is None


def test_every_operation_documents_its_problems_in_one_form(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    assert set(Problem.model_fields) <= set(schemas["Problem"]["properties"])
    assert not {"HTTPValidationError", "ValidationError"} & set(schemas)
    reference = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    raises = document["paths"]["/raise/{name}"]["get"]["responses"]
    assert set(raises) == {"200", "404", "422", "503", "default"}
    assert all(raises[each]["content"] == reference for each in set(raises) - {"200"})
