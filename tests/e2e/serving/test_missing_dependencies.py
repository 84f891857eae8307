"""What an answer needs and is away is named (503); what does without it goes on."""

import shutil
from pathlib import Path

from fastapi.testclient import TestClient

from tests.e2e.conftest import SLUG
from tests.e2e.serving.conftest import StartSidecar, a_path
from tests.homes import open_home

PROFILE = f"/v1/repositories/{SLUG}/profile"
FILES = "/v1/predictions/files"
NOWHERE = "127.0.0.1:9"


def test_answers_go_on_from_memory_when_the_lake_is_gone(home: Path, own: TestClient) -> None:
    """What was never read is missed by name, what needs no table goes on."""
    question = {"repository": SLUG, "paths": [a_path(home)]}
    asked = {"Cache-Control": "no-cache"}
    first = own.post(FILES, json=question)
    shutil.rmtree(home / "lake")
    assert own.post(FILES, json=question, headers=asked).status_code == first.status_code == 200
    missed = own.get(f"/v1/repositories/{SLUG}/hotspots")
    assert (missed.status_code, missed.json()["dependency"]) == (503, "lake")
    assert missed.headers["retry-after"]
    assert own.get(PROFILE).status_code == 200


def test_predictions_go_on_from_memory_when_the_mirror_is_gone(home: Path, own: TestClient) -> None:
    scores = open_home(home).lake.read("commit_scores", SLUG, columns=["sha"])
    question = {"repository": SLUG, "shas": scores["sha"].head(1).to_list()}
    asked = {"Cache-Control": "no-cache"}
    first = own.post("/v1/predictions/commits", json=question)
    shutil.rmtree(home / "mirrors")
    again = own.post("/v1/predictions/commits", json=question, headers=asked)
    assert again.status_code == first.status_code == 200
    others = (
        ("/v1/predictions/commits", {"shas": scores["sha"].tail(1).to_list()}),
        ("/v1/predictions/diff", {"base": "main", "head": "HEAD"}),
        ("/v1/impact", {"diff": "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"}),
    )
    for path, other in others:
        missed = own.post(path, json={"repository": SLUG, **other})
        assert missed.status_code == 503, missed.text
        assert missed.json()["dependency"] == "mirrors"
        assert "hyperion analyze" in missed.json()["detail"]
    assert own.get(f"/v1/repositories/{SLUG}/hotspots").status_code == 200


def test_only_the_search_waits_for_qdrant(home: Path, start_sidecar: StartSidecar) -> None:
    client = start_sidecar(home, qdrant_url=f"http://{NOWHERE}")
    for path, question in (("search", {"query": "x"}), ("answers", {"question": "x"})):
        missed = client.post(f"/v1/{path}", json={"repositories": [SLUG], **question})
        assert (missed.status_code, missed.json()["dependency"]) == (503, "qdrant"), missed.text
    assert client.post(FILES, json={"repository": SLUG, "paths": [a_path(home)]}).is_success


def test_features_are_read_from_the_lake_while_redis_is_away(
    home: Path, start_sidecar: StartSidecar
) -> None:
    client = start_sidecar(home, redis_url=f"redis://{NOWHERE}")
    answer = client.get(f"/v1/features/files/{SLUG}", params={"path": a_path(home)})
    assert answer.status_code == 200, answer.text
    readiness = client.get("/readyz")
    away = {each["name"] for each in readiness.json()["dependencies"] if not each["is_up"]}
    assert (readiness.status_code, "redis" in away) == (200, True)
