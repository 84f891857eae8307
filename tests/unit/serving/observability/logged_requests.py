"""A request as the log has it."""

from hyperion_pipelines.serving.observability.spans import Request, Span

SECOND = 1_000_000_000
STARTED = 1_700_000_000 * SECOND
MS = 1_000_000


def made_up_request(request_id: str = "request-1", trace_id: str = "0a" * 16) -> Request:
    """A search that took 40 ms, of which 30 went to two spans, one within the other."""
    return Request(
        request_id=request_id,
        trace_id=trace_id,
        parent_span_id=None,
        method="POST",
        path="/v1/search",
        route="/v1/search",
        caller="ci",
        client="127.0.0.1",
        status=200,
        started_ns=STARTED,
        ended_ns=STARTED + 40 * MS,
        spans=[
            Span("search", STARTED + 5 * MS, STARTED + 35 * MS, None, {"repository": "shop"}),
            Span("embed", STARTED + 10 * MS, STARTED + 20 * MS, 0),
        ],
        notes={"cache": "miss"},
    )
