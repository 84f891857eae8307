"""Whether a push event comes from who knows the secret: GitHub's, GitLab's and Gitea's signatures.

They are of the body's bytes, and are checked before anything in them is read. Sources:
docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries,
docs.gitlab.com/user/project/integrations/webhooks, docs.gitea.com/usage/repository/webhooks,
github.com/standard-webhooks/standard-webhooks.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum

SIGNING_TOKEN = "whsec_"  # noqa: S105 - what GitLab's signing tokens start with
TOLERANCE_SECONDS = 300.0  # of Standard Webhooks


class Service(StrEnum):
    """Who sends a push event; Forgejo sends Gitea's headers."""

    GITEA = "gitea"
    GITLAB = "gitlab"
    GITHUB = "github"


# In this order: Gitea sends GitHub's headers too.
EVENT_HEADERS = {
    Service.GITEA: "x-gitea-event",
    Service.GITLAB: "x-gitlab-event",
    Service.GITHUB: "x-github-event",
}


def sender(headers: Mapping[str, str]) -> Service | None:
    """The service that a request says it comes from; None where it names no event."""
    return next((each for each, header in EVENT_HEADERS.items() if header in headers), None)


def is_signed(
    service: Service, headers: Mapping[str, str], body: bytes, secret: str, *, now: float
) -> bool:
    """Whether *body* was signed with *secret*, or, at GitLab, sent along with it.

    *now* is the time in seconds of the epoch: GitLab's newer signatures are good for minutes.
    """
    if service is Service.GITHUB:
        signature = headers.get("x-hub-signature-256", "")
        return _is_same(signature, f"sha256={_digest(secret, body).hex()}")
    if service is Service.GITEA:
        return _is_same(headers.get("x-gitea-signature", ""), _digest(secret, body).hex())
    by_token = _is_same(headers.get("x-gitlab-token", ""), secret)
    return by_token or _is_signed_by_standard(headers, body, secret, now)


def _is_signed_by_standard(
    headers: Mapping[str, str], body: bytes, secret: str, now: float
) -> bool:
    """Standard Webhooks: `v1,BASE64` of the HMAC of `ID.TIMESTAMP.BODY`, one or several."""
    key = _signing_key(secret)
    sent_at = headers.get("webhook-timestamp", "")
    if key is None or not sent_at.isdecimal() or abs(now - int(sent_at)) > TOLERANCE_SECONDS:
        return False
    signed = f"{headers.get('webhook-id', '')}.{sent_at}.".encode() + body
    right = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    signatures = headers.get("webhook-signature", "").split()
    return any(_is_same(signature, f"v1,{right}") for signature in signatures)


def _signing_key(secret: str) -> bytes | None:
    """The key in a signing token; None for a secret that is none."""
    if not secret.startswith(SIGNING_TOKEN):
        return None
    try:
        return base64.b64decode(secret.removeprefix(SIGNING_TOKEN), validate=True)
    except binascii.Error:
        return None


def _digest(secret: str, body: bytes) -> bytes:
    return hmac.digest(secret.encode(), body, hashlib.sha256)


def _is_same(given: str, right: str) -> bool:
    """Compared in a time that does not tell how much of it is right."""
    return hmac.compare_digest(given.encode(), right.encode())
