"""Requests reach an OpenTelemetry collector as traces; without one the SDK is not imported."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import cast

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from hyperion_pipelines.serving.observability.observed import Observability
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.workspace import Workspace
from tests.unit.serving.observability.logged_requests import MS, STARTED, made_up_request


class Collector(HTTPServer):
    """Keeps the spans that it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.spans: list[Span] = []

    @property
    def url(self) -> str:
        """What a user would set."""
        return f"http://127.0.0.1:{self.server_port}"


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert self.path == "/v1/traces"
        collector = cast("Collector", self.server)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                collector.spans.extend(scope.spans)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own
        """A test prints nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server, ThreadPoolExecutor(1) as threads:
        threads.submit(server.serve_forever, 0.01)
        yield server
        server.shutdown()


def attributes(span: Span) -> Mapping[str, str | int]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_a_request_is_a_trace_with_the_times_that_were_measured(
    collector: Collector, tmp_path: Path
) -> None:
    observability = Observability(Workspace(Settings(home=tmp_path, otlp_endpoint=collector.url)))
    with observability.running():
        observability.record(replace(made_up_request(), parent_span_id="0b" * 8, status=503))
    spans = {span.name: span for span in collector.spans}
    assert set(spans) == {"POST /v1/search", "search", "embed"}
    assert {span.trace_id.hex() for span in collector.spans} == {"0a" * 16}
    request, search, embed = (spans[name] for name in ("POST /v1/search", "search", "embed"))
    assert request.parent_span_id.hex() == "0b" * 8
    assert (search.parent_span_id, embed.parent_span_id) == (request.span_id, search.span_id)
    assert request.start_time_unix_nano == STARTED
    assert (search.start_time_unix_nano, search.end_time_unix_nano) == (
        STARTED + 5 * MS,
        STARTED + 35 * MS,
    )
    assert (request.kind, request.status.code) == (Span.SPAN_KIND_SERVER, Status.STATUS_CODE_ERROR)
    told = attributes(request)
    assert told["http.response.status_code"] == 503
    assert told["hyperion.request_id"] == "request-1"
    assert told["hyperion.cache"] == "miss"
    assert attributes(search) == {"repository": "shop"}


def test_a_request_that_nobody_traced_before_begins_its_trace(
    collector: Collector, tmp_path: Path
) -> None:
    observability = Observability(Workspace(Settings(home=tmp_path, otlp_endpoint=collector.url)))
    with observability.running():
        for trace_id in ("0a" * 16, "0c" * 16):
            observability.record(replace(made_up_request(trace_id=trace_id), spans=[]))
    assert {span.trace_id.hex() for span in collector.spans} == {"0a" * 16, "0c" * 16}
    assert {span.parent_span_id for span in collector.spans} == {b""}


def test_without_a_collector_the_sdk_is_not_imported(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from typing import cast
from hyperion_pipelines.serving.observability.observed import Observability
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.workspace import Workspace
with Observability(Workspace(Settings(home=Path(sys.argv[1])))).running():
    print([name for name in sys.modules if name.startswith("opentelemetry.sdk")])
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"
