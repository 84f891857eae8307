"""The tables of the code stage, brought up to date: only blobs never seen before are parsed."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hyperion_pipelines.code.analysis import SyntaxFrames, analyse_blobs
from hyperion_pipelines.code.imports.resolution import resolve_imports
from hyperion_pipelines.code.selection import HAS_FUNCTIONS, HAS_IMPORTS, KEY, PLACES, is_kept
from hyperion_pipelines.git.tree import open_texts
from hyperion_pipelines.progress import Progress, Silent
from hyperion_pipelines.schemas import BLOB_METRICS, CALL_SITES, DANGEROUS_CALLS, FUNCTIONS, IMPORTS

SKIPPED_NAMED = 5


@dataclass(frozen=True)
class SyntaxUpdate:
    """The tables of SyntaxFrames without `repository`; `parsed` counts the blobs read."""

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
    sources: pl.DataFrame,
    tree: pl.DataFrame,
    known: SyntaxFrames,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> SyntaxUpdate:
    """The syntax of *sources*, the frame of `source_blobs`, from *known* where it is there.

    Functions and calls are those of the blobs at HEAD, imports those of the blobs there or in a
    snapshot; a blob whose metrics are known but not what is wanted now is parsed once more.
    Raises MissingObjectsError for a blob that is gone.
    """
    kept = _kept(known.metrics, sources)
    wanted = sources.join(kept, on="blob", how="anti")
    request = wanted.select(
        *("blob", "path"),
        language="path_language",
        is_generated="path_generated",
        functions=HAS_FUNCTIONS,
        imports=HAS_IMPORTS,
    )
    with (progress or Silent()).stage("syntax", request.height, "blobs") as advance:
        parsed = analyse_blobs(git_dir, request, workers=workers, progress=advance)
    paths = tree.select("path", "blob").join(_those(sources, HAS_FUNCTIONS), on="blob", how="semi")
    known_imports = known.imports.join(_those(kept, HAS_IMPORTS), on="blob", how="semi")
    known_sites = known.call_sites.join(_those(kept, HAS_FUNCTIONS), on="blob", how="semi")
    tables = SyntaxFrames(
        metrics=_together(kept, parsed.metrics)
        .drop("path_language", "path_generated", *PLACES)
        .join(sources.select(*KEY, *PLACES), on="blob")
        .select(name for name in BLOB_METRICS if name != "repository")
        .sort("blob"),
        functions=_together(_by_blob(known.functions, kept), parsed.functions)
        .join(paths, on="blob")
        .select(name for name in FUNCTIONS if name != "repository")
        .sort("path", "start_line", "qualified_name"),
        imports=_together(known_imports, parsed.imports)
        .join(_those(sources, HAS_IMPORTS), on="blob", how="semi")
        .select(name for name in IMPORTS if name != "repository")
        .sort("blob", "line", "module"),
        dangerous_calls=_together(_by_blob(known.dangerous_calls, kept), parsed.dangerous_calls)
        .join(paths, on="blob")
        .select(name for name in DANGEROUS_CALLS if name != "repository")
        .sort("path", "line", "rule"),
        call_sites=_together(known_sites, parsed.call_sites)
        .join(_those(sources, HAS_FUNCTIONS), on="blob", how="semi")
        .select(name for name in CALL_SITES if name != "repository")
        .sort("blob", "line", "name", "receiver", "arguments", "function_line", "function"),
    )
    return SyntaxUpdate(tables, parsed=wanted.height)


def _kept(metrics: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """The known rows that still hold, and that have what *sources* asks of their blobs."""
    asked = sources.select(*KEY, wants_functions=HAS_FUNCTIONS, wants_imports=HAS_IMPORTS)
    return (
        metrics.filter(is_kept())
        .join(asked, on=KEY)
        .filter(HAS_FUNCTIONS | ~pl.col("wants_functions"), HAS_IMPORTS | ~pl.col("wants_imports"))
    )


def _those(blobs: pl.DataFrame, have: pl.Expr) -> pl.DataFrame:
    return blobs.filter(have).select("blob")


def _by_blob(known: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Known functions, or dangerous calls, once a blob, whatever number of paths it had."""
    first = pl.col("path") == pl.col("path").min().over("blob")
    have = _those(kept, HAS_FUNCTIONS)
    return known.filter(first).join(have, on="blob", how="semi").drop("path")


def _together(known: pl.DataFrame, parsed: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([known.select(parsed.columns), parsed], rechunk=True)


def read_dependencies(
    git_dir: Path, commit: str, imports: pl.DataFrame, files: pl.DataFrame
) -> pl.DataFrame:
    """The imports of *files*, those of *commit*, resolved to files: as in the table `dependencies`.

    *files* has `path`, `blob` and `language`; of *imports* the rows of other blobs play no part.
    """
    statements = files.select("blob", from_path="path").join(imports, on="blob")
    with open_texts(git_dir, commit) as read_text:
        return resolve_imports(statements, files, read_text)
