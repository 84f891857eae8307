"""Push events: which repository and which delivery they name."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.serving.analyses.clone_urls import repository_name
from hyperion_pipelines.serving.analyses.push_events import read_event
from hyperion_pipelines.serving.analyses.push_signatures import Service
from tests.unit.serving.analyses.push_payloads import GITEA, GITHUB, GITLAB

FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


@pytest.mark.parametrize(
    ("service", "headers", "payload", "repository"),
    [
        (Service.GITHUB, {"x-github-event": "push"}, GITHUB, "github.com/codertocat/hello-world"),
        (Service.GITLAB, {"x-gitlab-event": "Push Hook"}, GITLAB, "example.com/mike/diaspora"),
        (Service.GITLAB, {"x-gitlab-event": "Tag Push Hook"}, GITLAB, "example.com/mike/diaspora"),
        (Service.GITEA, {"x-gitea-event": "push"}, GITEA, "localhost/gitea/webhooks"),
    ],
)
def test_every_url_of_a_documented_push_leads_to_its_repository(
    service: Service, headers: dict[str, str], payload: dict[str, Any], repository: str
) -> None:
    event = read_event(service, headers, json.dumps(payload).encode())
    assert event.is_push
    assert {repository_name(url) for url in event.urls} == {repository}
    assert len(event.urls) >= 2


def test_a_push_may_come_as_a_form() -> None:
    """GitHub's content type application/x-www-form-urlencoded."""
    headers = {"x-github-event": "push", **FORM}
    event = read_event(Service.GITHUB, headers, urlencode({"payload": json.dumps(GITHUB)}).encode())
    assert "https://github.com/Codertocat/Hello-World.git" in event.urls


@pytest.mark.parametrize(
    ("service", "headers"),
    [
        (Service.GITHUB, {"x-github-event": "ping", "x-github-delivery": "7"}),
        (Service.GITLAB, {"x-gitlab-event": "Issue Hook", "x-gitlab-event-uuid": "7"}),
        (Service.GITEA, {"x-gitea-event": "create", "x-gitea-delivery": "7"}),
    ],
)
def test_events_that_are_no_push_are_not_read(service: Service, headers: dict[str, str]) -> None:
    event = read_event(service, headers, b"anything")
    assert not event.is_push
    assert not event.urls
    assert event.delivery == f"{service} 7"


def test_gitlabs_key_of_all_attempts_goes_before_that_of_one_event() -> None:
    headers = {"x-gitlab-event": "Push Hook", "x-gitlab-event-uuid": "1", "idempotency-key": "2"}
    assert read_event(Service.GITLAB, headers, json.dumps(GITLAB).encode()).delivery == "gitlab 2"


def test_an_event_without_a_number_has_none() -> None:
    headers = {"x-github-event": "push"}
    assert read_event(Service.GITHUB, headers, json.dumps(GITHUB).encode()).delivery == ""


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"\xff\xfe", b"{}", b'{"repository": 3}', b"payload={}"]
)
@pytest.mark.parametrize("form", [{}, FORM])
def test_what_names_no_repository_is_refused_in_words(body: bytes, form: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="this is no push event"):
        read_event(Service.GITHUB, {"x-github-event": "push", **form}, body)
