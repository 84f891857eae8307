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
# Where a blob is a file's content now, or was at a snapshot: what is kept of it besides metrics.
PLACES = ["at_head", "in_snapshot"]
HAS_FUNCTIONS = pl.col("at_head")
HAS_IMPORTS = pl.col("at_head") | pl.col("in_snapshot").fill_null(value=False)


def source_blobs(
    changes: pl.DataFrame, tree: pl.DataFrame, versions: pl.DataFrame, filters: PathFilters
) -> pl.DataFrame:
    """Every distinct source blob: KEY, `at_head`, `in_snapshot`, and a `path` of its own.

    They come from *changes*, from *tree*, and from *versions*, the files of the snapshots (`path`,
    `blob`, `mode`), where merges leave blobs that no change names. Source is what has a programming
    language and is not vendored. A blob with several paths takes the commonest language (the first
    by name among equals), and is generated if all its paths are.
    Rows are ordered by path and time (that of *changes*), so that versions of one file, which git
    stores as deltas of each other, are read and parsed one after the other.
    """
    files = changes.with_row_index("order").filter(IS_FILE)
    last = pl.lit(changes.height, pl.UInt32).alias("order")
    seen = pl.concat(
        [
            files.select("path", "order", blob="new_blob"),
            files.select(path=pl.coalesce("old_path", "path"), order="order", blob="old_blob"),
            versions.filter(IS_FILE).select("path", last, "blob", in_snapshot=True),
            tree.filter(IS_FILE).select("path", last, "blob", at_head=True),
        ],
        how="diagonal",
    ).drop_nulls("blob")
    described = _describe(seen.select(pl.col("path").unique()), filters)
    merged = (
        *(pl.min("path"), pl.min("order"), pl.all("path_generated")),
        pl.any(*PLACES),
    )
    by_language = (
        seen.join(described, on="path")
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
