"""Finding one request in the log, by its id, its trace's, or the beginning of either."""

import json
from collections.abc import Sequence
from pathlib import Path

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.serving.observability.request_log import (
    FILE,
    FILE_BYTES,
    FILES,
    Record,
    logged_requests,
)

SHORTEST_PREFIX = 6
MATCHES_SHOWN = 10


def find_request(home: Path, wanted: str) -> Record:
    """The request of the log in *home* whose id, or whose trace's id, is or begins with *wanted*.

    Of requests that were sent under the same id it is the latest. Raises UsageError, saying what to
    do, where there is none, where *wanted* is too short, or the beginning of several.
    """
    if len(wanted) < SHORTEST_PREFIX:
        raise UsageError(f"{wanted!r} is too short: name {SHORTEST_PREFIX} characters or more")
    found = _matching(home, wanted)
    exact = [record for record in found if record["request_id"] == wanted]
    if exact:
        return max(exact, key=lambda record: record["time"])
    if not found:
        raise UsageError(_nowhere(home, wanted))
    if len(found) > 1:
        raise UsageError(_several(found, wanted))
    return found[0]


def _matching(home: Path, wanted: str) -> Sequence[Record]:
    """The requests that *wanted* may mean; a line that was cut off by a full disk is none."""
    found: list[Record] = []
    for line in logged_requests(home):
        if wanted not in line or not line.endswith("}\n"):
            continue
        record: Record = json.loads(line)
        if any(str(record[name]).startswith(wanted) for name in ("request_id", "trace_id")):
            found.append(record)
    return found


def _nowhere(home: Path, wanted: str) -> str:
    file = home / FILE
    if not file.exists():
        return f"no requests were logged in {home}: name the sidecar's home with --home"
    return (
        f"no request {wanted} in {file} and the files beside it, which keep the last "
        f"{FILES * FILE_BYTES // 1_000_000} MB: take the id from the answer's header X-Request-ID "
        "or its problem document; a request is logged a quarter of a second after its end"
    )


def _several(found: Sequence[Record], wanted: str) -> str:
    shown = "; ".join(
        f"{each['request_id']} ({each['time']}, {each['method']} {each['route'] or 'no route'})"
        for each in found[:MATCHES_SHOWN]
    )
    more = f"; and {len(found) - MATCHES_SHOWN} more" if len(found) > MATCHES_SHOWN else ""
    return f"{wanted} means {len(found)} requests: name one by its own id: {shown}{more}"
