"""Which blobs are source, and which of them are still to be parsed.

Paths decide: a blob's language and whether it is generated come from the paths that it ever had.
Parsing is `analysis`'s business.
"""

import polars as pl

from hyperion_pipelines.code.grammar import grammar_version
from hyperion_pipelines.code.languages import LANGUAGES, language_of
from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.git.modes import IS_FILE

# Named in the tree and counted by lines there; their versions are no source.
DATA_AND_PROSE = frozenset(
    [
        "AsciiDoc",
        "CSV",
        "INI",
        "JSON",
        "Markdown",
        "TOML",
        "Text",
        "XML",
        "YAML",
        "reStructuredText",
    ]
)
# What a blob's row was computed from, besides its content.
KEY = ["blob", "path_language", "path_generated"]


def source_blobs(changes: pl.DataFrame, tree: pl.DataFrame, filters: PathFilters) -> pl.DataFrame:
    """Every distinct source blob of *changes* and *tree*: KEY, `at_head`, and a `path` of its own.

    Source is what has a programming language and is not vendored. A blob with several paths takes
    the commonest language (the first by name among equals), and is generated if all its paths are.
    Rows are ordered by path and time (that of *changes*), so that versions of one file, which git
    stores as deltas of each other, are read and parsed one after the other.
    """
    files = changes.with_row_index("order").filter(IS_FILE)
    versions = pl.concat(
        [
            files.select("path", "order", blob="new_blob", at_head=False),
            files.select(
                pl.coalesce("old_path", "path"), "order", blob="old_blob", at_head=False
            ).rename({"old_path": "path"}),
            tree.filter(IS_FILE).select(
                "path", pl.lit(changes.height, pl.UInt32).alias("order"), "blob", at_head=True
            ),
        ]
    ).drop_nulls("blob")
    described = _describe(versions.select(pl.col("path").unique()), filters)
    merged = (pl.min("path"), pl.min("order"), pl.any("at_head"), pl.all("path_generated"))
    by_language = (
        versions.join(described, on="path")
        .group_by("blob", "path_language")
        .agg(pl.len().alias("count"), *merged)
        .sort(["count", "path_language"], descending=[True, False])
    )
    return (
        by_language.group_by("blob", maintain_order=True)
        .agg(pl.first("path_language"), *merged)
        .sort("path", "order", "blob")
        .drop("order")
    )


def is_kept() -> pl.Expr:
    """Whether a row of blob_metrics was made by the present version of its language's grammar."""
    versions = {language.name: grammar_version(language.name) for language in LANGUAGES}
    present = pl.col("language").replace_strict(versions, default=None, return_dtype=pl.String)
    return pl.col("grammar_version") == present


def _describe(paths: pl.DataFrame, filters: PathFilters) -> pl.DataFrame:
    """The source paths among *paths*, with `path_language` and `path_generated`."""
    return (
        paths.with_columns(
            language_of(pl.col("path")).alias("path_language"), *filters.columns(pl.col("path"))
        )
        .drop_nulls("path_language")
        .filter(~pl.col("path_language").is_in(DATA_AND_PROSE), ~pl.col("is_vendored"))
        .select("path", "path_language", path_generated="is_generated")
    )
