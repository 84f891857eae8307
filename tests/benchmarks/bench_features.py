"""How many commits a second get their features, and how much memory that takes.

The history is made up, long and uneven as real ones are; `HYPERION_BENCH_HOMES=/a:/b` names homes
whose repositories are measured too, from the tables that they hold.
"""

import os
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from hyperion_pipelines.code.paths import PathFilters, read_filters
from hyperion_pipelines.features.commit_features import commit_features
from hyperion_pipelines.features.file_features import file_features
from hyperion_pipelines.features.groups.coverage_reports import SCHEMA as COVERAGE
from hyperion_pipelines.features.inputs import FeatureTables
from hyperion_pipelines.schemas import BLOB_METRICS, CHANGES, COMMITS, DEPENDENCY_HISTORY
from hyperion_pipelines.workspace import Workspace
from tests.benchmarks.figures import Figure
from tests.homes import open_home

COMMITS_A_SECOND = 5_000
LONG = 20_000  # commits, from which on the target holds
ROUNDS = 3
VARIABLE = "HYPERION_BENCH_HOMES"


def run() -> Iterator[Figure]:
    """Commits a second, both tables together."""
    yield _speed("made-up history", long_history(25_000), read_filters())
    for home in filter(None, os.environ.get(VARIABLE, "").split(":")):
        workspace = open_home(Path(home))
        for repository in workspace.catalogue.list():
            tables = _tables(workspace, repository.slug)
            if tables.commits.height >= LONG:
                yield _speed(repository.slug, tables, workspace.filters(repository.slug))


def _speed(name: str, tables: FeatureTables, filters: PathFilters) -> Figure:
    seconds: list[float] = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        commit_features(tables, filters)
        file_features(tables, filters)
        seconds.append(time.perf_counter() - started)
    speed = tables.commits.height / statistics.median(seconds)
    label = f"{name}, {tables.commits.height:,} commits: features"
    return Figure(label, speed, COMMITS_A_SECOND, "higher", "commits/s")


def _tables(workspace: Workspace, slug: str) -> FeatureTables:
    names = ("commits", "changes", "blob_metrics", "dependency_history")
    commits, changes, metrics, imports = (workspace.lake.read(name, slug) for name in names)
    return FeatureTables(commits, changes, metrics, imports, COVERAGE.to_frame())


def long_history(commits: int) -> FeatureTables:
    """Tables of a history of that many commits: few people and files get most of them."""
    random = np.random.default_rng(0)
    rows = np.repeat(np.arange(commits), np.minimum(random.zipf(1.9, commits), 400))
    files = (20 * (251 ** random.random(len(rows)) - 1)).astype(int)  # 5,000 in all
    authors = np.minimum(random.zipf(1.4, commits), 800)
    touched = pl.DataFrame({"commit": rows, "file": files}).unique(maintain_order=True)
    started, day = datetime(2010, 1, 1, tzinfo=UTC), timedelta(days=12 * 365) / commits
    made = pl.DataFrame({"position": np.arange(commits), "author": authors}).select(
        "position",
        sha=pl.format("{}", pl.col("position")).str.zfill(40),
        commit_time=pl.lit(started).dt.cast_time_unit("us") + pl.col("position") * day,
        author_id=pl.format("author {}", "author"),
        is_fix=pl.col("position") % 5 == 0,
        subject=pl.format("Fix the {}th problem, and mend its test", "position"),
    )
    return FeatureTables(
        commits=_filled(made, COMMITS),
        changes=_filled(_changes(touched), CHANGES),
        blob_metrics=_filled(_metrics(touched), BLOB_METRICS),
        dependency_history=DEPENDENCY_HISTORY.to_frame(),
        coverage=COVERAGE.to_frame(),
    )


def _changes(touched: pl.DataFrame) -> pl.DataFrame:
    """Every touch makes a new blob of its file; the first adds the file."""
    version = pl.int_range(pl.len()).over("file")
    blob = (pl.col("file").cast(pl.UInt64) * 1_000_000 + version).cast(pl.String).str.zfill(40)
    return touched.select(
        sha=pl.format("{}", "commit").str.zfill(40),
        path=pl.format("top{}/part{}/file{}.py", pl.col("file") % 9, pl.col("file") % 97, "file"),
        status=pl.when(version == 0).then(pl.lit("A")).otherwise(pl.lit("M")),
        added=version % 40,
        deleted=version % 13,
        is_binary=False,
        old_blob=blob.shift().over("file"),
        new_blob=blob,
    )


def _metrics(touched: pl.DataFrame) -> pl.DataFrame:
    """Something to join for every blob."""
    measures = [
        name
        for name, dtype in BLOB_METRICS.items()
        if dtype.is_numeric() and name not in {"lines", "bytes"}
    ]
    blobs = _changes(touched).select(blob="new_blob")
    return blobs.with_columns(pl.lit(7).alias(name) for name in measures)


def _filled(rows: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """*rows* as those of a table; what is missing is null, flags but `is_on_head` are false."""
    missing = {
        name: pl.lit(name == "is_on_head")
        if dtype == pl.Boolean
        else pl.lit("" if name == "body" else None)
        for name, dtype in schema.items()
        if name not in rows.columns
    }
    return rows.with_columns(**missing).select(
        pl.col(name).cast(dtype) for name, dtype in schema.items()
    )
