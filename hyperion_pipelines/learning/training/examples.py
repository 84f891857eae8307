"""Examples: rows of features, with the moment from which their label is known.

One shape serves commits, files of the monthly panel and outside tables. Which of them train and
which judge is the business of `splits`.

A label is known late: a commit is clean until the fix that reveals its bug. So an example carries
times, not a label, and `labelled` says what was known of it at a moment.
"""

from datetime import timedelta

import polars as pl

from hyperion_pipelines.features.catalogue import FILE_TARGET, TARGET_DAYS, input_order

KEYS = ("repository", "key", "time", "positive_at", "negative_at", "effort")
# The share of the known delays that a commit is waited for, and the longest wait.
WAITING_QUANTILE = 0.75
LONGEST_WAIT = timedelta(days=365)


def commit_examples(features: pl.DataFrame, bug_labels: pl.DataFrame) -> pl.DataFrame:
    """An example for each row of `commit_features`; positive when it induced a bug.

    Columns: those of `commit_moments`, `effort` (lines added and deleted), and the features.
    """
    effort = (pl.col("lines_added") + pl.col("lines_deleted")).cast(pl.Float64)
    moments = commit_moments(features, bug_labels).with_columns(effort=effort)
    return moments.select(*KEYS, *input_order("commit_features"))


def commit_moments(commits: pl.DataFrame, bug_labels: pl.DataFrame) -> pl.DataFrame:
    """*commits* (`repository`, `sha`, `commit_time`, and others) and when their labels are known.

    Columns: `repository`, `key` (sha), `time`, `positive_at` (the first fix that reveals the
    commit, by the R answer; null without one), `negative_at` (null: `labelled` waits as long as
    the repository's delays tell it to), and the others.
    """
    revealed = (
        bug_labels.filter(pl.col("algorithm") == "R")
        .group_by("repository", key="inducing_sha")
        .agg(positive_at=pl.min("fix_time"))
    )
    return (
        commits.rename({"sha": "key", "commit_time": "time"})
        .join(revealed, on=["repository", "key"], how="left", maintain_order="left")
        .with_columns(negative_at=pl.lit(None, commits.schema["commit_time"]))
    )


def file_examples(features: pl.DataFrame) -> pl.DataFrame:
    """An example for each row of `file_features`; positive when a fix touched the file in 90 days.

    Columns as for commits: `key` is the path, `time` the window's end, `effort` the file's lines
    (0 where they are not known). What comes of a row is known when its 90 days are over.
    """
    over = pl.col("window_end") + timedelta(days=TARGET_DAYS)
    return features.select(
        "repository",
        pl.col("path").alias("key"),
        pl.col("window_end").alias("time"),
        pl.when(FILE_TARGET.name).then(over).alias("positive_at"),
        over.alias("negative_at"),
        pl.col("lines").fill_null(0).cast(pl.Float64).alias("effort"),
        *input_order("file_features"),
    )


def labelled(examples: pl.DataFrame, as_of: pl.Expr) -> pl.DataFrame:
    """The *examples* of which something was known at the time *as_of*, with their bool `label`.

    *as_of* is an expression over the examples (a literal, or a time for each repository). An
    example is positive when it was revealed by then. One that is younger than its repository's
    waiting time (`waiting_times`) is too young to be called either, and is left out.
    """
    moments = examples.with_columns(as_of=as_of)
    return (
        moments.join(waiting_times(moments), on="repository", how="left")
        .filter(pl.coalesce("negative_at", pl.col("time") + pl.col("waiting")) <= pl.col("as_of"))
        .with_columns(label=(pl.col("positive_at") <= pl.col("as_of")).fill_null(value=False))
        .drop("as_of", "waiting")
    )


def waiting_times(examples: pl.DataFrame) -> pl.DataFrame:
    """How long each `repository` waits before it takes silence for a clean bill: `waiting`.

    The 75th percentile of the days from an example to what revealed it, over those revealed by
    `as_of` (a column); at most 365 days, and that without any.
    """
    delays = pl.col("positive_at") - pl.col("time")
    known = delays.filter(pl.col("positive_at") <= pl.col("as_of"))
    waiting = known.quantile(WAITING_QUANTILE, interpolation="lower")
    return examples.group_by("repository").agg(
        waiting=pl.min_horizontal(waiting.fill_null(LONGEST_WAIT), pl.lit(LONGEST_WAIT))
    )
