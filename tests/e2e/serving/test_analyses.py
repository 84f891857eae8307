"""Analyses over HTTP, through a real Dagster: started once, followed, and told to who may know."""

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from hyperion_pipelines.definitions import recent_runs
from hyperion_pipelines.repositories import Catalogue
from hyperion_pipelines.serving.access.api_keys import FILE_NAME, ApiKeys
from hyperion_pipelines.serving.access.callers import Scope
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.workspace import Workspace
from tests.e2e.commands import run
from tests.e2e.conftest import SLUG, Analysed
from tests.e2e.serving.conftest import StartSidecar
from tests.e2e.serving.dagster_server import hyperion_up, web_server
from tests.services.server import HOST, free_port
from tests.unit.git.git_server import serve


class Dagster(NamedTuple):
    """A web server of Dagster's at `url`, over an analysed `home`."""

    home: Path
    url: str


@pytest.fixture(scope="module")
def dagster(analysed: Analysed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    """One that runs nothing: what is queued stays so."""
    home = tmp_path_factory.mktemp("dagster") / "home"
    shutil.copytree(analysed.home, home)
    with web_server(home) as url:
        yield Dagster(home, url)


@pytest.fixture
def asked(start_sidecar: StartSidecar, dagster: Dagster) -> TestClient:
    """A sidecar over the same home, which asks nobody for a key."""
    return start_sidecar(dagster.home, dagster_url=dagster.url)


@pytest.fixture
def slug(dagster: Dagster, analysed: Analysed) -> str:
    """A repository of its own, in the catalogue, which Dagster has not heard of."""
    name = f"shop-{uuid4().hex}"
    Catalogue(dagster.home / "repositories.json").add(str(analysed.source), name)
    return name


def start(client: TestClient, repository: str, *stages: str) -> dict[str, Any]:
    """What is answered to the wish for an analysis."""
    answer = client.post("/v1/analyses", json={"repository": repository, "stages": stages})
    assert answer.status_code in {200, 202}, answer.text
    return answer.json()


def test_an_analysis_is_queued_and_told_where_to_follow(
    asked: TestClient, dagster: Dagster, slug: str
) -> None:
    answer = asked.post("/v1/analyses", json={"repository": slug})
    made = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/analyses/{made['id']}"
    assert made["url"] == f"{dagster.url}/runs/{made['id']}"
    told = (made["repository"], made["state"], made["started_at"], made["already"])
    assert told == (slug, "queued", None, False)
    followed = asked.get(answer.headers["Location"]).json()
    assert followed["state"] == "queued"
    assert followed["queued_at"] == made["queued_at"]
    assert [each["id"] for each in asked.get(f"/v1/analyses?repository={slug}").json()] == [
        made["id"]
    ]


def test_who_asks_again_gets_the_analysis_that_waits(asked: TestClient, slug: str) -> None:
    first = start(asked, slug)
    again = asked.post("/v1/analyses", json={"repository": slug})
    assert again.status_code == 200
    assert (again.json()["id"], again.json()["already"]) == (first["id"], True)


def test_of_requests_at_the_same_time_one_starts_an_analysis(asked: TestClient, slug: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(start, [asked] * 4, [slug] * 4))
    assert len({each["id"] for each in made}) == 1
    assert sorted(each["already"] for each in made) == [False, True, True, True]


def test_an_analysis_of_some_stages_is_not_enough_for_who_wants_more(
    asked: TestClient, slug: str
) -> None:
    """And one of all is enough for who wants some."""
    some = start(asked, slug, "git")
    assert start(asked, slug, "git")["id"] == some["id"]
    more = start(asked, slug, "lines")
    whole = start(asked, slug)
    assert len({some["id"], more["id"], whole["id"]}) == 3
    assert start(asked, slug, "graph")["id"] == whole["id"]
    listed = asked.get("/v1/analyses", params={"repository": slug}).json()
    assert [each["id"] for each in listed] == [whole["id"], more["id"], some["id"]]


def test_the_steps_of_a_finished_analysis_are_told(asked: TestClient) -> None:
    listed = asked.get("/v1/analyses", params={"repository": SLUG}).json()
    told = [asked.get(f"/v1/analyses/{each['id']}").json() for each in listed]
    assert {each["state"] for each in told} == {"succeeded"}
    assert {"mirror", "profile"} <= {step for each in told for step in each["steps_done"]}
    assert all(each["queued_at"] <= each["started_at"] <= each["ended_at"] for each in told)
    assert not any(each["steps_failed"] or each["failure"] for each in told)


def test_a_failed_step_is_told_in_its_own_words(
    asked: TestClient, dagster: Dagster, slug: str, analysed: Analysed
) -> None:
    filters = dagster.home / "config" / slug / "filters.yaml"
    filters.parent.mkdir(parents=True)
    filters.write_text("tests: [")
    named = ("--name", slug, "--stages", "git")
    failed = run("analyze", analysed.source, *named, home=dagster.home)
    assert failed.status == 1
    newest = asked.get("/v1/analyses", params={"repository": slug}).json()[0]
    told = asked.get(f"/v1/analyses/{newest['id']}").json()
    assert (told["state"], told["steps_running"]) == ("failed", [])
    assert "mirror" in told["steps_done"]
    [step] = told["steps_failed"]
    assert step["step"] == "tree"
    assert step["words"].startswith(f"{filters}: is not YAML")


def test_runs_that_are_no_analyses_are_not_found(asked: TestClient, dagster: Dagster) -> None:
    """The sample's models were trained by a run of Dagster's that belongs to no repository."""
    workspace = Workspace(Settings(home=dagster.home))
    trained = [each["run_id"] for each in recent_runs(workspace, 50) if not each["repository"]]
    assert trained
    for unknown in (*trained, str(uuid4())):
        answer = asked.get(f"/v1/analyses/{unknown}")
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            f"no analysis has the id {unknown}",
        )
    assert asked.get("/v1/analyses/anything").status_code == 422


def test_a_stage_that_no_analysis_has_is_refused(asked: TestClient) -> None:
    for stage in ("models", "nonsense"):
        answer = asked.post("/v1/analyses", json={"repository": SLUG, "stages": [stage]})
        assert answer.status_code == 422
        assert "graph, labels, lines" in answer.json()["detail"]


StartGuarded = Callable[[], TestClient]


@pytest.fixture
def start_guarded(start_sidecar: StartSidecar, dagster: Dagster) -> Iterator[StartGuarded]:
    """Starts a sidecar over the same home that asks for the keys that there are by then."""
    yield lambda: start_sidecar(dagster.home, is_open=False, dagster_url=dagster.url)
    (dagster.home / FILE_NAME).unlink(missing_ok=True)


def key(dagster: Dagster, *scopes: Scope, repositories: list[str] | None = None) -> dict[str, str]:
    """The headers of a caller with *scopes*."""
    made = ApiKeys(dagster.home / FILE_NAME).make(uuid4().hex, scopes, repositories)
    return {"Authorization": f"Bearer {made.words}"}


def test_other_peoples_analyses_are_not_found(
    start_guarded: StartGuarded, dagster: Dagster, slug: str
) -> None:
    owner = key(dagster, Scope.READ, Scope.ANALYSE, repositories=[slug])
    other = key(dagster, Scope.READ, Scope.ANALYSE, repositories=[SLUG])
    guarded = start_guarded()
    made = guarded.post("/v1/analyses", json={"repository": slug}, headers=owner)
    assert made.status_code == 202
    path = made.headers["Location"]
    assert guarded.get(path, headers=owner).status_code == 200
    unknown = guarded.get(f"/v1/analyses/{uuid4()}", headers=other)
    refused = guarded.get(path, headers=other)
    assert (refused.status_code, unknown.status_code) == (404, 404)
    for answer in (
        guarded.get("/v1/analyses", params={"repository": slug}, headers=other),
        guarded.post("/v1/analyses", json={"repository": slug}, headers=other),
    ):
        assert answer.status_code == 404


def test_to_start_one_needs_the_scope_analyse(
    start_guarded: StartGuarded, dagster: Dagster, slug: str
) -> None:
    reader = key(dagster, Scope.READ)
    guarded = start_guarded()
    answer = guarded.post("/v1/analyses", json={"repository": slug}, headers=reader)
    assert answer.status_code == 403
    assert guarded.get("/v1/analyses", params={"repository": slug}, headers=reader).json() == []


@pytest.mark.parametrize(("scope", "repositories"), [(Scope.ANALYSE, None), (Scope.ADMIN, [SLUG])])
def test_to_add_a_repository_needs_an_admin_of_all(
    start_guarded: StartGuarded, dagster: Dagster, scope: Scope, repositories: list[str] | None
) -> None:
    caller = key(dagster, scope, repositories=repositories)
    before = Catalogue(dagster.home / "repositories.json").list()
    wish = {"source": "https://example.com/x"}
    answer = start_guarded().post("/v1/analyses", json=wish, headers=caller)
    assert answer.status_code == 403
    assert Catalogue(dagster.home / "repositories.json").list() == before


def test_a_repository_elsewhere_is_added_and_analysed(
    asked: TestClient, dagster: Dagster, analysed: Analysed
) -> None:
    with serve(analysed.source.parent) as address:
        source = f"{address}/{analysed.source.name}"
        wish = {"source": source, "name": "from-afar"}
        first, again = (asked.post("/v1/analyses", json=wish) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["repository"] == "from-afar"
    assert again.json()["id"] == first.json()["id"]
    assert Catalogue(dagster.home / "repositories.json").get("from-afar").source == source


@pytest.mark.parametrize(
    "source",
    [
        *("/etc", "file:///etc", "--upload-pack=touch", "-oProxyCommand=x@h:y", "ext::sh"),
        *("https://alma:hidden@example.com/x", f"http://{HOST}:1/x"),
    ],
)
def test_sources_that_cannot_be_read_are_not_added(
    asked: TestClient, dagster: Dagster, source: str
) -> None:
    before = Catalogue(dagster.home / "repositories.json").list()
    answer = asked.post("/v1/analyses", json={"source": source})
    assert answer.status_code in {409, 422}
    assert "hidden" not in answer.text
    assert Catalogue(dagster.home / "repositories.json").list() == before


def test_without_dagster_nothing_is_added_and_the_answer_says_what_to_start(
    start_sidecar: StartSidecar, dagster: Dagster
) -> None:
    gone = start_sidecar(dagster.home, dagster_url=f"http://alma:hidden@{HOST}:{free_port()}")
    before = Catalogue(dagster.home / "repositories.json").list()
    for answer in (
        gone.post("/v1/analyses", json={"repository": SLUG}),
        gone.post("/v1/analyses", json={"source": "https://example.com/x"}),
        gone.get("/v1/analyses", params={"repository": SLUG}),
        gone.get(f"/v1/analyses/{uuid4()}"),
    ):
        assert (answer.status_code, answer.json()["dependency"]) == (503, "dagster")
        assert "hyperion up" in answer.json()["detail"]
        assert "hidden" not in answer.text
    assert Catalogue(dagster.home / "repositories.json").list() == before


def test_an_analysis_runs_to_its_end_under_hyperion_up(
    start_sidecar: StartSidecar, home: Path
) -> None:
    with hyperion_up(home) as url:
        client = start_sidecar(home, dagster_url=url)
        path = f"/v1/analyses/{start(client, SLUG, 'git')['id']}"
        deadline = time.monotonic() + 90
        while (told := client.get(path).json())["state"] in {"queued", "running"}:
            assert time.monotonic() < deadline, told
            time.sleep(0.3)
    assert told["state"] == "succeeded"
    assert told["steps_done"] == ["mirror", "history", "tree"]
