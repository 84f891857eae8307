"""From tables to a graph that is asked: it is built, loaded where it changed, and counted there.

What it is built from is the business of `build`, how it gets into a store that of `stores`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import polars as pl

from hyperion_pipelines.graph.build import build_graph
from hyperion_pipelines.graph.questions.repository_graph import RepositoryGraph
from hyperion_pipelines.graph.version import graph_counts, graph_version
from hyperion_pipelines.named_inputs import ReadTable
from hyperion_pipelines.stores.graph import GraphStore, Written


class GraphUpdate(NamedTuple):
    """What became of the graph of a repository.

    `counts` has the columns of `graph_counts` without `repository`; `nodes` and `edges` are how
    many of each were built, `loaded_nodes` and `loaded_edges` how many the store counts.
    """

    version: str
    written: Written
    counts: pl.DataFrame
    nodes: int
    edges: int
    loaded_nodes: int
    loaded_edges: int

    @property
    def is_whole(self) -> bool:
        """Whether the store has what was built, no more and no less."""
        return (self.nodes, self.edges) == (self.loaded_nodes, self.loaded_edges)


def publish_graph(
    slug: str, read_table: ReadTable, given: Mapping[str, Any], store: GraphStore
) -> GraphUpdate:
    """Build the graph of a repository, see `build_graph`, and let readers find it.

    Of an unchanged one nothing is written. Raises what the store raises.
    """
    graph = build_graph(slug, read_table, given)
    version = graph_version(graph)
    written = store.load(slug, version, graph)
    asked = RepositoryGraph(store, slug)
    return GraphUpdate(
        version,
        written,
        graph_counts(graph, version),
        nodes=sum(rows.height for rows in graph.nodes.values()),
        edges=sum(rows.height for rows in graph.edges.values()),
        loaded_nodes=_number(asked, "count_nodes"),
        loaded_edges=_number(asked, "count_edges"),
    )


def _number(asked: RepositoryGraph, query: str) -> int:
    ((number,),) = asked.ask(query).rows
    if not isinstance(number, int):
        raise TypeError(f"{query} counts {number!r}")
    return number
