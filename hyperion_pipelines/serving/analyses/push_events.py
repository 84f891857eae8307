"""What a push event says: of which repository it is, and which delivery it is.

Branches and commits in it do not matter: an analysis reads the refs as they are by then, and a
deleted branch changes them as a new commit does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from pydantic import BaseModel, ValidationError

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.serving.analyses.push_signatures import EVENT_HEADERS, Service

PUSHES = frozenset({"push", "Push Hook", "Tag Push Hook"})
# A delivery that is sent again has the number of the first time.
_DELIVERY_HEADERS = {
    Service.GITEA: ("x-gitea-delivery",),
    Service.GITLAB: ("idempotency-key", "x-gitlab-event-uuid"),
    Service.GITHUB: ("x-github-delivery",),
}
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class PushEvent:
    """An event of a git server; `urls` lead to its repository, `delivery` is empty if unknown.

    Only a push has `urls`: what other events say is not read.
    """

    name: str
    delivery: str
    urls: frozenset[str] = frozenset()

    @property
    def is_push(self) -> bool:
        """Whether it says that refs have changed."""
        return self.name in PUSHES


class _Urls(BaseModel):
    clone_url: str | None = None
    git_http_url: str | None = None
    git_ssh_url: str | None = None
    git_url: str | None = None
    html_url: str | None = None
    ssh_url: str | None = None


class _Push(BaseModel):
    repository: _Urls
    project: _Urls = _Urls()  # GitLab's


def read_event(service: Service, headers: Mapping[str, str], body: bytes) -> PushEvent:
    """The event that a request of *service* carries.

    Raises UsageError for a push that names no repository.
    """
    name = headers[EVENT_HEADERS[service]]
    numbers = (headers.get(header, "") for header in _DELIVERY_HEADERS[service])
    delivery = next((f"{service} {number}" for number in numbers if number), "")
    if name not in PUSHES:
        return PushEvent(name, delivery)
    return PushEvent(name, delivery, _urls(headers.get("content-type", ""), body))


def _urls(content_type: str, body: bytes) -> frozenset[str]:
    try:
        push = _Push.model_validate_json(_payload(content_type, body))
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, wrong["loc"])) or "the body"
        raise UsageError(f"this is no push event: {place}: {wrong['msg']}") from None
    found = [*push.repository.model_dump().values(), *push.project.model_dump().values()]
    return frozenset(filter(None, found))


def _payload(content_type: str, body: bytes) -> bytes:
    """The JSON document: the body, or the field `payload` of a form, as GitHub can send it."""
    if content_type.partition(";")[0].strip().lower() != _FORM:
        return body
    fields = parse_qs(body.decode(errors="replace"))
    return "".join(fields.get("payload", [])).encode()
