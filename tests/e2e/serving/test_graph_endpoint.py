"""`/v1/graph`: the shipped questions, and queries of one's own within bounds."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hyperion_pipelines.repositories import Catalogue
from hyperion_pipelines.serving.access.api_keys import ApiKeys
from hyperion_pipelines.serving.access.callers import Scope
from hyperion_pipelines.stores.lake import DeltaLake
from tests.e2e.conftest import SLUG, Analysed, Hyperion
from tests.e2e.serving.conftest import StartSidecar

# One step of a minute in little memory, which Ladybug cannot be stopped in.
NEVER_ENDS = "RETURN levenshtein(repeat('ab', 200000), repeat('ba', 200000))"
TOO_DEEP = f"RETURN {'NOT ' * 20_000}true"
QUESTIONS = {
    "knowers": "knows",
    "dependents": "dependents",
    "co-changes": "changes-with",
    "history": "history",
    "islands": "islands",
    "cycles": "cycles",
    "communities": "communities",
    "central-files": "central",
    "orphans": "orphans",
}


@pytest.fixture
def subjects(analysed: Analysed) -> dict[str, str]:
    """What each question is asked about, for those that ask about something."""
    owners = DeltaLake(analysed.home / "lake").read("file_owners", SLUG)
    path, person = str(owners["path"][0]), str(owners["person_id"][0])
    of_files = dict.fromkeys(("knowers", "dependents", "co-changes", "history"), path)
    return {**of_files, "orphans": person}


def query(client: TestClient, cypher: str, **more: Any) -> tuple[int, dict[str, Any]]:  # noqa: ANN401 - as JSON has them
    """Status and document of the answer."""
    body = {"repository": SLUG, "cypher": cypher, **more}
    response = client.post("/v1/graph/query", json=body)
    return response.status_code, response.json()


def count_files(client: TestClient) -> int:
    status, answer = query(client, "MATCH (f:File) RETURN count(*)")
    assert status == 200
    return answer["rows"][0][0]


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_are_answered_as_the_command_answers_them(
    client: TestClient, analysed: Analysed, hyperion: Hyperion, subjects: dict[str, str], name: str
) -> None:
    about = [subjects[name]] if name in subjects else []
    arguments = ("graph", QUESTIONS[name], SLUG, *about, "-k", "20", "--json")
    printed = json.loads(hyperion(*arguments, home=analysed.home).output)
    parameter = "person" if name == "orphans" else "path"
    parameters = {"limit": "20", **({parameter: about[0]} if about else {})}
    response = client.get(f"/v1/graph/{SLUG}/{name}", params=parameters)
    said = response.json()
    assert response.status_code == 200, said
    assert said.pop("summary")[0].startswith(f"{SLUG}: ")
    totals = said.pop("total")
    assert all(totals[frame] >= len(said[frame]) for frame in totals)
    assert said.keys() == printed.keys()
    for frame in totals:
        assert len(said[frame]) == len(printed[frame])
        assert [row.get("path") for row in said[frame]] == [
            row.get("path") for row in printed[frame]
        ]


def test_a_question_may_be_asked_of_the_past(client: TestClient, subjects: dict[str, str]) -> None:
    asked = {"path": subjects["knowers"], "as_of": "2023-06-30"}
    before = client.get(f"/v1/graph/{SLUG}/knowers", params=asked).json()
    assert before["as_of"] == "2023-06-30T00:00:00Z"
    assert all(person["last_commit"] <= "2023-06-30" for person in before["people"])


@pytest.mark.parametrize(
    "asked",
    [
        "knowers?path=no/such/file.py",
        "knowers?path=",
        "knowers",
        "islands?as_of=yesterday",
        "islands?as_of=0001-01-01T00:00:00%2B14:00",
        "orphans?person=Nobody",
        "cycles?limit=0",
    ],
)
def test_questions_about_nothing_are_refused(client: TestClient, asked: str) -> None:
    assert client.get(f"/v1/graph/{SLUG}/{asked}").status_code == 422


def test_a_query_finds_rows_of_its_repository(client: TestClient, analysed: Analysed) -> None:
    tree = DeltaLake(analysed.home / "lake").read("tree", SLUG)
    cypher = "MATCH (f:File {path: $path}) RETURN f.path AS path, $repository AS repository"
    path = tree["path"][0]
    status, answer = query(client, cypher, parameters={"path": path})
    assert (status, answer["columns"]) == (200, ["path", "repository"])
    assert answer["rows"] == [[path, SLUG]]
    assert answer["truncated"] is False


@pytest.mark.parametrize(
    ("cypher", "words"),
    [
        ("CREATE (f:File {key: 'x'})", "read-only"),
        ("MATCH (f:File) DETACH DELETE f", "read-only"),
        ("MATCH (f:File) RETURN", "only reads"),
        ("LOAD FROM '/etc/passwd' RETURN *", "no files"),
        ("RETURN range(1, 1000000000)", "too much memory"),
        (TOO_DEEP, "ended the process"),
    ],
)
def test_a_query_that_does_harm_is_refused_and_the_next_is_answered(
    client: TestClient, cypher: str, words: str
) -> None:
    files = count_files(client)
    status, problem = query(client, cypher)
    assert status == 422
    assert words in problem["detail"]
    assert count_files(client) == files


def test_a_query_that_never_ends_is_ended(client: TestClient) -> None:
    status, problem = query(client, NEVER_ENDS, seconds=0.2)
    assert (status, problem["detail"]) == (
        422,
        "the query takes more than 0.2 seconds: ask for less",
    )
    assert count_files(client) > 0


def test_more_rows_than_the_limit_are_refused(client: TestClient) -> None:
    status, problem = query(client, "MATCH (c:Commit) RETURN c.sha", limit=5)
    assert (status, problem["detail"]) == (
        422,
        "the query finds more than 5 rows: add a LIMIT",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": 31},
        {"seconds": 0},
        {"limit": 10_001},
        {"cypher": ""},
        {"cypher": "RETURN '\x00'"},
        {"parameters": {"n": 2**70}},
        {"unknown": 1},
    ],
)
def test_bounds_are_kept(client: TestClient, wrong: dict[str, Any]) -> None:
    body = {"repository": SLUG, "cypher": "RETURN $n", **wrong}
    assert client.post("/v1/graph/query", json=body).status_code == 422


def test_a_lone_surrogate_is_refused(client: TestClient) -> None:
    for part in (
        r'"cypher": "RETURN \"\ud800\""',
        r'"cypher": "RETURN $n", "parameters": {"n": "\ud800"}',
    ):
        body = f'{{"repository": "{SLUG}", {part}}}'
        headers = {"Content-Type": "application/json"}
        assert client.post("/v1/graph/query", content=body, headers=headers).status_code == 422


@pytest.fixture
def two_repositories(home: Path) -> Path:
    """A home with a second repository, which is not analysed yet."""
    Catalogue(home / "repositories.json").add("https://example.org/other.git", "other")
    return home


def key(home: Path, repositories: list[str] | None) -> dict[str, str]:
    made = ApiKeys(home / "keys.json").make("reader", [Scope.READ], repositories)
    return {"X-API-Key": made.words}


def test_a_repository_that_a_caller_may_not_know_looks_like_none(
    start_sidecar: StartSidecar, two_repositories: Path
) -> None:
    headers = key(two_repositories, ["other"])
    client = start_sidecar(two_repositories, is_open=False)
    details: list[str] = []
    for slug in (SLUG, "nowhere"):
        body = {"repository": slug, "cypher": "RETURN 1"}
        asked = client.post("/v1/graph/query", json=body, headers=headers)
        assert asked.status_code == 404
        assert client.get(f"/v1/graph/{slug}/cycles", headers=headers).status_code == 404
        details.append(asked.json()["detail"].replace(slug, "SLUG"))
    assert details[0] == details[1]


def test_without_a_graph_the_command_that_makes_it_is_named(
    start_sidecar: StartSidecar, two_repositories: Path
) -> None:
    client = start_sidecar(two_repositories)
    body = {"repository": "other", "cypher": "RETURN 1"}
    for response in (
        client.post("/v1/graph/query", json=body),
        client.get("/v1/graph/other/cycles"),
    ):
        assert response.status_code == 404
        assert "run `hyperion analyze other` first" in response.json()["detail"]


def test_a_damaged_graph_is_a_missing_dependency(start_sidecar: StartSidecar, home: Path) -> None:
    for file in (home / "graph" / SLUG).glob("*.lbug"):
        file.unlink()
    client = start_sidecar(home)
    body = {"repository": SLUG, "cypher": "RETURN 1"}
    for response in (
        client.post("/v1/graph/query", json=body),
        client.get(f"/v1/graph/{SLUG}/cycles"),
    ):
        assert response.status_code == 503
        assert response.json()["dependency"] == "graph"
    assert client.get(f"/v1/repositories/{SLUG}/hotspots").status_code == 200


def test_on_a_server_for_all_repositories_queries_take_a_caller_who_may_know_all(
    start_sidecar: StartSidecar, home: Path
) -> None:
    """The questions ask of one repository alone: what is missing for them is the server."""
    headers = key(home, [SLUG])
    client = start_sidecar(home, is_open=False, neo4j_url="bolt://127.0.0.1:1")
    body = {"repository": SLUG, "cypher": "RETURN 1"}
    refused = client.post("/v1/graph/query", json=body, headers=headers)
    assert refused.status_code == 403
    assert "may not know all of them" in refused.json()["detail"]
    asked = client.get(f"/v1/graph/{SLUG}/cycles", headers=headers)
    assert (asked.status_code, asked.json()["dependency"]) == (503, "neo4j")
