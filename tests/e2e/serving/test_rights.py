"""A caller learns nothing of repositories that it may not know of, whatever it asks."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import SecretStr

from tests.benchmarks.paced_load import Request
from tests.benchmarks.serving_requests import SHARES, largest, mixed
from tests.e2e.serving.conftest import StartSidecar
from tests.homes import open_home
from tests.unit.serving.access.issuer import SECRET, signed_by_secret

NOT_THERE = "not-there"
# What differs from one answer to the next, whatever is asked.
OF_THE_REQUEST = frozenset({"instance", "request_id", "id", "created"})


@pytest.fixture(scope="module")
def requests(served_home: Path) -> dict[str, Request]:
    """A request for each endpoint, about the analysed repository."""
    subject = largest(open_home(served_home))
    return {request.endpoint: request for request in mixed(subject, 5_000, seed=1)}


@pytest.fixture
def guarded(start_sidecar: StartSidecar) -> TestClient:
    """A sidecar that asks for tokens."""
    return start_sidecar(is_open=False, jwt_secret=SecretStr(SECRET))


@pytest.mark.parametrize("endpoint", SHARES)
def test_a_repository_of_others_is_as_one_that_is_not_there(
    guarded: TestClient, requests: dict[str, Request], endpoint: str
) -> None:
    request = requests[endpoint]
    allowed = ask(guarded, request, repositories="*")
    assert allowed.status_code == 200, allowed.text

    refused = ask(guarded, request, repositories=["elsewhere"])
    of_nothing = ask(guarded, about(NOT_THERE, request), repositories=["elsewhere"])

    assert refused.status_code == of_nothing.status_code
    if "json" in refused.headers["Content-Type"]:
        assert said(refused, "sample-shop") == said(of_nothing, NOT_THERE)
    else:
        assert "sample-shop" not in refused.text


@pytest.mark.parametrize("endpoint", ["models", "repositories", "metrics", "readyz"])
def test_lists_leave_the_repositories_of_others_out(
    guarded: TestClient, requests: dict[str, Request], endpoint: str
) -> None:
    answer = ask(guarded, requests[endpoint], repositories=["elsewhere"])
    assert answer.status_code == 200
    assert "sample-shop" not in answer.text


@pytest.mark.parametrize(("path", "name"), [("/v1/search", "query"), ("/v1/answers", "question")])
def test_a_search_of_everything_finds_nothing_of_others(
    guarded: TestClient, path: str, name: str
) -> None:
    everything = Request(path, "POST", path, json.dumps({name: "how is the price computed?"}))
    assert "shop/" in ask(guarded, everything, "*").text
    assert "shop/" not in ask(guarded, everything, ["elsewhere"]).text


def ask(client: TestClient, request: Request, repositories: list[str] | str) -> Response:
    """What a caller with the scope read is answered, who may know of *repositories*."""
    token = signed_by_secret(scope="read", repositories=repositories)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return client.request(request.method, request.path, content=request.body, headers=headers)


def about(slug: str, request: Request) -> Request:
    """The same request about another repository."""
    return Request(
        request.endpoint,
        request.method,
        request.path.replace("sample-shop", slug),
        request.body.replace("sample-shop", slug),
    )


def said(answer: Response, slug: str) -> str:
    """An answer without what is of its request alone, and without the name that was asked for."""

    def without(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {name: value for name, value in pairs if name not in OF_THE_REQUEST}

    document = json.loads(answer.text, object_pairs_hook=without)
    return json.dumps(document, sort_keys=True).replace(slug, "SLUG")
