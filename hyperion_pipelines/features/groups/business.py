"""The features of the group business: how much a commit changes, where, and what for."""

import polars as pl

from hyperion_pipelines.features.groups.priority import priority
from hyperion_pipelines.features.inputs import History


def business(history: History, dependency_history: pl.DataFrame) -> pl.DataFrame:
    """`rank` and the group's features of every commit; null where nothing was touched."""
    said = history.commits.select("rank", "is_fix", priority=priority())
    return said.join(_size(history.touches), on="rank", how="left").join(
        _dependents(history, dependency_history), on="rank", how="left"
    )


def subsystem(path: pl.Expr) -> pl.Expr:
    """The top-level directory of a path; empty for a file at the root."""
    return path.str.extract(r"^([^/]*)/").fill_null("")


def _size(touches: pl.DataFrame) -> pl.DataFrame:
    directory = pl.col("path").str.extract(r"(?s)^(.*)/").fill_null("")
    share = pl.col("churn") / pl.sum("churn")
    return touches.group_by("rank").agg(
        lines_added=pl.sum("added"),
        lines_deleted=pl.sum("deleted"),
        lines_before=pl.mean("lines_before"),
        files=pl.len(),
        subsystems=subsystem(pl.col("path")).n_unique(),
        directories=directory.n_unique(),
        entropy=pl.when(pl.len() > 1, pl.sum("churn") > 0).then(
            share.filter(share > 0).entropy(base=2, normalize=False) / pl.len().log(2)
        ),
    )


def _dependents(history: History, dependency_history: pl.DataFrame) -> pl.DataFrame:
    """How many files import one of a commit's files at the last turn of a quarter before it."""
    touched = history.touches.select("rank", "file").unique()
    times = history.commits.select("rank", "commit_time")
    return (
        touched.join(times, on="rank")
        .join(history.dependents(dependency_history), on="file")
        .filter(
            pl.col("since") <= pl.col("commit_time"),
            pl.col("until").is_null() | (pl.col("commit_time") < pl.col("until")),
        )
        .group_by("rank")
        .agg(dependents=pl.n_unique("from_path"))
    )
