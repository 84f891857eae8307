"""The ids by which a request is known: its own, and those of W3C's trace context."""

import re
from collections.abc import Iterable
from secrets import token_hex
from typing import NamedTuple

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
# https://www.w3.org/TR/trace-context/#traceparent-header; versions to come may have more fields.
_TRACEPARENT = re.compile(
    rb"(?!ff)(?P<version>[0-9a-f]{2})-(?!0{32})(?P<trace>[0-9a-f]{32})"
    rb"-(?!0{16})(?P<span>[0-9a-f]{16})-[0-9a-f]{2}(?P<more>-.*)?"
)


class RequestIds(NamedTuple):
    """A request's id, its trace's (32 hexadecimal digits), and its caller's span (16), if any."""

    request_id: str
    trace_id: str
    parent_span_id: str | None


def read_ids(headers: Iterable[tuple[bytes, bytes]]) -> RequestIds:
    """The ids that a caller sent in `X-Request-ID` and `traceparent`, new ones where unsound.

    Header names are lower-case, as ASGI has them. A caller's own request id has 8 to 64 letters,
    digits, dots, underscores and hyphens. Several `traceparent` are as good as none.
    """
    request_id: str | None = None
    traces: list[bytes] = []
    for name, value in headers:
        if name == b"x-request-id" and request_id is None and _REQUEST_ID.fullmatch(value):
            request_id = value.decode()
        elif name == b"traceparent":
            traces.append(value)
    trace_id, span_id = _parent(traces[0]) if len(traces) == 1 else (None, None)
    return RequestIds(request_id or token_hex(16), trace_id or token_hex(16), span_id)


def _parent(traceparent: bytes) -> tuple[str, str] | tuple[None, None]:
    """The ids of trace and span in a sound header."""
    found = _TRACEPARENT.fullmatch(traceparent)
    if found is None or (found["version"] == b"00" and found["more"]):
        return None, None
    return found["trace"].decode(), found["span"].decode()
