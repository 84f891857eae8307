"""One repository's graph, and what asks it: the queries that Hyperion ships.

The queries are the files of `graph/queries`; what they mean together is said by the questions.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources

from hyperion_pipelines.stores.graph import Answer, GraphStore

# Later than all that a graph knows: what holds then is what holds at HEAD.
PRESENT = datetime(9999, 1, 1, tzinfo=UTC)
# What a whole repository may have of edges is fetched at once.
MOST_ROWS = 10_000_000
LONGEST_SECONDS = 600.0


@dataclass(frozen=True)
class RepositoryGraph:
    """The graph of the repository *slug*, as *store* has it."""

    store: GraphStore
    slug: str

    def ask(self, query: str, **parameters: object) -> Answer:
        """What the shipped *query* of that name finds. Raises as `GraphStore.query` does."""
        return self.store.query(
            self.slug,
            shipped_query(query),
            parameters,
            seconds=LONGEST_SECONDS,
            most_rows=MOST_ROWS,
        )

    def key(self, identity: str) -> str:
        """The key of the node that has this *identity* among those of its label."""
        return f"{self.slug}:{identity}"


@cache
def shipped_query(name: str) -> str:
    """The Cypher of the query *name*."""
    folder = resources.files("hyperion_pipelines.graph") / "queries"
    return (folder / f"{name}.cypher").read_text("utf-8")
