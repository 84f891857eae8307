"""How old the lines of each file are. Made from the origin of every line at HEAD."""

from datetime import datetime

import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight

INSIGHT = Insight(
    table="code_age",
    question="Which files hold the oldest code?",
    columns={
        "path": Column(pl.String, "A file of own code at HEAD."),
        "area": Column(pl.String, "Its area."),
        "lines": Column(pl.UInt32, "Its lines."),
        "median_age_days": Column(pl.Float64, "Days that half of its lines are at least old."),
        "oldest_tenth_age_days": Column(
            pl.Float64, "Days that a tenth of its lines are at least old."
        ),
        "newest_line_days": Column(pl.Float64, "Age of its newest line in days."),
        "origin_commits": Column(pl.UInt32, "Commits that wrote what is there now."),
    },
    key=("path",),
)


def code_age(
    files: pl.DataFrame, line_origins: pl.DataFrame, commits: pl.DataFrame, head_time: datetime
) -> pl.DataFrame:
    """A row per file of own code that has lines, the oldest code first.

    A line is as old as the commit that last wrote it, by its commit time; clocks that run ahead of
    *head_time* are taken for it. An age is the greatest that enough of the lines have reached.
    """
    age = (head_time - pl.col("commit_time")) / pl.duration(days=1)
    written = commits.select("commit_time", origin_sha="sha")
    aged = (
        line_origins.select("path", "origin_sha", "lines")
        .join(files.select("path", "area"), on="path")
        .join(written, on="origin_sha")
        .with_columns(pl.col("lines").cast(pl.Int64), age=age.clip(lower_bound=0))
        .sort("path", "age", descending=[False, True])
        .with_columns(
            so_far=pl.col("lines").cum_sum().over("path"), all=pl.sum("lines").over("path")
        )
    )
    rows = aged.group_by("path", "area").agg(
        pl.sum("lines"),
        median_age_days=_age_of_one_in(2),
        oldest_tenth_age_days=_age_of_one_in(10),
        newest_line_days=pl.min("age"),
        origin_commits=pl.n_unique("origin_sha"),
    )
    order = ["median_age_days", "lines", "path"]
    return INSIGHT.frame(rows.sort(order, descending=[True, True, False]))


def _age_of_one_in(parts: int) -> pl.Expr:
    return pl.col("age").filter(pl.col("so_far") * parts >= pl.col("all")).max()
