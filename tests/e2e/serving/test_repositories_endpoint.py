"""`/v1/repositories`: what there is of each repository, to those who may know of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hyperion_pipelines.repositories import Catalogue
from hyperion_pipelines.serving.access.api_keys import ApiKeys
from hyperion_pipelines.serving.access.callers import Scope
from hyperion_pipelines.stores.lake import DeltaLake
from tests.e2e.conftest import SLUG, Analysed
from tests.e2e.serving.conftest import StartSidecar

TABLES = {"hotspots": "hotspots", "owners": "file_owners", "coupling": "change_coupling"}


@pytest.fixture
def two_repositories(home: Path) -> Path:
    """A home with a second repository, which is not analysed yet."""
    Catalogue(home / "repositories.json").add("https://ann:secret@example.org/other.git", "other")
    return home


def key(home: Path, *scopes: Scope, repositories: list[str] | None = None) -> dict[str, str]:
    """The headers of a caller."""
    made = ApiKeys(home / "keys.json").make("-".join(["key", *scopes]), scopes, repositories)
    return {"X-API-Key": made.words}


def ask(client: TestClient, part: str, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - as httpx takes them
    response = client.get(f"/v1/repositories/{SLUG}{part}", params=parameters)
    assert response.status_code == 200, response.text
    return response.json()


def test_an_analysed_repository_says_what_can_be_asked_of_it(client: TestClient) -> None:
    (listed,) = client.get("/v1/repositories").json()
    assert listed["slug"] == SLUG
    assert listed["has_search"]
    assert listed["has_graph"]
    assert listed["has_predictions"]
    assert {"git", "features", "profile", "graph"} <= set(listed["published_at"])
    assert len(listed["head_sha"]) == 40


def test_a_single_repository_has_its_row_counts_too(client: TestClient, analysed: Analysed) -> None:
    commits = DeltaLake(analysed.home / "lake").read("commits", SLUG, columns=["sha"])
    assert ask(client, "")["rows"]["commits"] == commits.height


def test_a_repository_that_is_not_analysed_says_so(
    start_sidecar: StartSidecar, two_repositories: Path
) -> None:
    client = start_sidecar(two_repositories)
    other = client.get("/v1/repositories/other").json()
    assert (other["head_sha"], other["published_at"], other["rows"]) == (None, {}, {})
    assert not other["has_graph"]


@pytest.mark.parametrize("path", ["profile", "hotspots", "owners", "coupling", "trends"])
def test_what_was_not_made_yet_says_which_command_makes_it(
    start_sidecar: StartSidecar, two_repositories: Path, path: str
) -> None:
    response = start_sidecar(two_repositories).get(f"/v1/repositories/other/{path}")
    assert response.status_code == 404
    assert response.json()["type"] == "urn:hyperion:problem:not-published"
    assert "run `hyperion analyze other" in response.json()["detail"]


def test_only_admins_see_sources_and_nobody_their_credentials(
    start_sidecar: StartSidecar, two_repositories: Path
) -> None:
    admin, reader = key(two_repositories, Scope.ADMIN), key(two_repositories, Scope.READ)
    client = start_sidecar(two_repositories, is_open=False)
    seen = client.get("/v1/repositories/other", headers=admin).json()["source"]
    assert seen == "https://example.org/other.git"
    assert client.get("/v1/repositories/other", headers=reader).json()["source"] is None


def test_a_repository_that_a_caller_may_not_know_looks_like_none(
    start_sidecar: StartSidecar, two_repositories: Path
) -> None:
    headers = key(two_repositories, Scope.READ, repositories=["other"])
    client = start_sidecar(two_repositories, is_open=False)
    listed = client.get("/v1/repositories", headers=headers).json()
    assert [each["slug"] for each in listed] == ["other"]
    for path in ("", "/profile", "/hotspots", "/owners", "/coupling", "/trends"):
        hidden = client.get(f"/v1/repositories/{SLUG}{path}", headers=headers)
        nowhere = client.get(f"/v1/repositories/nowhere{path}", headers=headers)
        assert hidden.status_code == nowhere.status_code == 404
        said = hidden.json()["detail"].replace(SLUG, "nowhere")
        assert said == nowhere.json()["detail"]


def test_the_profile_is_the_file_that_was_published(client: TestClient, analysed: Analysed) -> None:
    published = (analysed.home / "profiles" / SLUG / "profile.json").read_bytes()
    response = client.get(f"/v1/repositories/{SLUG}/profile")
    assert response.content == published
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(("path", "table"), TABLES.items())
def test_the_pages_of_a_table_are_its_rows_in_its_order(
    client: TestClient, analysed: Analysed, path: str, table: str
) -> None:
    rows = DeltaLake(analysed.home / "lake").read(table, SLUG)
    half = rows.height // 2
    first = ask(client, f"/{path}", limit=half)
    rest = ask(client, f"/{path}", offset=half, limit=1000)
    listed = [*first["rows"], *rest["rows"]]
    assert first["total"] == rest["total"] == rows.height
    assert len(listed) == rows.height > 1
    for name in ("path", "commits"):
        assert [row[name] for row in listed] == rows[name].to_list()
    assert first["as_of"]["head_sha"] == ask(client, "")["head_sha"]


def test_rows_beyond_the_last_are_none(client: TestClient) -> None:
    assert ask(client, "/hotspots", offset=100_000)["rows"] == []


def test_owners_and_couplings_of_a_file_are_its_own(client: TestClient) -> None:
    pair = ask(client, "/coupling", limit=1)["rows"][0]
    for path in (pair["path"], f"./{pair['other']}"):
        coupled = ask(client, "/coupling", path=path)
        assert pair in coupled["rows"]
        names = {path.removeprefix("./")}
        assert all(names & {row["path"], row["other"]} for row in coupled["rows"])
        owners = ask(client, "/owners", path=path)["rows"]
        assert {row["path"] for row in owners} == names


def test_trends_run_forward_and_a_limit_keeps_the_newest(client: TestClient) -> None:
    whole, newest = ask(client, "/trends"), ask(client, "/trends", limit=3)
    months = [row["month"] for row in whole["tables"]["complexity_trend"]]
    assert months == sorted(months)
    assert len(months) == whole["total"]["complexity_trend"] > 3
    assert [row["month"] for row in newest["tables"]["complexity_trend"]] == months[-3:]
    assert {"delivery_weeks", "risk_by_month", "lines_by_year"} <= set(whole["tables"])


@pytest.mark.parametrize(
    ("path", "parameters"),
    [("hotspots", {"limit": 0}), ("hotspots", {"limit": 1001}), ("owners", {"offset": -1})],
)
def test_limits_and_offsets_out_of_bounds_are_refused(
    client: TestClient, path: str, parameters: dict[str, int]
) -> None:
    response = client.get(f"/v1/repositories/{SLUG}/{path}", params=parameters)
    assert response.status_code == 422
    assert json.loads(response.content)["status"] == 422
