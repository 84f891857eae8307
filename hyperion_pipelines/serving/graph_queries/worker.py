"""A process that answers queries of Ladybug graphs, and which a query may take down.

Ladybug looks at its clock between steps alone: `RETURN range(1, 1000000000)` is one step. So each
query is answered within limits that the system holds: an alarm ends the process some time after the
query's own, and what the query may allocate is bounded. Who starts such processes, and replaces
those that ended, is `workers`.
"""

import resource
import signal
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal, NamedTuple

from hyperion_pipelines.serving.graph_queries.answers import GraphQuery, document
from hyperion_pipelines.stores.graph import GraphStoreError, QueryError
from hyperion_pipelines.stores.ladybug_graph import LadybugGraphs

# Time that the store has, after the query's own is over, to say so, and to write the answer.
MARGIN_SECONDS = 1.0
# What a query may allocate beside the pages that the store keeps.
QUERY_BYTES = 256 * 1024**2
# A process that holds more once it has answered makes room for another one.
RESIDENT_BYTES = 400 * 1024**2

_TOO_MUCH_MEMORY = "the query takes too much memory: ask for less"


class Reply(NamedTuple):
    """An answer as JSON, or words why there is none; after the last one the process ends.

    A query is refused for what is wrong with it, and fails where the store does.
    """

    kind: Literal["answered", "refused", "failed"]
    body: bytes
    is_last: bool


def answer_queries(connection: Connection, root: Path) -> None:
    """Answer each GraphQuery that comes over *connection* with a Reply, until it is closed.

    The graphs are those of a LadybugGraphs at *root*; one of them is open at a time.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the sidecar, too
    slug, graphs = "", LadybugGraphs(root)
    while True:
        try:
            query: GraphQuery = connection.recv()
        except EOFError:
            return
        if query.slug != slug:
            slug, graphs = query.slug, LadybugGraphs(root)
        reply = _reply(graphs, query)
        connection.send(reply)
        if reply.is_last:
            return


def _reply(graphs: LadybugGraphs, query: GraphQuery) -> Reply:
    try:
        with _alarm(query.seconds + MARGIN_SECONDS):
            kind, body = "answered", _answer(graphs, query)
    except MemoryError:
        kind, body = "refused", _TOO_MUCH_MEMORY.encode()
    except QueryError as error:
        said = _TOO_MUCH_MEMORY if "std::bad_alloc" in str(error) else str(error)
        kind, body = "refused", said.encode()
    except GraphStoreError as error:
        kind, body = "failed", str(error).encode()
    return Reply(kind, body, is_last=_memory().resident > RESIDENT_BYTES)


def _answer(graphs: LadybugGraphs, query: GraphQuery) -> bytes:
    with _bounded_memory(graphs, query.slug):
        started = time.monotonic()
        answer = graphs.query(
            query.slug,
            query.cypher,
            query.parameters,
            seconds=query.seconds,
            most_rows=query.most_rows,
        )
        return document(answer, time.monotonic() - started)


@contextmanager
def _alarm(seconds: float) -> Generator[None]:
    """A block that takes longer ends the process, whatever it is doing: nobody catches SIGALRM."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def _bounded_memory(graphs: LadybugGraphs, slug: str) -> Generator[None]:
    """Within the block, QUERY_BYTES may be allocated; more is a MemoryError.

    Opening a graph reserves as many addresses as it might ever need, which all count: so it is
    opened first. Systems other than Linux hold no such limit; there Ladybug's own remains.
    """
    graphs.query(slug, "RETURN 1")
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (_memory().addresses + QUERY_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


class _Memory(NamedTuple):
    """What this process has: bytes of addresses, and of memory behind them."""

    addresses: int
    resident: int


def _memory() -> _Memory:
    if sys.platform != "linux":
        return _Memory(0, 0)
    pages = Path("/proc/self/statm").read_text("ascii").split()
    return _Memory(*(int(number) * resource.getpagesize() for number in pages[:2]))
