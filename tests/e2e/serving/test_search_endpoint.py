"""Search over HTTP: what is found, by whom, and what is refused."""

import time

import jwt
from fastapi.testclient import TestClient

from tests.e2e.conftest import SLUG, Analysed, Hyperion
from tests.e2e.serving.conftest import StartSidecar
from tests.homes import open_home

SIGNED_WITH = "a secret of more than thirty-two characters"
QUESTION = "How is the total of an order calculated?"


def test_passages_are_those_of_the_command_line_each_with_its_citation(
    client: TestClient, analysed: Analysed, hyperion: Hyperion
) -> None:
    said = hyperion("search", QUESTION, "-k", "4", "--json", home=analysed.home).document()

    answer = client.post("/v1/search", json={"query": QUESTION, "limit": 4})

    assert answer.status_code == 200, answer.text
    found = answer.json()
    published = open_home(analysed.home).publications.get("chunks", SLUG)
    assert published is not None
    for passage in found["results"]:
        lines = f"L{passage['start_line']}-L{passage['end_line']}"
        cited = passage.pop("citation")
        assert cited == f"{SLUG}@{published.head_sha}:{passage['path']}#{lines}"
    assert found == said


def test_filters_leave_out_other_passages(client: TestClient) -> None:
    wanted = {"query": QUESTION, "kinds": ["code"], "languages": ["python"], "path_prefix": "./s"}

    results = client.post("/v1/search", json=wanted).json()["results"]

    assert results
    assert {(each["kind"], each["language"]) for each in results} == {("code", "Python")}
    assert all(each["path"].startswith("s") for each in results)


def test_a_wrong_kind_is_answered_with_what_is_like_it(client: TestClient) -> None:
    refused = client.post("/v1/search", json={"query": QUESTION, "kinds": ["cod"]})

    assert refused.status_code == 422
    assert "no kind named 'cod'; did you mean code?" in refused.json()["detail"]


def test_what_is_no_question_is_refused(client: TestClient) -> None:
    for query in ("", "  ", "a\0b", "x" * 4_001):
        assert client.post("/v1/search", json={"query": query}).status_code == 422


def test_a_repository_that_is_not_there_is_not_found(client: TestClient) -> None:
    asked = {"query": QUESTION, "repositories": ["nowhere"]}

    assert client.post("/v1/search", json=asked).status_code == 404


def test_a_caller_finds_nothing_of_repositories_that_it_may_not_know(
    start_sidecar: StartSidecar,
) -> None:
    client = start_sidecar(is_open=False, jwt_secret=SIGNED_WITH)
    asked = {"query": QUESTION}

    found = {
        slug: client.post("/v1/search", json=asked, headers=bearer(slug)).json()
        for slug in (SLUG, "elsewhere")
    }

    assert found[SLUG]["results"]
    assert found["elsewhere"]["results"] == found["elsewhere"]["repositories"] == []
    named = asked | {"repositories": [SLUG]}
    refused = client.post("/v1/search", json=named, headers=bearer("elsewhere"))
    assert refused.status_code == 404


def bearer(slug: str) -> dict[str, str]:
    """The headers of somebody who may know of one repository."""
    claims = {"sub": "ann", "scope": "read", "repositories": [slug], "aud": "hyperion"}
    token = jwt.encode(claims | {"exp": time.time() + 60}, SIGNED_WITH, algorithm="HS256")
    return {"Authorization": f"Bearer {token}"}
