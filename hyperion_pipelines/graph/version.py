"""The version of a graph, and how much there is in it."""

import hashlib

import polars as pl

from hyperion_pipelines.graph.schema import Graph
from hyperion_pipelines.schemas import GRAPH_COUNTS

_LENGTH = 16


def graph_version(graph: Graph) -> str:
    """16 hexadecimal digits that are the same for equal graphs, in any process.

    They are the first of the SHA-256 of all rows, each frame's as lines of JSON in its own order.
    """
    digest = hashlib.sha256()
    frames = [*graph.nodes.items(), *((str(kind), rows) for kind, rows in graph.edges.items())]
    for name, rows in sorted(frames, key=lambda frame: frame[0]):
        digest.update(f"{name}\n{rows.write_ndjson()}".encode())
    return digest.hexdigest()[:_LENGTH]


def graph_counts(graph: Graph, version: str) -> pl.DataFrame:
    """The table `graph_counts` without `repository`: a row per label, and per kind of edges."""
    nodes = [("node", label, None, None, rows.height) for label, rows in graph.nodes.items()]
    edges = [("edge", *kind, rows.height) for kind, rows in graph.edges.items()]
    names = [name for name in GRAPH_COUNTS if name not in {"repository", "version"}]
    schema = {name: GRAPH_COUNTS[name] for name in names}
    counts = pl.DataFrame([*nodes, *edges], schema, orient="row")
    return counts.select(pl.lit(version).alias("version"), *names)
