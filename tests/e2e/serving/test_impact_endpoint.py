"""Impact over HTTP: what has to change with files, commits or a diff, and why."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hyperion_pipelines.prediction import impact
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.workspace import Workspace
from tests.e2e.conftest import SLUG
from tests.histories import git


@pytest.fixture
def workspace(served_home: Path) -> Workspace:
    return Workspace(Settings(home=served_home))


@pytest.fixture
def path(workspace: Workspace) -> str:
    """The file that changed with others most often."""
    coupling = workspace.lake.read("change_coupling", SLUG)
    return coupling.sort("support", "path", descending=[True, False])["path"][0]


def asked(client: TestClient, *, status: int = 200, **question: Any) -> dict[str, Any]:  # noqa: ANN401 - as JSON is
    answer = client.post("/v1/impact", json={"repository": SLUG, **question})
    assert answer.status_code == status, answer.text
    return answer.json()


def test_suggestions_are_those_of_the_engine_with_the_commits_behind_them(
    client: TestClient, workspace: Workspace, path: str
) -> None:
    answer = asked(client, paths=[path], k=5)
    expected = impact(workspace, SLUG, [path], 5)
    assert [each["path"] for each in answer["suggestions"]] == [each.path for each in expected]
    first = answer["suggestions"][0]
    assert first["probability"] == pytest.approx(expected[0].probability)
    assert first["reasons"] == list(expected[0].reasons)
    assert 0 < first["percentile"] < 100
    changes = workspace.lake.read("changes", SLUG)
    for commit in first["evidence"]:
        there = set(changes.filter(sha=commit["sha"])["path"])
        assert {path, first["path"]} <= there
    assert len(first["evidence"]) == min(first["support"], 3)
    assert (answer["model"]["name"], answer["paths"]) == ("impact", [path])
    assert answer["features"]["age_seconds"] >= 0


def test_a_diff_stands_for_the_files_that_it_changes(
    client: TestClient, workspace: Workspace, path: str
) -> None:
    mirror = workspace.mirror(SLUG).git_dir
    first, second, *_ = git(mirror, "show", f"HEAD:{path}").decode().splitlines()
    hunk = f"@@ -1,2 +1,2 @@\n-{first}\n+changed = 1\n {second}\n"
    diff = f"--- a/{path}\n+++ b/{path}\n{hunk}"
    by_diff, by_path = asked(client, diff=diff), asked(client, paths=[path])
    assert by_diff["suggestions"] == by_path["suggestions"]


def test_commits_stand_for_the_files_that_they_change(
    client: TestClient, workspace: Workspace, path: str
) -> None:
    mirror = workspace.mirror(SLUG).git_dir
    newest = ["log", "--no-merges", "--max-count=1", "--format=%H", "HEAD", "--", path]
    sha = git(mirror, *newest).decode().strip()
    answer = asked(client, shas=[sha[:12]])
    assert path in answer["paths"]
    assert not {each["path"] for each in answer["suggestions"]} & set(answer["paths"])


def test_files_that_head_lacks_are_listed(client: TestClient, path: str) -> None:
    assert asked(client, status=404, paths=[path, "gone.py"])["unknown"] == ["gone.py"]


def test_merges_alone_say_nothing(client: TestClient, workspace: Workspace) -> None:
    commits = workspace.lake.read("commits", SLUG)
    merge = commits.filter("is_merge")["sha"][0]
    assert "merges change nothing" in asked(client, status=422, shas=[merge])["detail"]


@pytest.mark.parametrize(
    "question",
    [{}, {"paths": ["a"], "shas": ["abcd"]}, {"paths": []}, {"paths": ["a\0b"]}, {"k": 0}],
)
def test_a_malformed_question_is_refused(client: TestClient, question: dict[str, Any]) -> None:
    assert asked(client, status=422, **question)["status"] == 422
