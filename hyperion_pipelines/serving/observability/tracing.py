"""Finished requests as traces of OpenTelemetry, sent to a collector by OTLP over HTTP.

The SDK is imported where a collector is named, and only there. Spans have the times that they were
measured at, the trace id of the request, and the caller's span as their parent. They are made in
the thread of the request log, and sent by one of the SDK's own.
"""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from hyperion_pipelines.serving.observability.spans import Request

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span as ExportedSpan

EXPORT_SECONDS = 5


class Tracing:
    """Sends requests to the collector at *endpoint*, for example `http://localhost:4318`."""

    def __init__(self, endpoint: str) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
        from opentelemetry.sdk.trace.sampling import ALWAYS_ON

        class TraceIds(RandomIdGenerator):
            """Gives a trace the id that its request has already; spans get new ones."""

            trace_id = 0

            def generate_trace_id(self) -> int:
                return self.trace_id

        url = f"{endpoint.rstrip('/')}/v1/traces"
        about = {"service.name": "hyperion", "service.version": version("hyperion-pipelines")}
        self._ids = TraceIds()
        self._provider = TracerProvider(
            sampler=ALWAYS_ON,
            resource=Resource.create(about),
            id_generator=self._ids,
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(endpoint=url, timeout=EXPORT_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("hyperion.sidecar")

    def write(self, requests: Sequence[Request]) -> None:
        """Hand the spans of *requests* to the thread that sends them."""
        for request in requests:
            self._send(request)

    def close(self) -> None:
        """Send what waits, for as long as a try takes, and stop."""
        self._provider.shutdown()

    def _send(self, request: Request) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

        self._ids.trace_id = int(request.trace_id, 16)
        own = self._tracer.start_span(
            f"{request.method} {request.route}".rstrip(),
            _context_of_caller(request),
            SpanKind.SERVER,
            _attributes(request),
            start_time=request.started_ns,
        )
        if request.status >= 500:
            own.set_status(Status(StatusCode.ERROR))
        made: list[ExportedSpan] = []
        for span in list(request.spans):
            parent = own if span.parent is None else made[span.parent]
            made.append(
                self._tracer.start_span(
                    span.name,
                    set_span_in_context(parent),
                    attributes=_plain(span.attributes),
                    start_time=span.started_ns,
                )
            )
            made[-1].end(span.ended_ns or request.ended_ns)
        own.end(request.ended_ns)


def _context_of_caller(request: Request) -> "Context":
    from opentelemetry.context import Context
    from opentelemetry.trace import (
        NonRecordingSpan,
        SpanContext,
        TraceFlags,
        set_span_in_context,
    )

    if request.parent_span_id is None:
        return Context()
    trace_id, span_id = int(request.trace_id, 16), int(request.parent_span_id, 16)
    flags = TraceFlags(TraceFlags.SAMPLED)
    caller = SpanContext(trace_id, span_id, is_remote=True, trace_flags=flags)
    return set_span_in_context(NonRecordingSpan(caller), Context())


def _attributes(request: Request) -> Mapping[str, str | int | float | bool]:
    """By OpenTelemetry's semantic conventions for HTTP, and the request's id, caller and notes."""
    return {
        "http.request.method": request.method,
        "http.route": request.route,
        "http.response.status_code": request.status,
        "url.path": request.path,
        "hyperion.request_id": request.request_id,
        "hyperion.caller": request.caller,
        **{f"hyperion.{name}": each for name, each in _plain(request.notes).items()},
    }


def _plain(values: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    """*values* in the types that attributes have; others as text."""
    return {
        name: value if isinstance(value, str | int | float | bool) else str(value)
        for name, value in values.items()
    }
