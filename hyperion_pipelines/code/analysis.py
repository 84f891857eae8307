"""Measures many blobs of a repository: reads them from git, analyses them, returns frames.

The stage of code calls it with the blobs that it has not seen before. What is measured is the
business of `syntax`; keeping the results, and adding repository and path, the caller's.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from hyperion_pipelines.code.call_sites import CallSite
from hyperion_pipelines.code.dangerous_calls import DangerousCall
from hyperion_pipelines.code.parsing import VersionParser
from hyperion_pipelines.code.syntax import (
    BlobMetrics,
    BlobSyntax,
    FunctionSyntax,
    analyse,
    too_large,
)
from hyperion_pipelines.code.workers import start_workers
from hyperion_pipelines.git.blobs import read_blobs
from hyperion_pipelines.schemas import BLOB_METRICS, CALL_SITES, DANGEROUS_CALLS, FUNCTIONS, IMPORTS

# Starting two processes takes as long as measuring some 700 blobs: below this, one is faster.
POOL_MINIMUM = 1_500
_CHUNK = 256


class Wanted(NamedTuple):
    """A blob to be measured; its functions (with their calls) and imports only if asked for."""

    blob: str
    path: str
    language: str
    is_generated: bool
    functions: bool
    imports: bool


# Columns that only the caller knows (`path_language` and the like) are left null.
_METRICS = pl.Schema({name: kind for name, kind in BLOB_METRICS.items() if name != "repository"})
_FUNCTIONS = pl.Schema({name: FUNCTIONS[name] for name in ("blob", *FunctionSyntax._fields)})
_DANGEROUS_CALLS = pl.Schema(
    {name: DANGEROUS_CALLS[name] for name in ("blob", *DangerousCall._fields)}
)
_CALL_SITES = pl.Schema({name: CALL_SITES[name] for name in ("blob", *CallSite._fields)})
_IMPORTS = pl.Schema({name: kind for name, kind in IMPORTS.items() if name != "repository"})


@dataclass(frozen=True)
class SyntaxFrames:
    """What was measured, by blob: columns of the tables of these names, and of `blob_metrics`."""

    metrics: pl.DataFrame
    functions: pl.DataFrame
    imports: pl.DataFrame
    dangerous_calls: pl.DataFrame = field(default_factory=DANGEROUS_CALLS.to_frame)
    call_sites: pl.DataFrame = field(default_factory=CALL_SITES.to_frame)


def analyse_blobs(
    git_dir: Path, wanted: pl.DataFrame, *, workers: int, progress: Callable[[int], None]
) -> SyntaxFrames:
    """Measure the blobs of *wanted*, whose columns are the fields of `Wanted`, in its order.

    Versions of one path next to each other are read and parsed fastest.
    *progress* is told how many blobs were done since the last call. Raises MissingObjectsError if
    the repository lacks a blob.
    """
    rows = map(Wanted._make, wanted.select(Wanted._fields).iter_rows())
    chunks = _chunks(rows, max(1, min(_CHUNK, wanted.height // (8 * workers))))
    measure = partial(_measure, git_dir)
    if workers == 1 or wanted.height < POOL_MINIMUM:
        return _joined(_followed(map(measure, chunks), progress))
    with start_workers(workers) as pool:
        return _joined(_followed(pool.map(measure, chunks), progress))


def _followed(
    measured: Iterable[SyntaxFrames], progress: Callable[[int], None]
) -> list[SyntaxFrames]:
    frames: list[SyntaxFrames] = []
    for frame in measured:
        frames.append(frame)
        progress(frame.metrics.height)
    return frames


def _chunks(rows: Iterator[Wanted], size: int) -> Iterator[list[Wanted]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def _measure(git_dir: Path, chunk: list[Wanted]) -> SyntaxFrames:
    blobs = read_blobs(git_dir, [wanted.blob for wanted in chunk])
    versions = VersionParser()
    results: list[tuple[str, BlobSyntax]] = []
    for wanted, (blob, size, content) in zip(chunk, blobs, strict=True):
        if content is None:
            results.append((blob, too_large(wanted.language, size)))
            continue
        syntax = analyse(
            wanted.language,
            content,
            details=wanted.functions or wanted.imports,
            is_generated=wanted.is_generated,
            parse=partial(versions.parse, wanted.path),
        )
        results.append((blob, _as_wanted(syntax, wanted)))
    return _frames(results)


def _as_wanted(syntax: BlobSyntax, wanted: Wanted) -> BlobSyntax:
    if not wanted.functions:
        syntax = replace(syntax, functions=[], dangerous_calls=[], call_sites=[])
    return syntax if wanted.imports else replace(syntax, imports=[])


def _frames(results: list[tuple[str, BlobSyntax]]) -> SyntaxFrames:
    metrics = [{"blob": blob} | _as_row(syntax.metrics) for blob, syntax in results]
    functions = chain.from_iterable(
        ((blob, *function) for function in syntax.functions) for blob, syntax in results
    )
    imports = chain.from_iterable(
        (
            (blob, syntax.metrics.language, found.module, found.names, found.line)
            for found in syntax.imports
        )
        for blob, syntax in results
    )
    dangers = chain.from_iterable(
        ((blob, *danger) for danger in syntax.dangerous_calls) for blob, syntax in results
    )
    call_sites = chain.from_iterable(
        ((blob, *site) for site in syntax.call_sites) for blob, syntax in results
    )
    return SyntaxFrames(
        pl.DataFrame(metrics, schema=_METRICS),
        pl.DataFrame(list(functions), schema=_FUNCTIONS, orient="row"),
        pl.DataFrame(list(imports), schema=_IMPORTS, orient="row"),
        pl.DataFrame(list(dangers), schema=_DANGEROUS_CALLS, orient="row"),
        pl.DataFrame(list(call_sites), schema=_CALL_SITES, orient="row"),
    )


def _as_row(metrics: BlobMetrics) -> dict[str, Any]:
    smells = None if metrics.smells is None else [smell._asdict() for smell in metrics.smells]
    return metrics._asdict() | {"smells": smells}


def _joined(frames: list[SyntaxFrames]) -> SyntaxFrames:
    frames = frames or [_frames([])]
    return SyntaxFrames(
        pl.concat(frame.metrics for frame in frames),
        pl.concat(frame.functions for frame in frames),
        pl.concat(frame.imports for frame in frames),
        pl.concat(frame.dangerous_calls for frame in frames),
        pl.concat(frame.call_sites for frame in frames),
    )
