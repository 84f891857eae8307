"""Predictions over HTTP: of commits, diffs and files, the odd ones, and what is refused."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from hyperion_pipelines.prediction import Prediction, Selection, predict
from hyperion_pipelines.prediction.evidence import Found
from hyperion_pipelines.serving.access.api_keys import FILE_NAME, ApiKeys
from hyperion_pipelines.serving.access.callers import Scope
from hyperion_pipelines.serving.predictions import asking
from hyperion_pipelines.serving.predictions.remembered import RememberedPredictions
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.workspace import Workspace
from tests.e2e.conftest import SLUG
from tests.e2e.serving.conftest import StartSidecar
from tests.histories import git

ALL = "/v1/predictions/commits"
DIFF = "/v1/predictions/diff"
FILES = "/v1/predictions/files"
ODD = "/v1/anomalies"


@pytest.fixture
def workspace(served_home: Path) -> Workspace:
    return Workspace(Settings(home=served_home))


def asked(client: TestClient, path: str, *, status: int = 200, **question: Any) -> dict[str, Any]:  # noqa: ANN401 - as JSON is
    """The answer to *question*, which has the *status*."""
    answer = client.post(path, json={"repository": SLUG, **question})
    assert answer.status_code == status, answer.text
    return answer.json()


def shas(workspace: Workspace) -> list[str]:
    """The stored commits, the riskiest first."""
    scores = workspace.lake.read("commit_scores", SLUG, columns=["sha", "percentile"])
    return scores.sort("percentile", "sha", descending=True)["sha"].to_list()


def source_file(workspace: Workspace) -> str:
    """A file of own code that was fixed before, and is the riskiest."""
    scores = workspace.lake.read("file_scores", SLUG, columns=["path", "percentile"])
    return scores.sort("percentile", "path", descending=True)["path"][0]


def content(workspace: Workspace, path: str) -> list[str]:
    mirror = workspace.mirror(SLUG).git_dir
    return git(mirror, "show", f"HEAD:{path}").decode().splitlines()


def replacing_first_line(workspace: Workspace, path: str) -> str:
    first, second, *_ = content(workspace, path)
    hunk = f"@@ -1,2 +1,3 @@\n-{first}\n+changed = 1\n+other = 2\n {second}\n"
    return f"--- a/{path}\n+++ b/{path}\n{hunk}"


def known(answer: Mapping[str, Any], expected: Prediction) -> None:
    """*answer* says what the engine says."""
    assert answer["sha"] == expected.sha
    assert answer["probability"] == pytest.approx(expected.probability)
    assert answer["percentile"] == pytest.approx(expected.percentile)
    assert [each["text"] for each in answer["reasons"]] == [each.text for each in expected.reasons]
    assert [each["fix_sha"] for each in answer["evidence"]] == [
        each.fix_sha for each in expected.evidence
    ]
    assert [each["name"] for each in answer["reviewers"]] == [
        each.name for each in expected.reviewers
    ]
    assert [each["path"] for each in answer["owners"]] == [each.path for each in expected.owners]


def test_commits_are_predicted_in_the_order_asked_as_the_engine_does(
    client: TestClient, workspace: Workspace
) -> None:
    riskiest, *_, safest = shas(workspace)
    answer = asked(client, ALL, shas=[safest[:10].upper(), riskiest])
    assert [each["asked"] for each in answer["predictions"]] == [safest[:10], riskiest]
    for each, sha in zip(answer["predictions"], (safest, riskiest), strict=True):
        (expected,) = predict(workspace, SLUG, Selection.commit(sha))
        known(each, expected)
        version = expected.model_version
        assert each["model"] == {
            "name": "risk",
            "version": version,
            "served_by": expected.served_by,
        }
    features = answer["predictions"][0]["features"]
    assert datetime.fromisoformat(features["published_at"]).tzinfo is not None
    assert features["age_seconds"] >= 0


def test_of_some_commit_there_are_owners_reviewers_and_the_fixes_behind_it(
    client: TestClient, workspace: Workspace
) -> None:
    predictions = asked(client, ALL, shas=shas(workspace)[:60])["predictions"]
    owned = [file for each in predictions for file in each["owners"]]
    assert all(0 < person["share"] <= 1 for file in owned for person in file["people"])
    assert max(len(each["owners"]) for each in predictions) <= 5
    assert any(each["reviewers"] for each in predictions)
    lines = next(each["evidence"][0] for each in predictions if each["evidence"])
    fixes = workspace.lake.read("commits", SLUG, where=pl.col("is_fix"))["sha"]
    assert lines["fix_sha"] in fixes
    assert 1 <= lines["start_line"] <= lines["end_line"]


def test_asked_again_a_commit_is_answered_the_same(
    client: TestClient, workspace: Workspace
) -> None:
    """The answer is made anew from the prediction remembered; only its age has changed."""
    sha = shas(workspace)[0]
    past_the_cache = {"Cache-Control": "no-cache"}
    question = {"repository": SLUG, "shas": [sha]}
    first, second = (
        client.post(ALL, json=question, headers=past_the_cache).json()["predictions"][0]
        for _ in range(2)
    )
    assert first.pop("features")["published_at"] == second.pop("features")["published_at"]
    assert first == second


def test_a_merge_is_told_apart_and_stops_no_other(client: TestClient, workspace: Workspace) -> None:
    merge = workspace.lake.read("commits", SLUG, where=pl.col("is_merge"))["sha"][0]
    answer = asked(client, ALL, shas=[merge, shas(workspace)[0]])
    assert len(answer["predictions"]) == 1
    (told,) = answer["merges"]
    assert (told["asked"], told["sha"]) == (merge, merge)
    assert "it is a merge" in told["note"]


def test_unknown_commits_are_listed(client: TestClient, workspace: Workspace) -> None:
    unknown = ["f" * 40, "0123456789ab"]
    problem = asked(client, ALL, status=404, shas=[*unknown, shas(workspace)[0]])
    assert problem["unknown"] == unknown
    assert all(sha in problem["detail"] for sha in unknown)


@pytest.mark.parametrize(
    "question",
    [
        {"shas": []},
        {"shas": ["abc"]},
        {"shas": ["HEAD"]},
        {"shas": ["a" * 40] * 201},
        {"shas": ["a" * 40], "extra": 1},
        {"shas": ["--all"]},
    ],
)
def test_a_malformed_question_is_refused(client: TestClient, question: dict[str, Any]) -> None:
    assert asked(client, ALL, status=422, **question)["status"] == 422


@pytest.mark.parametrize("path", [ALL, DIFF, FILES, ODD])
def test_a_repository_that_the_caller_may_not_know_is_not_there(
    path: str, start_sidecar: StartSidecar, home: Path
) -> None:
    made = ApiKeys(home / FILE_NAME).make("elsewhere", [Scope.READ], ["elsewhere"])
    question = {ALL: {"shas": ["abcd"]}, DIFF: {"diff": "x"}, FILES: {"paths": ["x"]}, ODD: {}}
    answer = start_sidecar(home, is_open=False).post(
        path, json={"repository": SLUG, **question[path]}, headers={"X-API-Key": made.words}
    )
    assert answer.status_code == 404
    assert answer.json()["detail"] == f"no repository named {SLUG!r}; there are: none"


def test_a_diff_is_judged_by_whom_it_is_said_to_be(
    client: TestClient, workspace: Workspace
) -> None:
    path = source_file(workspace)
    diff = replacing_first_line(workspace, path)
    answer = asked(client, DIFF, diff=diff, author_name="Ada", author_email="ada@example.org")
    (prediction,) = answer["predictions"]
    assert (prediction["sha"], prediction["author_name"]) == (None, "Ada")
    assert (prediction["files"], prediction["is_stored"]) == ([path], False)
    assert 0 < prediction["probability"] < 1
    assert [file["path"] for file in prediction["owners"]] == [path]


def test_base_and_head_stand_for_the_commits_between(
    client: TestClient, workspace: Workspace
) -> None:
    mirror = workspace.mirror(SLUG).git_dir
    expected = git(mirror, "rev-list", "--no-merges", "HEAD~5..HEAD").decode().split()
    base = git(mirror, "rev-parse", "HEAD~5").decode().strip()
    answer = asked(client, DIFF, base=base, head="HEAD")
    assert {each["sha"] for each in answer["predictions"]} == set(expected)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({}, "give a `diff`"),
        ({"diff": "x", "head": "HEAD"}, "give a `diff`"),
        ({"head": "HEAD"}, "needs a `base`"),
        ({"diff": "no diff"}, "does not apply"),
        ({"base": "HEAD", "head": "HEAD"}, "holds no commit"),
        ({"base": "no-such-branch", "head": "HEAD"}, "no commit of sample-shop is called"),
        ({"base": "HEAD@{1}", "head": "HEAD"}, "body.base"),
        ({"base": ":/fix", "head": "HEAD"}, "body.base"),
        ({"base": "HEAD^{/fix}", "head": "HEAD"}, "body.base"),
        ({"base": "a..b", "head": "HEAD"}, "body.base"),
        ({"base": "--all", "head": "HEAD"}, "body.base"),
        ({"diff": "x", "author_name": "Ada\n<x>"}, "body.author_name"),
    ],
)
def test_a_diff_that_cannot_be_judged_is_refused(
    client: TestClient, question: dict[str, Any], said: str
) -> None:
    assert said in asked(client, DIFF, status=422, **question)["detail"]


def test_files_are_predicted_with_the_fixes_behind_them(
    client: TestClient, workspace: Workspace
) -> None:
    path = source_file(workspace)
    (answer,) = asked(client, FILES, paths=[path])["predictions"]
    row = workspace.lake.read("file_scores", SLUG, where=pl.col("path") == path)
    assert answer["probability"] == pytest.approx(row["probability"].item())
    assert answer["percentile"] == pytest.approx(row["percentile"].item())
    assert answer["model"]["name"] == "bug"
    assert [each["path"] for each in answer["owners"]] == [path]
    fixes = workspace.lake.read("commits", SLUG, where=pl.col("is_fix"))["sha"]
    shown = [each["fix_sha"] for each in answer["evidence"]]
    assert shown
    assert set(shown) <= set(fixes)
    assert len(shown) <= 5


def test_a_file_that_is_not_own_code_says_that_it_was_not_judged(
    start_sidecar: StartSidecar, home: Path
) -> None:
    lake = Workspace(Settings(home=home)).lake
    scores = lake.read("file_scores", SLUG)
    lake.write("file_scores", SLUG, scores.tail(-1))
    (answer,) = asked(start_sidecar(home), FILES, paths=[scores["path"][0]])["predictions"]
    assert (answer["probability"], answer["percentile"]) == (None, None)
    assert any("was not judged" in note for note in answer["notes"])


def test_unknown_files_are_listed(client: TestClient, workspace: Workspace) -> None:
    problem = asked(client, FILES, status=404, paths=[source_file(workspace), "gone.py"])
    assert problem["unknown"] == ["gone.py"]


@pytest.fixture
def odd_home(home: Path) -> Path:
    """A home in which the larger half of the commits was judged: the later, the odder."""
    lake = Workspace(Settings(home=home)).lake
    scores = lake.read("commit_scores", SLUG).with_row_index("place")
    why = pl.struct(
        feature=pl.lit("files"), value=pl.lit(9.0), typical=pl.lit(1.0), text=pl.lit("9 files")
    )
    place = pl.col("place") / pl.len()
    judged = scores.with_columns(
        anomaly=pl.when(place >= 0.5).then(place).cast(pl.Float32),
        anomaly_percentile=pl.when(place >= 0.5).then(100 * place).cast(pl.Float32),
        anomaly_reasons=pl.when(place >= 0.5).then(pl.concat_list(why)),
    )
    lake.write("commit_scores", SLUG, judged.drop("place"))
    return home


def test_the_oddest_commits_come_first_with_what_is_odd(
    start_sidecar: StartSidecar, odd_home: Path
) -> None:
    shas = Workspace(Settings(home=odd_home)).lake.read("commit_scores", SLUG)["sha"].to_list()
    anomalies = asked(start_sidecar(odd_home), ODD, limit=3)["anomalies"]
    assert [each["sha"] for each in anomalies] == shas[:-4:-1]
    first = anomalies[0]
    oddity = {"feature": "files", "value": 9.0, "typical": 1.0, "text": "9 files"}
    assert (first["reasons"], first["model"]["name"]) == ([oddity], "anomaly")
    assert first["prediction"]["sha"] == first["sha"]
    assert first["prediction"]["anomalies"] == ["9 files"]


def test_named_commits_are_told_however_usual_they_are(
    start_sidecar: StartSidecar, odd_home: Path
) -> None:
    shas = Workspace(Settings(home=odd_home)).lake.read("commit_scores", SLUG)["sha"].to_list()
    unjudged, usual = shas[0], shas[len(shas) // 2 + 1]
    client = start_sidecar(odd_home)
    answer = asked(client, ODD, shas=[usual[:12], unjudged])
    assert [(each["asked"], each["sha"]) for each in answer["anomalies"]] == [(usual[:12], usual)]
    assert answer["not_judged"] == [unjudged]
    assert asked(client, ODD, shas=[usual], min_percentile=99)["anomalies"] == []


def test_a_repository_that_was_not_analysed_is_not_published(
    start_sidecar: StartSidecar, home: Path, source: Path
) -> None:
    Workspace(Settings(home=home)).catalogue.add(str(source), "new")
    answer = start_sidecar(home).post(ALL, json={"repository": "new", "shas": ["abcd"]})
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:hyperion:problem:not-published"


def test_what_is_quick_does_not_wait_for_evidence(
    workspace: Workspace, start_sidecar: StartSidecar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though more is asked about commits than there are threads for what is quick."""
    is_looked_for, may_go_on = threading.Event(), threading.Event()

    def found_late(*_: object) -> Found:
        is_looked_for.set()
        assert may_go_on.wait(60)
        return Found([], 0)

    engine = import_module("hyperion_pipelines.prediction.predict")  # a function has that name too
    monkeypatch.setattr(engine, "find_evidence", found_late)
    monkeypatch.setattr(asking, "_REMEMBERED", RememberedPredictions())
    client = start_sidecar(serve_threads=1)
    with ThreadPoolExecutor() as callers:
        waiting = [callers.submit(asked, client, ALL, shas=[sha]) for sha in shas(workspace)[:3]]
        try:
            assert is_looked_for.wait(60)
            quick = client.post(FILES, json={"repository": SLUG, "paths": [source_file(workspace)]})
            assert quick.status_code == 200
            assert not any(each.done() for each in waiting)
        finally:
            may_go_on.set()
        assert all(len(each.result()["predictions"]) == 1 for each in waiting)
