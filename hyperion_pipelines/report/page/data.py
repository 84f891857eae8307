"""What a page shows beside the profile: the files of a repository's own code, and what joins them.

The profile holds the first rows of each insight; a map needs all files, a ring of the hottest ones
their connections.
"""

from dataclasses import dataclass

import polars as pl

from hyperion_pipelines.graph.neighbourhood import FilesGraph, hottest_files_graph
from hyperion_pipelines.insights.shared.areas import areas

FILES = pl.Schema(
    {
        "path": pl.String,
        "area": pl.String,
        "lines": pl.UInt32,
        "score": pl.Float64,
        "commits": pl.UInt32,
        "owner_name": pl.String,
        "probability": pl.Float64,
    }
)


@dataclass(frozen=True)
class PageData:
    """The files of own code at HEAD that are no tests, by path; the schema is `FILES`.

    `score` and `commits` (of the newest 365 days) are those of hotspots, 0 for other files;
    `owner_name` knows the file best, null where nobody is known; `probability` is that of a fix in
    the next 90 days, null where files were not judged. `connections` are those of the hottest
    files, None where the tables that they are made from were never made.
    """

    files: pl.DataFrame
    connections: FilesGraph | None = None


def page_data(
    tree: pl.DataFrame,
    hotspots: pl.DataFrame | None = None,
    file_owners: pl.DataFrame | None = None,
    file_scores: pl.DataFrame | None = None,
    dependencies: pl.DataFrame | None = None,
    change_coupling: pl.DataFrame | None = None,
) -> PageData:
    """The page's data from tables of a repository; those that were never made are None."""
    is_own = ~pl.col("is_vendored") & ~pl.col("is_generated") & ~pl.col("is_documentation")
    own = tree.filter(is_own).drop_nulls("language").sort("path")
    owners = _or_empty(file_owners, "path", "person_name").unique(
        "path", keep="first", maintain_order=True
    )
    files = (
        own.join(areas(own["path"]), on="path", maintain_order="left")
        .filter(~pl.col("is_test"))
        .join(_or_empty(hotspots, "path", "score", "commits"), on="path", how="left")
        .join(owners.rename({"person_name": "owner_name"}), on="path", how="left")
        .join(_or_empty(file_scores, "path", "probability"), on="path", how="left")
        .with_columns(pl.col("lines", "score", "commits").fill_null(0))
        .sort("path")
    )
    connections = None
    if hotspots is not None and dependencies is not None and change_coupling is not None:
        connections = hottest_files_graph(hotspots, dependencies, change_coupling)
    return PageData(
        files.select(pl.col(name).cast(kind) for name, kind in FILES.items()), connections
    )


def _or_empty(table: pl.DataFrame | None, *columns: str) -> pl.DataFrame:
    """Those *columns* of a table; of none, no rows."""
    kinds = {**FILES, "person_name": pl.String()}
    empty = pl.DataFrame(schema={name: kinds[name] for name in columns})
    return empty if table is None else table.select(columns)
