"""Whatever the sidecar says of its own work passes through here: requests and predictions.

A request pays for counters and a place in a queue; logs, traces and the lake are written in the
background while the sidecar runs.
"""

import logging
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from hyperion_pipelines.logs import LOGGER
from hyperion_pipelines.serving.observability.background import Background
from hyperion_pipelines.serving.observability.metrics import Metrics
from hyperion_pipelines.serving.observability.prediction_log import (
    LoggedPrediction,
    PredictionLog,
    ServedPrediction,
)
from hyperion_pipelines.serving.observability.request_log import RequestLog
from hyperion_pipelines.serving.observability.spans import Request, current_request
from hyperion_pipelines.serving.observability.tracing import Tracing
from hyperion_pipelines.workspace import Workspace


class Observability:
    """That of one sidecar over *workspace*; nothing is written but within `running`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.metrics = Metrics()
        self._outlets: list[RequestLog | Tracing] = []
        self._requests = Background[Request](
            "request log",
            self._write,
            seconds=0.25,
            batch=500,
            capacity=10_000,
            dropped=lambda count: self.metrics.dropped("requests", count),
        )
        self._prediction_log = PredictionLog(workspace.lake, self._lost_predictions)
        self._predictions = Background[LoggedPrediction](
            "prediction log",
            self._prediction_log.write,
            seconds=60.0,
            batch=5_000,
            capacity=50_000,
            dropped=self._lost_predictions,
        )

    def record(self, request: Request) -> None:
        """Count a request that has ended, and leave it to the log and the traces."""
        self.metrics.requested(request)
        self._requests.put(request)

    def predicted(self, rows: Iterable[ServedPrediction]) -> None:
        """Count predictions that the request in progress is answered with, and log them."""
        request = current_request.get()
        request_id = request.request_id if request else ""
        now = datetime.now(UTC)
        for row in rows:
            self.metrics.predicted(row.model, row.probability)
            self._predictions.put(LoggedPrediction(row, request_id, now))

    @contextmanager
    def running(self) -> Generator[None]:
        """Within the block logs and traces are written; at its end, all that is left of them."""
        with ExitStack() as parts:
            parts.enter_context(_named_requests())
            endpoint = self._workspace.settings.otlp_endpoint
            traces = [Tracing(endpoint)] if endpoint else []
            self._outlets = [*traces, RequestLog(self._workspace.home)]
            for outlet in self._outlets:
                parts.callback(outlet.close)
            parts.callback(self._prediction_log.close)
            parts.enter_context(self._requests.running())
            parts.enter_context(self._predictions.running())
            yield

    def _write(self, requests: Sequence[Request]) -> None:
        for outlet in self._outlets:
            outlet.write(requests)

    def _lost_predictions(self, count: int) -> None:
        self.metrics.dropped("predictions", count)


class _RequestIds(logging.Filter):
    """Adds the ids of the request in progress to each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = current_request.get()
        if request is not None:
            record.request_id, record.trace_id = request.request_id, request.trace_id
        return True


@contextmanager
def _named_requests() -> Generator[None]:
    """Within the block Hyperion's records name the request that they are made in."""
    ids = _RequestIds()
    handlers = list(logging.getLogger(LOGGER).handlers)
    for handler in handlers:
        handler.addFilter(ids)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(ids)
