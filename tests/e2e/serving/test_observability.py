"""What the sidecar says of its own work: answers' headers, the log, and `hyperion debug`."""

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Hyperion
from tests.e2e.serving.conftest import StartSidecar


@pytest.fixture
def own_home(served_home: Path, tmp_path: Path) -> Path:
    """A home whose log no other test writes."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(served_home / "repositories.json", home)
    return home


def logged(hyperion: Hyperion, home: Path, request_id: str) -> Mapping[str, Any]:
    """The record of a request, which is written a quarter of a second after its end."""
    given_up = time.monotonic() + 10
    while True:
        told = hyperion("debug", "--trace-request", request_id, "--json", home=home)
        if told.status == 0:
            return told.document()
        assert time.monotonic() < given_up, told.errors
        time.sleep(0.05)


def test_a_request_is_found_by_the_id_of_its_answer(
    start_sidecar: StartSidecar, own_home: Path, hyperion: Hyperion
) -> None:
    client = start_sidecar(own_home)
    answer = client.get("/v1/models", headers={"X-Request-ID": "from-my-script"})
    assert answer.headers["x-request-id"] == "from-my-script"
    record = logged(hyperion, own_home, "from-my")
    assert (record["method"], record["route"]) == ("GET", "/v1/models")
    assert record["status"] == answer.status_code
    shown = hyperion("debug", "--trace-request", "from-my-script", home=own_home)
    assert f"GET /v1/models: {answer.status_code} after" in shown.output


def test_a_problem_names_the_request_that_the_log_has(
    start_sidecar: StartSidecar, own_home: Path, hyperion: Hyperion
) -> None:
    client = start_sidecar(own_home)
    problem = client.get("/v1/features/commits/no-such", params={"sha": "0" * 40}).json()
    assert problem["type"] == "urn:hyperion:problem:not-found"
    record = logged(hyperion, own_home, problem["request_id"])
    assert (record["status"], record["notes"]["problem"]) == (404, "not-found")
    assert record["route"] == "/v1/features/commits/{slug}"


def test_an_id_that_nobody_knows_is_a_wrong_call(own_home: Path, hyperion: Hyperion) -> None:
    outcome = hyperion("debug", "--trace-request", "no-such-request", home=own_home)
    assert outcome.status == 2
    assert "no requests were logged" in outcome.errors
