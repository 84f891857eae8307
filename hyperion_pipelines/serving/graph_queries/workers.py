"""The processes that answer queries of Ladybug graphs: started when needed, kept, replaced.

What happens in one is the business of `worker`. For any number of threads.
"""

import logging
import multiprocessing
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Self

from hyperion_pipelines.serving.graph_queries.answers import GraphQuery
from hyperion_pipelines.serving.graph_queries.worker import Reply, answer_queries
from hyperion_pipelines.stores.graph import GraphStoreError, QueryError

MOST_KEPT = 2
ENDING_SECONDS = 5.0

logger = logging.getLogger(__name__)


class Workers:
    """Processes that answer queries of the graphs at *root*; MOST_KEPT stay for the next."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    @contextmanager
    def running(self) -> Generator[Self]:
        """Within the block, queries are answered; at its end the processes end."""
        try:
            yield self
        finally:
            with self._lock:
                idle, self._idle = self._idle, []
            for worker in idle:
                worker.end()

    def answer(self, query: GraphQuery) -> bytes:
        """The answer to *query* as JSON.

        Raises QueryError for a query that is wrong, too slow, too large, or that ends the process;
        GraphStoreError where the store fails.
        """
        worker = self._idle_worker() or _Worker.started(self._root)
        try:
            reply = worker.ask(query)
        except BaseException:
            worker.end()
            raise
        self._keep(worker, reply)
        if reply.kind == "answered":
            return reply.body
        said = reply.body.decode()
        raise (QueryError if reply.kind == "refused" else GraphStoreError)(said)

    def _idle_worker(self) -> "_Worker | None":
        """One that waits for a query; those that ended meanwhile are forgotten."""
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.process.is_alive():
                    return worker
                worker.end()
        return None

    def _keep(self, worker: "_Worker", reply: Reply) -> None:
        with self._lock:
            if not reply.is_last and len(self._idle) < MOST_KEPT:
                self._idle.append(worker)
                return
        worker.end()


@dataclass(frozen=True)
class _Worker:
    """A process that answers one query at a time, and the way to it."""

    process: SpawnProcess
    connection: Connection

    @classmethod
    def started(cls, root: Path) -> Self:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=answer_queries, args=(theirs, root), name="graph-queries", daemon=True
        )
        process.start()
        theirs.close()
        return cls(process, ours)

    def ask(self, query: GraphQuery) -> Reply:
        """What it says of *query*. Raises QueryError where the process ends instead."""
        try:
            self.connection.send(query)
            return self.connection.recv()
        except (EOFError, OSError) as error:
            self.process.join(ENDING_SECONDS)
            if self.process.exitcode == -signal.SIGALRM:
                message = f"the query takes more than {query.seconds:g} seconds: ask for less"
            else:
                logger.warning(
                    "a query ended the process that answers it, status %s", self.process.exitcode
                )
                message = "the query ended the process that answers it: ask in another way"
            raise QueryError(message) from error

    def end(self) -> None:
        """Let it end, whatever it is doing."""
        self.connection.close()
        self.process.kill()
        self.process.join(ENDING_SECONDS)
