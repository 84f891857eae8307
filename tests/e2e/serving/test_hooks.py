"""Push events of git servers over HTTP: the signature counts, and each push starts one analysis."""

import hashlib
import hmac
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from hyperion_pipelines.repositories import Catalogue
from tests.e2e.conftest import Analysed
from tests.e2e.serving.conftest import StartSidecar
from tests.e2e.serving.dagster_server import web_server
from tests.services.server import HOST, free_port
from tests.unit.serving.analyses.push_payloads import GITEA, GITHUB, GITLAB

SHARED = "a secret that is shared with the git server"
HOOKS = "/v1/hooks/git"
# Every way to write the source differs from those in the payload.
SOURCES = {
    "hello-world": "ssh://git@GitHub.com/codertocat/hello-world",
    "diaspora": "https://example.com:8443/mike/diaspora",
    "webhooks": "git@localhost:gitea/webhooks.git",
}


class Delivery(NamedTuple):
    """A request as a git server sends it."""

    headers: dict[str, str]
    body: bytes

    @property
    def request(self) -> dict[str, Any]:
        """It as a client's arguments."""
        return {"url": HOOKS, "headers": self.headers, "content": self.body}


def by_github(payload: dict[str, Any], event: str = "push") -> Delivery:
    """A delivery as GitHub signs it."""
    return _by_github("application/json", json.dumps(payload).encode(), event)


def by_github_as_form(payload: dict[str, Any]) -> Delivery:
    """The same, of the other content type that a hook can have there."""
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return _by_github("application/x-www-form-urlencoded", body, "push")


def _by_github(content_type: str, body: bytes, event: str) -> Delivery:
    headers = {
        "Content-Type": content_type,
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": str(uuid4()),
        "X-Hub-Signature-256": f"sha256={_signature(body)}",
    }
    return Delivery(headers, body)


def by_gitlab(payload: dict[str, Any]) -> Delivery:
    """A delivery as GitLab sends it, with the token."""
    headers = {
        "Content-Type": "application/json",
        "X-Gitlab-Event": "Push Hook",
        "X-Gitlab-Token": SHARED,
        "X-Gitlab-Event-UUID": str(uuid4()),
    }
    return Delivery(headers, json.dumps(payload).encode())


def by_gitea(payload: dict[str, Any]) -> Delivery:
    """A delivery as Gitea and Forgejo sign it, GitHub's headers included."""
    body = json.dumps(payload, indent=2).encode()
    number = str(uuid4())
    headers = {
        "Content-Type": "application/json",
        "X-Gitea-Event": "push",
        "X-Gitea-Delivery": number,
        "X-Gitea-Signature": _signature(body),
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": number,
    }
    return Delivery(headers, body)


def _signature(body: bytes) -> str:
    return hmac.new(SHARED.encode(), body, hashlib.sha256).hexdigest()


class Dagster(NamedTuple):
    """A web server of Dagster's at `url`, over a `home` whose catalogue has SOURCES."""

    home: Path
    url: str


@pytest.fixture(scope="module")
def dagster(analysed: Analysed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    """One that runs nothing: what is queued stays so."""
    home = tmp_path_factory.mktemp("hooked") / "home"
    shutil.copytree(analysed.home, home)
    catalogue = Catalogue(home / "repositories.json")
    for slug, source in SOURCES.items():
        catalogue.add(source, slug)
    with web_server(home) as url:
        yield Dagster(home, url)


@pytest.fixture
def hooked(start_sidecar: StartSidecar, dagster: Dagster) -> TestClient:
    """A sidecar that asks for keys, and takes events that are signed with SHARED."""
    return start_sidecar(dagster.home, is_open=False, dagster_url=dagster.url, hook_secret=SHARED)


@pytest.fixture
def alone(start_sidecar: StartSidecar, dagster: Dagster) -> TestClient:
    """The same without Dagster."""
    url = f"http://{HOST}:{free_port()}"
    return start_sidecar(dagster.home, is_open=False, dagster_url=url, hook_secret=SHARED)


@pytest.mark.parametrize(
    ("made_by", "payload", "slug"),
    [
        (by_github, GITHUB, "hello-world"),
        (by_gitlab, GITLAB, "diaspora"),
        (by_gitea, GITEA, "webhooks"),
    ],
)
def test_a_push_starts_one_analysis_of_its_repository(
    hooked: TestClient,
    made_by: Callable[[dict[str, Any]], Delivery],
    payload: dict[str, Any],
    slug: str,
) -> None:
    """A push that follows before it runs is covered by it; a delivery sent again is the same."""
    delivery = made_by(payload)
    answer = hooked.post(**delivery.request)
    assert answer.status_code == 202, answer.text
    [match] = answer.json()["matched"]
    assert (match["repository"], match["state"], match["already"]) == (slug, "queued", False)
    assert hooked.post(**delivery.request).json() == answer.json()
    [next_push] = hooked.post(**made_by(payload).request).json()["matched"]
    assert (next_push["analysis"], next_push["already"]) == (match["analysis"], True)


def test_a_form_is_taken_as_the_document_in_it(hooked: TestClient) -> None:
    answer = hooked.post(**by_github_as_form(GITHUB).request)
    assert [match["repository"] for match in answer.json()["matched"]] == ["hello-world"]


def test_repositories_that_are_not_watched_match_nothing(alone: TestClient) -> None:
    """Hooks of a whole organisation send those too; Dagster is not even asked."""
    urls = {"clone_url": "https://github.com/Codertocat/Another.git"}
    answer = alone.post(**by_github(GITHUB | {"repository": urls}).request)
    assert (answer.status_code, answer.json()) == (202, {"event": "push", "matched": []})


@pytest.mark.parametrize("event", ["ping", "issues"])
def test_events_that_are_no_push_are_answered_and_start_nothing(
    alone: TestClient, event: str
) -> None:
    answer = alone.post(**by_github(GITHUB, event).request)
    assert (answer.status_code, answer.json()) == (200, {"event": event, "matched": []})


@pytest.mark.parametrize(
    "delivery",
    [by_github(GITHUB), by_gitlab(GITLAB), by_gitea(GITEA)],
    ids=["GitHub", "GitLab", "Gitea"],
)
def test_unsigned_wrongly_signed_and_changed_events_are_refused(
    alone: TestClient, delivery: Delivery
) -> None:
    """In this order: before Dagster is asked, and before the body is read."""
    proof = {"X-Hub-Signature-256", "X-Gitlab-Token", "X-Gitea-Signature"} & set(delivery.headers)
    unsigned = {name: text for name, text in delivery.headers.items() if name not in proof}
    wrong = delivery.headers | dict.fromkeys(proof, "sha256=" + "0" * 64)
    refused = [Delivery(unsigned, delivery.body), Delivery(wrong, delivery.body)]
    if "X-Gitlab-Token" not in proof:
        refused.append(Delivery(delivery.headers, delivery.body + b" "))
    for each in (*refused, Delivery(wrong, b"\xff no JSON")):
        answer = alone.post(**each.request)
        assert (answer.status_code, answer.json()["type"]) == (
            401,
            "urn:hyperion:problem:wrong-signature",
        )
        assert SHARED not in answer.text


def test_signed_nonsense_is_refused_in_words(alone: TestClient) -> None:
    answer = alone.post(**by_github({"zen": "Keep it logically awesome."}).request)
    assert answer.status_code == 422
    assert answer.json()["detail"] == "this is no push event: repository: Field required"


def test_a_request_of_no_git_server_is_refused(alone: TestClient) -> None:
    answer = alone.post(HOOKS, json=GITHUB)
    assert answer.status_code == 422
    assert "x-github-event" in answer.json()["detail"]


def test_without_a_secret_no_event_is_taken(start_sidecar: StartSidecar, dagster: Dagster) -> None:
    client = start_sidecar(dagster.home, is_open=True, dagster_url=dagster.url)
    answer = client.post(**by_github(GITHUB).request)
    assert answer.status_code == 403
    assert "HYPERION_HOOK_SECRET" in answer.json()["detail"]


def test_without_dagster_the_sender_is_told_to_try_again(
    alone: TestClient, hooked: TestClient
) -> None:
    delivery = by_github(GITHUB)
    answer = alone.post(**delivery.request)
    assert (answer.status_code, answer.json()["dependency"]) == (503, "dagster")
    assert int(answer.headers["Retry-After"]) > 0
    assert alone.post(**delivery.request).status_code == 503
    assert hooked.post(**delivery.request).status_code == 202
