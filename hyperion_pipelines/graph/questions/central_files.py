"""The files that the rest of the program leans on."""

import polars as pl

from hyperion_pipelines.graph.questions.repository_graph import RepositoryGraph

CENTRAL_FILES = pl.Schema(
    {
        "path": pl.String(),
        "centrality": pl.Float64(),
        "lines": pl.Int64(),
        "risk_percentile": pl.Float64(),
    }
)


def central_files(graph: RepositoryGraph, count: int) -> pl.DataFrame:
    """The *count* files of the greatest centrality, the greatest first: CENTRAL_FILES.

    Centrality is the PageRank in the graph of imports, as the profile's insight has it: Page, Brin,
    Motwani & Winograd, "The PageRank Citation Ranking: Bringing Order to the Web" (1999).
    """
    return graph.ask("central_files", count=count).frame(CENTRAL_FILES)
