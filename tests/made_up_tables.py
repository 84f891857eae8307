"""The tables of a made-up repository, as the lake has them before labels are made from them."""

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.features.commit_features import commit_features
from hyperion_pipelines.features.file_features import file_features
from hyperion_pipelines.schemas import TABLES
from tests.benchmarks.bench_features import long_history

SOURCES = (
    *("commits", "changes", "refs", "tree", "dependencies", "dependency_history"),
    *("line_removals", "commit_features", "file_features"),
)


def made_up_tables(commits: int, filters: PathFilters, years: int = 12) -> dict[str, pl.DataFrame]:
    """The `SOURCES` of a history in which every fifth commit fixes what others wrote before it."""
    long = long_history(commits)
    time, start = pl.col("commit_time"), pl.col("commit_time").min()
    hurried = start + (time - start) * (years / 12)  # the long history lasts twelve
    history = long._replace(commits=long.commits.with_columns(hurried))
    described = history.commits.with_columns(
        author_time=pl.col("commit_time"),
        author_tz_minutes=pl.lit(0, pl.Int16),
        parents=pl.concat_list(pl.col("sha").shift(1, fill_value="f" * 40)),
        author_name=pl.col("author_id"),
        author_email=pl.col("author_id"),
    )
    made = {
        "commits": described,
        "changes": history.changes,
        "tree": _tree(history.changes),
        "line_removals": _removals(described, history.changes),
        "commit_features": commit_features(history, filters),
        "file_features": file_features(history, filters),
    }
    return {table: made.get(table, TABLES[table].to_frame()) for table in SOURCES}


def _tree(changes: pl.DataFrame) -> pl.DataFrame:
    """Every file that was ever added is there at the end."""
    files = changes.group_by("path", maintain_order=True).agg(blob=pl.last("new_blob"))
    flags = [name for name, kind in TABLES["tree"].items() if kind == pl.Boolean]
    there = files.with_columns(
        pl.lit(100).alias("lines"),
        pl.lit("Python").alias("language"),
        *(pl.lit(value=False).alias(flag) for flag in flags),
    )
    return filled(there, "tree")


def _removals(commits: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Fixes remove lines of the commits that changed their files just before."""
    origin = changes.with_columns(origin_sha=pl.col("sha").shift().over("path"))
    fixes = commits.filter("is_fix").select("sha")
    removed = origin.drop_nulls("origin_sha").join(fixes, on="sha", how="semi")
    numbers = {"lines": 3, "blank": 0, "comment": 0}
    return filled(
        removed.with_columns(pl.lit(number).alias(name) for name, number in numbers.items()),
        "line_removals",
    )


def filled(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """*rows* as those of a table; columns that are missing are null."""
    schema = TABLES[table]
    missing = [pl.lit(None).alias(name) for name in schema if name not in rows.columns]
    return rows.with_columns(missing).select(
        pl.col(name).cast(kind) for name, kind in schema.items()
    )
