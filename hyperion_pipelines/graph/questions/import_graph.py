"""The whole graph of imports between files, for what no query of a few steps can answer.

It is handed to networkx with numbers for paths: sets of numbers have the same order in every
process, and what is found is therefore the same.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from hyperion_pipelines.graph.questions.repository_graph import PRESENT, RepositoryGraph

if TYPE_CHECKING:
    import networkx as nx

ENDS = pl.Schema({"source": pl.String(), "target": pl.String()})


class ImportGraph(NamedTuple):
    """Files that import or are imported, by path; `edges` runs between their places in `paths`."""

    paths: Sequence[str]
    edges: "nx.DiGraph[int]"

    def named(self, places: Collection[int]) -> list[str]:
        """The paths at *places*, in order."""
        return sorted(self.paths[place] for place in places)


def import_graph(graph: RepositoryGraph, at: datetime = PRESENT) -> ImportGraph:
    """The imports of the time *at* between files; those of a file by itself are left out."""
    import networkx as nx

    imports = graph.ask("imports", at=at).frame(ENDS).filter(pl.col("source") != pl.col("target"))
    paths, pairs = numbered(imports)
    edges: nx.DiGraph[int] = nx.DiGraph()
    edges.add_nodes_from(range(len(paths)))
    edges.add_edges_from(pairs.iter_rows())
    return ImportGraph(paths, edges)


def numbered(pairs: pl.DataFrame) -> tuple[list[str], pl.DataFrame]:
    """The paths of `source` and `target`, sorted; and *pairs* sorted, with their places there."""
    paths = pl.concat([pairs["source"], pairs["target"]]).unique().sort().to_list()
    places = pl.Enum(paths)
    ends = pl.col("source", "target").cast(places).to_physical()
    return paths, pairs.sort("source", "target").with_columns(ends)
