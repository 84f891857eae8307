"""Where a request's time goes: spans, kept with the request that they belong to.

Whoever wants a part of the work to be seen puts it in `with span("search"):`; threads that a
request uses add to the same request. Outside a request nothing happens. Where spans end up is the
business of `request_log` and `tracing`.
"""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Span:
    """A part of a request's work: nanoseconds of the wall clock, and the span that it is part of.

    `parent` is the place of that span in the request's list, None for the request itself.
    """

    name: str
    started_ns: int
    ended_ns: int = 0
    parent: int | None = None
    attributes: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(slots=True)
class Request:
    """A request as it is logged: what was asked by whom, how it ended, and its spans.

    `request_id` is the caller's own where it sent a sound one, `trace_id` that of W3C's
    `traceparent` (32 hex digits), `parent_span_id` the caller's span there. `route` is the path's
    template (`/v1/repositories/{slug}/profile`), which metrics go by; `client` the address that the
    request came from. Notes are what parts of the sidecar say of it beside.
    """

    request_id: str
    trace_id: str
    parent_span_id: str | None
    method: str
    path: str
    route: str = ""
    caller: str = ""
    client: str = ""
    status: int = 0
    started_ns: int = 0
    ended_ns: int = 0
    spans: list[Span] = field(default_factory=list[Span])
    notes: dict[str, Any] = field(default_factory=dict[str, Any])


current_request: ContextVar[Request | None] = ContextVar("current_request", default=None)
_current_span: ContextVar[int | None] = ContextVar("current_span", default=None)
_adding = threading.Lock()


@contextmanager
def span(name: str, /, **attributes: object) -> Generator[None]:
    """Within the block, the request's time goes to *name*; an error that ends it is named there."""
    request = current_request.get()
    if request is None:
        yield
        return
    parent = _current_span.get()
    own = Span(name, time.time_ns(), 0, parent, dict(attributes))
    with _adding:
        place = len(request.spans)
        request.spans.append(own)
    _current_span.set(place)
    try:
        yield
    except BaseException as error:
        own.attributes["error"] = type(error).__name__
        raise
    finally:
        own.ended_ns = time.time_ns()
        # Not by a token: each step of a generator may run in a context of its own.
        _current_span.set(parent)
