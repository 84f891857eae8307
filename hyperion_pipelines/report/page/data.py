"""What a page shows beside the profile: every file of a repository's own code, for the map of them.

The profile holds the first rows of each insight; a map needs all files.
"""

from dataclasses import dataclass

import polars as pl

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
    the next 90 days, null where files were not judged.
    """

    files: pl.DataFrame


def page_data(
    tree: pl.DataFrame,
    hotspots: pl.DataFrame | None = None,
    file_owners: pl.DataFrame | None = None,
    file_scores: pl.DataFrame | None = None,
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
    return PageData(files.select(pl.col(name).cast(kind) for name, kind in FILES.items()))


def _or_empty(table: pl.DataFrame | None, *columns: str) -> pl.DataFrame:
    """Those *columns* of a table; of none, no rows."""
    kinds = {**FILES, "person_name": pl.String()}
    empty = pl.DataFrame(schema={name: kinds[name] for name in columns})
    return empty if table is None else table.select(columns)
