"""What changes with a file, though nothing need say so in the code."""

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.graph.questions.repository_graph import RepositoryGraph

CO_CHANGES = pl.Schema(
    {
        "path": pl.String(),
        "support": pl.Int64(),
        "confidence": pl.Float64(),
        "reverse_confidence": pl.Float64(),
        "p_value": pl.Float64(),
        "last_together": TIME,
    }
)


def changes_with(graph: RepositoryGraph, path: str) -> pl.DataFrame:
    """The files that change with the one at *path* more often than by chance: CO_CHANGES.

    `support` counts the commits that changed both; `confidence` is their share of the commits to
    *path*, `reverse_confidence` of those to the other file; `p_value` is Fisher's exact test, one
    side (`change_coupling`). Order: the greatest confidence first, then support and path.
    """
    answer = graph.ask("changes_with", key=graph.key(path))
    return answer.frame(CO_CHANGES).sort(
        "confidence", "support", "path", descending=[True, True, False]
    )
