"""Files that import each other, in circles."""

from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING

import polars as pl

from hyperion_pipelines.graph.questions.import_graph import import_graph
from hyperion_pipelines.graph.questions.repository_graph import PRESENT, RepositoryGraph

if TYPE_CHECKING:
    import networkx as nx

CYCLES = pl.Schema(
    {"files": pl.Int64(), "smallest": pl.List(pl.String()), "paths": pl.List(pl.String())}
)


def cycles(graph: RepositoryGraph, at: datetime = PRESENT) -> pl.DataFrame:
    """The strongly connected parts of the graph of imports, of two files or more: CYCLES.

    Each file of a part imports all others of it, itself or through others. `smallest` is one of the
    shortest circles in it: each path imports the next, the last the first. Order: the largest part
    first, then by the first path; `paths` by name.
    """
    import networkx as nx

    imports = import_graph(graph, at)
    rows = [
        (
            len(part),
            [imports.paths[place] for place in _smallest_cycle(imports.edges.subgraph(part))],
            imports.named(part),
        )
        for part in nx.strongly_connected_components(imports.edges)
        if len(part) > 1
    ]
    return pl.DataFrame(rows, schema=CYCLES, orient="row").sort(
        "files", pl.col("paths").list.first(), descending=[True, False]
    )


def _smallest_cycle(part: "nx.DiGraph[int]") -> list[int]:
    """The first of the shortest circles, beginning at the first of its files."""
    import networkx as nx

    found = (next(nx.simple_cycles(part, length_bound=longest), None) for longest in count(2))
    cycle: list[int] = next(each for each in found if each is not None)
    start = cycle.index(min(cycle))
    return cycle[start:] + cycle[:start]
