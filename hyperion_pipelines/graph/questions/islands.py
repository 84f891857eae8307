"""Groups of files that imports tie to each other, and to nothing else."""

from datetime import datetime
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.graph.questions.import_graph import import_graph
from hyperion_pipelines.graph.questions.repository_graph import PRESENT, RepositoryGraph

ISLANDS = pl.Schema({"files": pl.Int64(), "paths": pl.List(pl.String())})


class Islands(NamedTuple):
    """ISLANDS, and how many files the largest part has, beside which they lie."""

    mainland: int
    islands: pl.DataFrame


def islands(graph: RepositoryGraph, at: datetime = PRESENT) -> Islands:
    """The weakly connected parts of the graph of imports, but for the largest: ISLANDS.

    Files that import no other one of the repository, and that none imports, are in no part. Order:
    the largest first, then by the first path; `paths` by name.
    """
    import networkx as nx

    imports = import_graph(graph, at)
    parts = [imports.named(part) for part in nx.weakly_connected_components(imports.edges)]
    parts.sort(key=lambda paths: (-len(paths), paths))
    rows = [(len(paths), paths) for paths in parts[1:]]
    return Islands(
        mainland=len(parts[0]) if parts else 0,
        islands=pl.DataFrame(rows, schema=ISLANDS, orient="row"),
    )
