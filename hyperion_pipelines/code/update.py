"""The tables of the code stage, brought up to date: only blobs never seen before are parsed."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hyperion_pipelines.code.analysis import SyntaxFrames, analyse_blobs
from hyperion_pipelines.code.imports.resolution import resolve_imports
from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.code.selection import KEY, is_kept, source_blobs
from hyperion_pipelines.git.tree import open_texts
from hyperion_pipelines.progress import Progress, Silent
from hyperion_pipelines.schemas import BLOB_METRICS, FUNCTIONS, IMPORTS

SKIPPED_NAMED = 5


@dataclass(frozen=True)
class SyntaxUpdate:
    """blob_metrics, functions and imports without `repository`; `parsed` counts the blobs read."""

    tables: SyntaxFrames
    parsed: int

    def skipped(self, tree: pl.DataFrame) -> pl.DataFrame:
        """Why blobs were not parsed: `skipped`, `blobs`, and some of the files at HEAD that are."""
        at_head = tree.group_by("blob").agg(pl.min("path"))
        named = self.tables.metrics.drop_nulls("skipped").join(at_head, on="blob", how="left")
        files = pl.col("path").drop_nulls().sort().head(SKIPPED_NAMED).alias("files_at_head")
        return named.group_by("skipped").agg(pl.len().alias("blobs"), files).sort("skipped")


def update_syntax(
    git_dir: Path,
    changes: pl.DataFrame,
    tree: pl.DataFrame,
    known: SyntaxFrames,
    *,
    filters: PathFilters,
    workers: int = 1,
    progress: Progress | None = None,
) -> SyntaxUpdate:
    """The syntax of every source blob of *changes* and *tree*, from *known* where it is there.

    Functions and imports are those of the blobs at HEAD; a blob whose metrics are known but which
    was not at HEAD before is parsed once more. Raises MissingObjectsError for a blob that is gone.
    """
    sources = source_blobs(changes, tree, filters)
    kept = known.metrics.filter(is_kept()).join(
        sources.select(*KEY, wanted_details="at_head"), on=KEY
    )
    kept = kept.filter(pl.col("at_head") | ~pl.col("wanted_details")).drop("wanted_details")
    wanted = sources.join(kept, on="blob", how="anti")
    request = wanted.select(
        *("blob", "path"),
        language="path_language",
        is_generated="path_generated",
        details="at_head",
    )
    with (progress or Silent()).stage("syntax", request.height, "blobs") as advance:
        parsed = analyse_blobs(git_dir, request, workers=workers, progress=advance)
    at_head = sources.filter("at_head").select("blob")
    paths = tree.select("path", "blob").join(at_head, on="blob", how="semi")
    tables = SyntaxFrames(
        metrics=_together(kept, parsed.metrics)
        .drop("path_language", "path_generated", "at_head")
        .join(sources.select(*KEY, "at_head"), on="blob")
        .select(name for name in BLOB_METRICS if name != "repository")
        .sort("blob"),
        functions=_together(_by_blob(known.functions, kept), parsed.functions)
        .join(paths, on="blob")
        .select(name for name in FUNCTIONS if name != "repository")
        .sort("path", "start_line", "qualified_name"),
        imports=_together(
            known.imports.join(_detailed(kept), on="blob", how="semi"), parsed.imports
        )
        .join(at_head, on="blob", how="semi")
        .select(name for name in IMPORTS if name != "repository")
        .sort("blob", "line", "module"),
    )
    return SyntaxUpdate(tables, parsed=wanted.height)


def _detailed(kept: pl.DataFrame) -> pl.DataFrame:
    """The blobs whose functions and imports are among the known rows."""
    return kept.filter("at_head").select("blob")


def _by_blob(functions: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Known functions once a blob, whatever number of paths it had."""
    first = pl.col("path") == pl.col("path").min().over("blob")
    return functions.filter(first).join(_detailed(kept), on="blob", how="semi").drop("path")


def _together(known: pl.DataFrame, parsed: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([known.select(parsed.columns), parsed], rechunk=True)


def read_dependencies(
    git_dir: Path, commit: str, imports: pl.DataFrame, tree: pl.DataFrame
) -> pl.DataFrame:
    """The imports of the files at HEAD resolved to files: the table `dependencies`."""
    statements = tree.select(from_path="path", blob="blob").join(imports, on="blob")
    with open_texts(git_dir, commit) as read_text:
        return resolve_imports(statements, tree, read_text)
