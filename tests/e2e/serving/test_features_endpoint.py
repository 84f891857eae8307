"""`/v1/features`: what models are told of a commit or a file, as `hyperion features` says it."""

import json
from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from hyperion_pipelines.stores.lake import DeltaLake
from tests.e2e.conftest import SLUG, Analysed, Hyperion

Document = dict[str, Any]


@pytest.fixture
def commits(analysed: Analysed) -> pl.DataFrame:
    return DeltaLake(analysed.home / "lake").read("commits", SLUG)


@pytest.fixture
def ordinary(commits: pl.DataFrame) -> list[str]:
    """Commits that are no merges."""
    return commits.filter(~pl.col("is_merge"))["sha"].to_list()


def printed(hyperion: Hyperion, analysed: Analysed, *arguments: str) -> Document:
    """What the command says of the same."""
    outcome = hyperion("features", SLUG, *arguments, "--json", home=analysed.home)
    assert outcome.status == 0, outcome.errors
    return json.loads(outcome.output)


def test_a_commits_features_are_those_of_the_command(
    client: TestClient, analysed: Analysed, hyperion: Hyperion, ordinary: list[str]
) -> None:
    said = client.get(f"/v1/features/commits/{SLUG}/{ordinary[7]}").json()
    assert said["features"] == printed(hyperion, analysed, "--commit", ordinary[7])["features"]
    assert said["sha"] == ordinary[7]


def test_a_files_features_are_those_of_the_command(
    client: TestClient, analysed: Analysed, hyperion: Hyperion
) -> None:
    path = client.get(f"/v1/repositories/{SLUG}/hotspots").json()["rows"][0]["path"]
    said = client.get(f"/v1/features/files/{SLUG}", params={"path": f"./{path}"}).json()
    assert said["features"] == printed(hyperion, analysed, "--file", path)["features"]
    assert (said["path"], said["is_current"]) == (path, True)


def test_a_file_that_is_gone_has_the_features_that_it_had_last(
    client: TestClient, analysed: Analysed, hyperion: Hyperion
) -> None:
    rows = DeltaLake(analysed.home / "lake").read("file_features", SLUG)
    last = rows.group_by("path").agg(pl.max("window_end")).sort("path")
    gone = last.filter(pl.col("window_end") < pl.col("window_end").max())["path"][0]
    said = client.get(f"/v1/features/files/{SLUG}", params={"path": gone}).json()
    assert said["features"] == printed(hyperion, analysed, "--file", gone)["features"]
    assert not said["is_current"]


def test_features_say_how_old_they_are(client: TestClient, ordinary: list[str]) -> None:
    said = client.get(f"/v1/features/commits/{SLUG}/{ordinary[0]}").json()
    repository = client.get(f"/v1/repositories/{SLUG}").json()
    assert said["published_at"] <= repository["published_at"]["features"]
    assert 0 <= said["age_seconds"] < 86_400


def test_several_commits_come_in_the_order_asked_and_the_others_are_named(
    client: TestClient, ordinary: list[str]
) -> None:
    asked = [ordinary[3], "0" * 40, ordinary[1]]
    said = client.get(f"/v1/features/commits/{SLUG}", params={"sha": asked}).json()
    assert [each["sha"] for each in said["commits"]] == [ordinary[3], ordinary[1]]
    assert said["missing"] == ["0" * 40]
    single = client.get(f"/v1/features/commits/{SLUG}/{ordinary[1]}").json()
    assert said["commits"][1]["features"] == single["features"]


def test_what_has_no_features_is_not_found(client: TestClient, commits: pl.DataFrame) -> None:
    merge = commits.filter("is_merge")["sha"][0]
    for path in (f"commits/{SLUG}/{merge}", f"commits/{SLUG}/{'0' * 40}", "commits/no/" + merge):
        assert client.get(f"/v1/features/{path}").status_code == 404
    assert client.get(f"/v1/features/files/{SLUG}?path=no/such.py").status_code == 404


@pytest.mark.parametrize(
    "path", [f"commits/{SLUG}/HEAD", f"commits/{SLUG}", f"files/{SLUG}", f"files/{SLUG}?path="]
)
def test_what_names_no_commit_or_file_is_refused(client: TestClient, path: str) -> None:
    assert client.get(f"/v1/features/{path}").status_code == 422
