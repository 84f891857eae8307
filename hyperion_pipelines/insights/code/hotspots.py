"""Hotspots: complex code that changes often, and whether it is getting worse.

Made from the files of own code and who touched them; what to do about one of them is asked of
`refactoring_targets` and `test_gaps`.
"""

from datetime import datetime, timedelta

import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight

YEAR = timedelta(days=365)
SIGNIFICANCE = 0.05  # of the test that says whether a file changes more or less often than it did

INSIGHT = Insight(
    table="hotspots",
    question="Which complex files change most often, and is it getting worse?",
    columns={
        "path": Column(pl.String, "A file of own code, tests left out."),
        "area": Column(pl.String, "Its part of the repository."),
        "language": Column(pl.String, "Its language."),
        "commits": Column(pl.UInt32, "Commits that changed it in the newest 365 days."),
        "commits_before": Column(pl.UInt32, "Commits that changed it in the 365 days before."),
        "authors": Column(pl.UInt32, "People who changed it in the newest 365 days, no bots."),
        "cyclomatic": Column(pl.UInt32, "Cyclomatic complexity of its functions, summed."),
        "cognitive": Column(pl.UInt32, "Cognitive complexity of its functions, summed."),
        "code_lines": Column(pl.UInt32, "Lines that hold code."),
        "complexity_change": Column(
            pl.Int64,
            "Cyclomatic complexity now less that of 365 days ago; null where the file was not "
            "there, or not parsed.",
        ),
        "score": Column(pl.UInt32, "Commits of the newest 365 days x cyclomatic complexity."),
        "share": Column(pl.Float64, "Its part of all scores, 0 to 1."),
        "trend": Column(
            pl.String,
            "rising or cooling where the two years differ by more than chance, else steady.",
        ),
    },
    key=("path",),
)


def hotspots(
    files: pl.DataFrame, touches: pl.DataFrame, blob_metrics: pl.DataFrame, head_time: datetime
) -> pl.DataFrame:
    """The columns of INSIGHT, a row per file with a score above 0, the highest first.

    The score is change frequency x complexity (Tornhill, "Your Code as a Crime Scene", 2015): the
    commits of the 365 days up to *head_time*, those of bots included, x cyclomatic complexity.
    """
    rows = (
        files.filter(~pl.col("is_test"))
        .join(_frequency(touches, head_time), on="path")
        .join(_a_year_ago(touches, blob_metrics, head_time), on="path", how="left")
        .with_columns(
            score=pl.col("commits") * pl.col("cyclomatic"),
            complexity_change=pl.col("cyclomatic").cast(pl.Int64) - pl.col("cyclomatic_before"),
        )
        .filter(pl.col("score") > 0)
    )
    trends = _trends(rows["commits"], rows["commits_before"])
    return INSIGHT.frame(
        rows.with_columns(trends, share=pl.col("score") / pl.col("score").sum()).sort(
            "score", "path", descending=[True, False]
        )
    )


def _frequency(touches: pl.DataFrame, head_time: datetime) -> pl.DataFrame:
    """By path: `commits`, `commits_before`, `authors`."""
    is_recent = pl.col("commit_time") >= head_time - YEAR
    return (
        touches.filter(pl.col("commit_time") >= head_time - 2 * YEAR)
        .group_by("path")
        .agg(
            commits=pl.col("sha").filter(is_recent).n_unique(),
            commits_before=pl.col("sha").filter(~is_recent).n_unique(),
            authors=pl.col("author_id").filter(is_recent, ~pl.col("is_bot")).n_unique(),
        )
    )


def _a_year_ago(
    touches: pl.DataFrame, blob_metrics: pl.DataFrame, head_time: datetime
) -> pl.DataFrame:
    """By path: `cyclomatic_before`, of the content that the last older commit left."""
    complexity = blob_metrics.select("blob", cyclomatic_before=pl.col("cyclomatic_sum"))
    return (
        touches.filter(pl.col("commit_time") < head_time - YEAR)
        .sort("position")
        .group_by("path")
        .agg(blob=pl.last("new_blob"))
        .join(complexity.unique("blob"), on="blob")
        .select("path", pl.col("cyclomatic_before").cast(pl.Int64))
    )


def _trends(commits: pl.Series, commits_before: pl.Series) -> pl.Series:
    """Whether files change more or less often than the year before, by more than chance.

    If two Poisson counts have the same mean, the first follows, given their sum, a binomial
    distribution of one half; its two-sided test is exact (Przyborowski & Wilenski, "Homogeneity of
    Results in Testing Samples from Poisson Series", 1940). Counts must not both be 0.
    """
    from scipy.stats import binom

    counts = pl.DataFrame({"now": commits, "before": commits_before})
    fewer, both = counts.select(fewer=pl.min_horizontal(pl.all()), both=pl.sum_horizontal(pl.all()))
    is_chance = pl.Series(2 * binom.cdf(fewer.to_numpy(), both.to_numpy(), 0.5)) >= SIGNIFICANCE
    return counts.select(
        trend=pl.when(is_chance)
        .then(pl.lit("steady"))
        .when(pl.col("now") > pl.col("before"))
        .then(pl.lit("rising"))
        .otherwise(pl.lit("cooling"))
    )["trend"]
