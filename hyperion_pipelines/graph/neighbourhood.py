"""The hottest files and what joins them: who imports whom, and who changes with whom.

Made from tables of one repository for a picture of them. How that looks is the business of
`report.page`; the whole graph that is asked in Cypher is made by `building`.
"""

from typing import NamedTuple

import polars as pl

from hyperion_pipelines.insights.code.change_coupling import (
    UNEXPECTED_COMMITS,
    UNEXPECTED_CONFIDENCE,
)

MOST_FILES = 100
MOST_EDGES = 200
SURPRISING_LIFT = 5  # files that change with everything, as a list of commands, have less

NODES = pl.Schema({"path": pl.String, "area": pl.String, "score": pl.Float64, "commits": pl.UInt32})
EDGES = pl.Schema(
    {
        "source": pl.String,
        "target": pl.String,
        "is_import": pl.Boolean,
        "support": pl.UInt32,
        "confidence": pl.Float64,
        "is_surprising": pl.Boolean,
    }
)
_ENDS = ("source", "target")
_PAIR = ("first", "second")


class FilesGraph(NamedTuple):
    """The hottest files, and the edges between them that say most.

    `nodes` (schema `NODES`) has the hottest first. `edges` (schema `EDGES`) has a row for each file
    (`source`) that imports another (`target`), and for each two that change together without an
    import, `source` being the one of fewer commits. `support` is how many commits changed both and
    `confidence` their share of the commits to the one of fewer, null where that is no more than
    chance; `is_surprising` where both and the lift are high without an import. `hotspots` counts
    all files that have a score, `connections` all edges between the nodes, drawn or left out.
    """

    nodes: pl.DataFrame
    edges: pl.DataFrame
    hotspots: int
    connections: int


def hottest_files_graph(
    hotspots: pl.DataFrame,
    dependencies: pl.DataFrame,
    change_coupling: pl.DataFrame,
    *,
    most_files: int = MOST_FILES,
    most_edges: int = MOST_EDGES,
) -> FilesGraph:
    """The graph of the *most_files* hottest files, with *most_edges* edges at most.

    Of each kind of edge the strongest come first (see `change_coupling`), then those between the
    hottest files. Each kind has half of the room, and what the other one leaves of its half.
    """
    nodes = (
        hotspots.select(pl.col(name).cast(kind) for name, kind in NODES.items())
        .sort("score", "path", descending=[True, False])
        .head(most_files)
    )
    edges = _edges(nodes, dependencies, change_coupling)
    return FilesGraph(
        nodes=nodes,
        edges=_most_telling(edges, nodes, most_edges),
        hotspots=hotspots.height,
        connections=edges.height,
    )


def _edges(
    nodes: pl.DataFrame, dependencies: pl.DataFrame, change_coupling: pl.DataFrame
) -> pl.DataFrame:
    """All edges between *nodes*."""
    imports = dependencies.select(source="from_path", target="to_path").unique()
    imports = _between(imports, nodes).filter(pl.col("source") != pl.col("target"))
    together = change_coupling.select(
        "support", "confidence", "lift", source="path", target="other"
    )
    together = _with_pair(_between(together, nodes))
    joined = _with_pair(imports).join(together.drop(_ENDS), on=_PAIR, how="left")
    unexplained = together.join(joined, on=_PAIR, how="anti")
    is_surprising = (
        ~pl.col("is_import")
        & (pl.col("support") >= UNEXPECTED_COMMITS)
        & (pl.col("confidence") >= UNEXPECTED_CONFIDENCE)
        & (pl.col("lift") >= SURPRISING_LIFT)
    )
    kinds = [joined.with_columns(is_import=True), unexplained.with_columns(is_import=False)]
    edges = pl.concat(kinds, how="diagonal").with_columns(is_surprising=is_surprising)
    return edges.select(pl.col(name).cast(kind) for name, kind in EDGES.items())


def _between(edges: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """Those of *edges* whose ends are both nodes."""
    for end in _ENDS:
        edges = edges.join(nodes.select(pl.col("path").alias(end)), on=end, how="semi")
    return edges


def _with_pair(edges: pl.DataFrame) -> pl.DataFrame:
    """*edges* with their ends in an order that does not depend on the direction."""
    return edges.with_columns(first=pl.min_horizontal(_ENDS), second=pl.max_horizontal(_ENDS))


def _most_telling(edges: pl.DataFrame, nodes: pl.DataFrame, most: int) -> pl.DataFrame:
    """The first *most* of both kinds in turn, those of a kind by what they say."""
    ranked = edges
    for end in _ENDS:
        heat = nodes.select(pl.col("path").alias(end), pl.col("score").alias(f"{end}_score"))
        ranked = ranked.join(heat, on=end)
    return (
        ranked.sort(
            pl.col("is_surprising"),
            pl.col("support") * pl.col("confidence"),
            pl.min_horizontal("source_score", "target_score"),
            *_ENDS,
            descending=[True, True, True, False, False],
            nulls_last=True,
        )
        .with_columns(place=pl.int_range(pl.len()).over("is_import"))
        .sort("place", "is_import")
        .head(most)
        .sort("is_import", maintain_order=True)
        .select(EDGES.names())
    )
