"""How a file came to be: its commits under all its names."""

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.graph.questions.paths import authorships, lineage
from hyperion_pipelines.graph.questions.repository_graph import RepositoryGraph

HISTORY = pl.Schema(
    {
        "sha": pl.String(),
        "time": TIME,
        "authors": pl.List(pl.String()),
        "subject": pl.String(),
        "path": pl.String(),
        "status": pl.String(),
        "added": pl.Int64(),
        "deleted": pl.Int64(),
        "is_fix": pl.Boolean(),
        "faults": pl.Int64(),
    }
)

_FAULTS = pl.Schema({"sha": pl.String(), "faults": pl.Int64()})


def history(graph: RepositoryGraph, path: str) -> pl.DataFrame:
    """The commits of HEAD's history to the file at *path*, renames followed back: HISTORY.

    `path` is the one after the commit, `status` as of MODIFIES, `faults` counts the fixes that
    mended here what the commit brought; authors come before co-authors. Merges change nothing of
    their own. Order: the newest first; at the same moment, the newer path.
    """
    stretches = lineage(graph, path)
    paths = sorted({each.path for each in stretches})
    faults = graph.ask("faults_in", paths=paths).frame(_FAULTS)
    return (
        authorships(graph, stretches)
        .group_by("sha", "path", maintain_order=True)
        .agg(
            pl.exclude("person", "name", "role").first(),
            authors=pl.col("name").drop_nulls().unique(maintain_order=True),
        )
        .join(faults, on="sha", how="left", maintain_order="left")
        .with_columns(pl.col("faults").fill_null(0))
        .sort("time", descending=True, maintain_order=True)
        .select(list(HISTORY))
    )
