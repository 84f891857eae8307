"""What the sidecar keeps in memory, as its callers notice it."""

from pathlib import Path

from fastapi.testclient import TestClient

from tests.e2e.conftest import SLUG
from tests.e2e.serving.conftest import a_path

PROFILE = f"/v1/repositories/{SLUG}/profile"
FILES = "/v1/predictions/files"


def test_a_prediction_asked_again_comes_from_memory(home: Path, own: TestClient) -> None:
    question = {"repository": SLUG, "paths": [a_path(home)]}
    first, second = (own.post(FILES, json=question) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200), first.text
    assert "age" not in first.headers
    assert second.headers["age"] == "0"
    assert first.content == second.content
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    figures = own.get("/metrics").text
    assert 'hyperion_cache_total{cache="answers",result="hit"} 1.0' in figures


def test_a_profile_that_a_caller_has_is_not_sent_again(own: TestClient) -> None:
    first = own.get(PROFILE)
    assert first.status_code == 200, first.text
    assert first.headers["cache-control"] == "private, max-age=60"
    again = own.get(PROFILE, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
