"""The graph store: what is asked of it, whatever form it has.

A repository's graph is loaded whole; readers ask it in Cypher, of which the queries that Hyperion
ships use what both forms understand. What the graph consists of is said by `graph.schema`.

Times go in and come out in UTC, aware of it. A node comes back as a mapping of its properties with
`label`, an edge as one of its properties with `type`, a path as a mapping of `nodes` and `edges`.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import polars as pl

from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.graph.schema import Graph

LONGEST_SECONDS = 60.0
MOST_ROWS = 100_000


class GraphStoreError(HyperionError):
    """The store fails, or does not have what it was asked for."""


class QueryError(UsageError):
    """A query that cannot be answered: it is wrong, would write, takes too long, finds too much."""


class Written(NamedTuple):
    """What a load changed in the store: nodes and edges, new or different, and deleted."""

    nodes: int = 0
    edges: int = 0
    deleted: int = 0


class Answer(NamedTuple):
    """What a query found: the names of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]

    def frame(self, schema: pl.Schema) -> pl.DataFrame:
        """The rows as a frame of *schema*, whose names are those of the columns."""
        return pl.DataFrame(list(self.rows), schema=schema, orient="row")


class GraphStore(Protocol):
    """The graphs of repositories, by their slugs."""

    def load(self, slug: str, version: str, graph: Graph) -> Written:
        """Let readers find *graph*. Where *version* is loaded already, nothing is written.

        A load that is killed, and done again, ends in the same graph. Raises GraphStoreError.
        """
        ...

    def loaded(self, slug: str) -> str | None:
        """The version that readers find; None before the first."""
        ...

    def query(
        self,
        slug: str,
        cypher: str,
        parameters: Mapping[str, object] | None = None,
        *,
        seconds: float = LONGEST_SECONDS,
        most_rows: int = MOST_ROWS,
    ) -> Answer:
        """What *cypher*, one statement that only reads, finds in the graph of a repository.

        The parameter `$repository` is the slug, where the query asks for it. Raises QueryError for
        a query that is wrong, writes (the store itself refuses it), takes more than *seconds* or
        finds more than *most_rows*; GraphStoreError where no graph is loaded, or the store fails.
        """
        ...

    def remove(self, slug: str) -> None:
        """Forget a repository."""
        ...
