"""Who may ask the sidecar, of what, and how often, over HTTP."""

import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from hyperion_pipelines.serving.access import watched_file
from hyperion_pipelines.serving.access.allowances import OTHER, RESOURCES, resource_of
from hyperion_pipelines.serving.access.api_keys import FILE_NAME, ApiKeys
from hyperion_pipelines.serving.access.callers import Scope
from hyperion_pipelines.serving.access.failed_attempts import FAILURES_PER_MINUTE
from tests.e2e.conftest import Hyperion
from tests.e2e.serving.conftest import StartSidecar
from tests.e2e.serving.serve import listening

PATH = "/v1/graph/nothing-of-that-name"  # where a caller who is known finds nothing


@pytest.fixture(scope="session")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home without repositories: who may ask is decided before what for."""
    return tmp_path_factory.mktemp("empty")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The same, of one test alone."""
    return tmp_path / "home"


@pytest.fixture
def key(home: Path) -> str:
    """A key that may read, of the only caller there is."""
    home.mkdir()
    return ApiKeys(home / FILE_NAME).make("ci", [Scope.READ]).words


@pytest.fixture
def guarded(start_sidecar: StartSidecar, home: Path, key: str) -> TestClient:
    """A sidecar that asks for keys."""
    return start_sidecar(home, is_open=False)


def bearer(key: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {key}"}


def wait_for_a_minute_with_time() -> None:
    """Failures are counted by the minute of the clock: none ends within the next seconds."""
    left = 60 - time.time() % 60
    if left < 5:
        time.sleep(left)


def test_without_a_key_an_answer_says_what_to_do(guarded: TestClient) -> None:
    for path in (PATH, "/metrics", "/", "/v1/graph/query"):
        answer = guarded.get(path)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:hyperion:problem:no-key"
        assert "hyperion token create" in answer.json()["detail"]


def test_a_key_opens_what_its_scope_allows_and_nothing_more(guarded: TestClient, key: str) -> None:
    assert guarded.get(PATH, headers=bearer(key)).status_code == 404
    assert guarded.get(PATH, headers={"X-API-Key": key}).status_code == 404
    refused = guarded.post("/v1/analyses", headers=bearer(key), json={"repository": "shop"})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:hyperion:problem:forbidden")
    assert "scope analyse, which ci does not have" in refused.json()["detail"]


def test_health_and_the_description_need_no_key_but_a_wrong_one_is_refused(
    guarded: TestClient,
) -> None:
    assert guarded.get("/healthz").status_code == 200
    assert guarded.get("/openapi.json").status_code == 200
    assert guarded.get("/healthz", headers=bearer("hyp_0_0")).status_code == 401


def test_every_endpoint_under_v1_has_a_limit_of_its_own(guarded: TestClient) -> None:
    paths = guarded.get("/openapi.json").json()["paths"]
    found = {resource_of(path) for path in paths if path.startswith("/v1/")}
    assert found
    assert found <= RESOURCES - {OTHER}


def test_every_answer_says_what_is_left_and_the_last_when_to_come_back(
    start_sidecar: StartSidecar, home: Path, key: str
) -> None:
    """The headers are those of the IETF's draft; an answer of another resource is not affected."""
    client = start_sidecar(home, is_open=False, rate_limits={"graph": "3/hour"})
    answers = [client.get(PATH, headers=bearer(key)) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"graph";q=3;w=3600'}
    left = [answer.headers["RateLimit"].rpartition(";t=")[0] for answer in answers]
    assert left == ['"graph";r=2', '"graph";r=1', '"graph";r=0', '"graph";r=0']
    problem, wait = answers[3].json(), int(answers[3].headers["Retry-After"])
    assert problem["type"] == "urn:hyperion:problem:too-many-requests"
    assert 1 <= wait <= 7200
    assert f"try again in {wait} s" in problem["detail"]
    assert client.get("/v1/search/nothing", headers=bearer(key)).status_code == 404


def test_one_caller_s_requests_do_not_use_up_another_s(
    start_sidecar: StartSidecar, home: Path, key: str
) -> None:
    other = ApiKeys(home / FILE_NAME).make("other", [Scope.READ]).words
    client = start_sidecar(home, is_open=False, rate_limit="1/hour")
    assert [client.get(PATH, headers=bearer(key)).status_code for _ in range(2)] == [404, 429]
    assert client.get(PATH, headers=bearer(other)).status_code == 404


def test_health_is_not_limited(start_sidecar: StartSidecar, home: Path, key: str) -> None:
    client = start_sidecar(home, is_open=False, rate_limit="1/hour")
    answers = [client.get("/healthz") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert not any("RateLimit" in answer.headers for answer in answers)


def test_who_guesses_is_not_heard_for_a_while_and_known_callers_go_on(
    guarded: TestClient, home: Path, key: str
) -> None:
    """Beyond the limit no new key is even looked at: a right guess looks like a wrong one."""
    unused = ApiKeys(home / FILE_NAME).make("unused", [Scope.READ]).words
    time.sleep(watched_file.LOOK_SECONDS)
    wait_for_a_minute_with_time()
    assert guarded.get(PATH, headers=bearer(key)).status_code == 404
    guesses = [
        guarded.get(PATH, headers=bearer(f"hyp_0_{guess}")) for guess in range(FAILURES_PER_MINUTE)
    ]
    assert {answer.status_code for answer in guesses} == {401}
    for guess in ("hyp_0_0", unused):
        late = guarded.get(PATH, headers=bearer(guess))
        assert late.status_code == 429
        assert int(late.headers["Retry-After"]) >= 1
    assert guarded.get(PATH, headers=bearer(key)).status_code == 404


def test_no_secret_reaches_logs_answers_or_errors(
    guarded: TestClient, home: Path, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = f"hyp_{key.split('_')[1]}_{'0123456789abcdef' * 4}"
    with caplog.at_level(logging.DEBUG):
        answers = [guarded.get(PATH, headers=bearer(words)) for words in (key, wrong)]
    written = [file.read_text("utf-8", "replace") for file in home.rglob("*") if file.is_file()]
    said = "".join([caplog.text, *written, *(answer.text for answer in answers)])
    for words in (key, wrong):
        assert words.split("_")[2] not in said


def test_an_open_sidecar_asks_for_keys_from_the_first_on(hyperion: Hyperion, home: Path) -> None:
    """A sidecar that runs, asked over a real connection."""
    with listening(home) as address, httpx.Client(base_url=address) as client:
        assert client.get(PATH, headers=bearer("whatever")).status_code == 404
        made = hyperion("token", "create", "--name", "ci", home=home)
        time.sleep(watched_file.LOOK_SECONDS + 0.1)
        assert client.get(PATH, headers=bearer("whatever")).status_code == 401
        assert client.get(PATH, headers=bearer(made.output.strip())).status_code == 404
        assert hyperion("token", "revoke", "ci", home=home).status == 0
        time.sleep(watched_file.LOOK_SECONDS + 0.1)
        refused = client.get(PATH, headers=bearer(made.output.strip()))
    assert json.loads(refused.text)["type"] == "urn:hyperion:problem:wrong-key"
