"""How risky the commits of each month are, and how much of that is already known.

Labels of young months are not complete: a commit is clean until the fix that reveals its bug.
"""

from datetime import datetime

import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.learning.training.examples import commit_moments, waiting_times

RISKY = 95.0  # percentile

INSIGHT = Insight(
    table="risk_by_month",
    question="Are the commits getting riskier, and how many turned out to have brought in a bug?",
    columns={
        "month": Column(pl.Date, "Its first day (UTC, by commit time)."),
        "commits": Column(pl.UInt32, "Scored commits on HEAD's history; merges are not scored."),
        "mean_probability": Column(
            pl.Float64, "Mean probability of having induced a bug; null for the fallback."
        ),
        "ninetieth_percentile": Column(
            pl.Float64, "The probability that a tenth of them reach; null for the fallback."
        ),
        "risky_commits": Column(
            pl.UInt32, "Commits that score higher than 95 of a hundred of the whole history."
        ),
        "known_inducing": Column(
            pl.UInt32, "Commits that a later fix shows to have induced a bug."
        ),
        "known_share": Column(pl.Float64, "Their share of the commits, 0 to 1."),
        "is_complete": Column(
            pl.Boolean,
            "All of them are as old as three of four inducing commits are when a fix reveals them "
            "(a year at most); until then the known share is too low.",
        ),
    },
    key=("month",),
    shown=None,
)


def risk_by_month(
    commit_scores: pl.DataFrame,
    commits: pl.DataFrame,
    bug_labels: pl.DataFrame,
    head_time: datetime | None,
) -> pl.DataFrame:
    """A row per month with scored commits on HEAD's history, the oldest first.

    A commit is known to be inducing by algorithm R. A month is complete when it ended at least the
    waiting time (`waiting_times`, as in training) before *head_time*, the newest commit's.
    """
    scored = commit_scores.join(commits.filter("is_on_head").select("sha"), on="sha", how="semi")
    one = pl.lit("").alias("repository")
    moments = commit_moments(scored.with_columns(one), bug_labels.with_columns(one)).with_columns(
        as_of=pl.lit(head_time, scored.schema["commit_time"])
    )
    month = pl.col("time").dt.truncate("1mo")
    return INSIGHT.frame(
        moments.join(waiting_times(moments), on="repository")
        .group_by(
            month=month.dt.date(),
            is_complete=month.dt.offset_by("1mo") + pl.col("waiting") <= pl.col("as_of"),
        )
        .agg(
            commits=pl.len(),
            mean_probability=pl.mean("probability"),
            ninetieth_percentile=pl.col("probability").quantile(0.9, interpolation="linear"),
            risky_commits=(pl.col("percentile") >= RISKY).sum(),
            known_inducing=(pl.col("positive_at") <= pl.col("as_of")).sum(),
        )
        .with_columns(known_share=pl.col("known_inducing") / pl.col("commits"))
        .sort("month")
    )
