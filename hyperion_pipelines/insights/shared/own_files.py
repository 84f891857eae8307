"""The files of a repository's own code at HEAD, with what their syntax measures.

Own code is what is neither vendored nor generated and has a language; tests are part of it, and
say so. Prose is not.
"""

import polars as pl

from hyperion_pipelines.insights.shared.areas import areas

_METRICS = {
    "code_lines": "code_lines",
    "cyclomatic": "cyclomatic_sum",
    "cognitive": "cognitive_sum",
    "functions": "functions",
    "maintainability_index": "maintainability_index",
    "smells": "smells",
}


def own_files(tree: pl.DataFrame, blob_metrics: pl.DataFrame) -> pl.DataFrame:
    """A row per file of own code, by path.

    Columns: `path`, `blob`, `language`, `lines`, `is_test`, `area` (of all own files), and of the
    blob `code_lines`, `cyclomatic` and `cognitive` (sums over its functions), `functions` (their
    number), `maintainability_index`, `smells` (list of structs `kind`, `line`, `detail`); these are
    null where the file was not parsed.
    """
    is_own = ~pl.col("is_vendored") & ~pl.col("is_generated") & ~pl.col("is_documentation")
    own = tree.filter(is_own).drop_nulls("language").sort("path")
    measured = blob_metrics.unique("blob").select(
        "blob", **{name: pl.col(column) for name, column in _METRICS.items()}
    )
    return (
        own.select("path", "blob", "language", "lines", "is_test")
        .join(areas(own["path"]), on="path", maintain_order="left")
        .join(measured, on="blob", how="left", maintain_order="left")
    )
