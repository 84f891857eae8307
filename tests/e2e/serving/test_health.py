"""Whether the sidecar lives and is ready, over a home as an analysis leaves it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hyperion_pipelines.serving.access.api_keys import FILE_NAME, ApiKeys
from hyperion_pipelines.serving.access.callers import Scope
from tests.e2e.serving.conftest import StartSidecar


def dependencies(client: TestClient, **headers: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The status of `/readyz`, and each dependency by name."""
    answer = client.get("/readyz", headers=headers)
    return answer.status_code, {each["name"]: each for each in answer.json()["dependencies"]}


def test_a_sidecar_lives(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


def test_a_sidecar_over_an_analysed_home_is_ready(client: TestClient) -> None:
    """Dagster does not run here: only starting analyses needs it."""
    status, found = dependencies(client)
    assert status == 200
    assert {name for name, each in found.items() if not each["is_up"]} <= {"dagster"}
    assert found["lake"]["detail"] == "repositories in it: 1"
    assert found["dagster"]["needed_by"] == ["analyses", "hooks"]


@pytest.mark.parametrize(
    ("folder", "name"), [(each, each) for each in ("lake", "mirrors", "vectors", "graph")]
)
def test_a_sidecar_is_not_ready_while_something_is_gone(
    home: Path, start_sidecar: StartSidecar, folder: str, name: str
) -> None:
    shutil.rmtree(home / folder)
    client = start_sidecar(home)
    status, found = dependencies(client)
    assert status == 503
    away = {name for name, each in found.items() if not each["is_up"]} - {"dagster"}
    assert away == {name}
    assert client.get("/healthz").status_code == 200


def test_what_is_wrong_is_told_to_those_who_may_read(
    home: Path, start_sidecar: StartSidecar
) -> None:
    key = ApiKeys(home / FILE_NAME).make("reader", [Scope.READ]).words
    client = start_sidecar(home, is_open=False)
    _, found = dependencies(client)
    assert {each["detail"] for each in found.values()} == {None}
    _, found = dependencies(client, **{"X-API-Key": key})
    assert all(each["detail"] for each in found.values())


def test_figures_are_for_those_who_may_read(home: Path, start_sidecar: StartSidecar) -> None:
    key = ApiKeys(home / FILE_NAME).make("reader", [Scope.READ]).words
    client = start_sidecar(home, is_open=False)
    assert client.get("/metrics").status_code == 401
    answer = client.get("/metrics", headers={"X-API-Key": key})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert "hyperion_request_seconds_bucket" in answer.text


def test_figures_tell_which_dependency_is_away(client: TestClient) -> None:
    client.get("/readyz")
    figures = client.get("/metrics").text
    assert 'hyperion_dependency_up{dependency="lake"} 1.0' in figures
