"""The log of requests: a line of JSON each, in the home's `logs/requests.jsonl` and older files.

A line holds no header, no body, no query string and no key. Lines are written in batches by
`background`; `hyperion debug` reads them.
"""

import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from hyperion_pipelines.serving.observability.spans import Request, Span

FILE = Path("logs") / "requests.jsonl"
FILE_BYTES = 20_000_000
FILES = 10
NS_PER_MS = 1e6

Record = Mapping[str, Any]


class RequestLog:
    """Writes the requests of the sidecar of one home."""

    def __init__(self, home: Path) -> None:
        file = home / FILE
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = _Lines(file, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8")

    def write(self, requests: Sequence[Request]) -> None:
        """Append a line for each. Raises OSError where the file cannot be written."""
        if requests:
            lines = "\n".join(_line(request) for request in requests)
            self._file.emit(logging.makeLogRecord({"msg": lines}))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _Lines(RotatingFileHandler):
    """A file that is rotated by size; what goes wrong is its caller's business."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging's own
        error = sys.exception()
        if error is not None:
            raise error


def logged_requests(home: Path) -> Iterator[str]:
    """The lines of the log: the newest file first, each from its beginning."""
    newest = home / FILE
    older = (newest.with_name(f"{newest.name}.{number}") for number in range(1, FILES))
    for file in (newest, *older):
        if file.exists():
            with file.open(encoding="utf-8", errors="replace") as lines:
                yield from lines


def _line(request: Request) -> str:
    started = datetime.fromtimestamp(request.started_ns / 1e9, UTC)
    line = to_json(
        {
            "time": started.isoformat(timespec="milliseconds"),
            "request_id": request.request_id,
            "trace_id": request.trace_id,
            "method": request.method,
            "route": request.route,
            "path": request.path,
            "status": request.status,
            "caller": request.caller,
            "client": request.client,
            "ms": _ms(request.ended_ns - request.started_ns),
            "spans": [_span(request, span) for span in list(request.spans)],
            "notes": dict(request.notes),
            "process": os.getpid(),
        },
        fallback=str,
    )
    return line.decode()


def _span(request: Request, span: Span) -> Record:
    return {
        "name": span.name,
        "start_ms": _ms(span.started_ns - request.started_ns),
        "ms": _ms((span.ended_ns or request.ended_ns) - span.started_ns),
        "parent": span.parent,
        "attributes": span.attributes,
    }


def _ms(nanoseconds: int) -> float:
    return round(nanoseconds / NS_PER_MS, 3)
