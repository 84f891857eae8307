"""What a request shows of its caller, what is found out by it, and how it is refused.

Which of the two kinds of credentials it is, `access` knows; what they are worth, `api_keys` and
`json_web_tokens`.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from hyperion_pipelines.serving.access.callers import Caller
from hyperion_pipelines.serving.problems import ProblemError

HOW_TO = "send `Authorization: Bearer KEY`, with a key that `hyperion token create` made"


class UnauthenticatedError(ProblemError):
    """Nobody knows who asks; *kind* is `no-key`, `wrong-key` or `expired-key`."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(
            HTTPStatus.UNAUTHORIZED, kind, detail, headers={"WWW-Authenticate": "Bearer"}
        )


class Identity(NamedTuple):
    """Who showed a credential, and until when that holds: seconds since 1970, inf for ever."""

    caller: Caller
    expires_at: float


def credential_of(headers: Mapping[str, str]) -> str | None:
    """The key or token in *headers*, whose names are in lower case; None without one.

    It is that of `Authorization: Bearer` (RFC 6750), or else of `X-API-Key`, or else whatever the
    Authorization is: that is no key, but its sender should hear so.
    """
    authorization = headers.get("authorization", "")
    scheme, _, token = authorization.partition(" ")
    shown = token if scheme.lower() == "bearer" else headers.get("x-api-key", authorization)
    return shown.strip() or None
