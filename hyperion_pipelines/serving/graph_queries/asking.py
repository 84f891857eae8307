"""Where callers' queries of graphs are taken: a few at once, more wait, too many are sent away.

An embedded graph is asked in processes of its own; a Neo4j server keeps to time and memory itself.
"""

import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from http import HTTPStatus

from anyio import CapacityLimiter, to_thread

from hyperion_pipelines.serving.graph_queries.answers import GraphQuery, document
from hyperion_pipelines.serving.graph_queries.workers import MOST_KEPT, Workers
from hyperion_pipelines.serving.problems import ProblemError
from hyperion_pipelines.stores.graph import GraphStore
from hyperion_pipelines.stores.neo4j_graph import Neo4jGraphs
from hyperion_pipelines.workspace import Workspace

MOST_WAITING = 16
RETRY_AFTER_SECONDS = 5


class GraphQueries:
    """Asks what *answer* answers in threads of its own, so that other requests keep theirs."""

    def __init__(self, answer: Callable[[GraphQuery], bytes]) -> None:
        self._answer = answer
        self._places = CapacityLimiter(MOST_KEPT)

    async def ask(self, query: GraphQuery) -> bytes:
        """The answer as JSON.

        Raises QueryError and GraphStoreError as `GraphStore.query` does; ProblemError where
        MOST_WAITING queries wait already.
        """
        waiting = self._places.statistics().tasks_waiting
        if waiting >= MOST_WAITING:
            raise ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "busy",
                f"{waiting} queries of graphs are waiting already: try again in a few seconds",
                headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
            )
        return await to_thread.run_sync(self._answer, query, limiter=self._places)


@contextmanager
def graph_queries(workspace: Workspace) -> Generator[GraphQueries]:
    """What answers queries of the graphs of *workspace*; at the block's end nothing stays open."""
    graphs = workspace.graphs
    if isinstance(graphs, Neo4jGraphs):
        with closing(graphs):
            yield GraphQueries(_on_server(graphs))
    else:
        with Workers(workspace.home / "graph").running() as workers:
            yield GraphQueries(workers.answer)


def _on_server(store: GraphStore) -> Callable[[GraphQuery], bytes]:
    def answer(query: GraphQuery) -> bytes:
        started = time.monotonic()
        found = store.query(
            query.slug,
            query.cypher,
            query.parameters,
            seconds=query.seconds,
            most_rows=query.most_rows,
        )
        return document(found, time.monotonic() - started)

    return answer
