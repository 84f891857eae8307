"""Which files are likeliest to need a fix next, why, what happened in them, and who knows them.

It reads the scores and computes none.
"""

from datetime import timedelta

import polars as pl

from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.quality.phrases import commit, counted
from hyperion_pipelines.insights.quality.reasons import raising_reasons

YEAR = timedelta(days=365)
MOST = 50
MOST_OWNERS = 3

INSIGHT = Insight(
    table="risky_files",
    question="Which files are likeliest to need a fix in the next 90 days?",
    columns={
        "path": Column(pl.String, "A file of own code at HEAD that is no test."),
        "area": Column(pl.String, "The area it belongs to."),
        "language": Column(pl.String, "Its language."),
        "probability": Column(
            pl.Float64, "Calibrated probability of a fix in 90 days; null for the fallback."
        ),
        "percentile": Column(pl.Float64, "How many of a hundred files here score lower."),
        "reasons": Column(pl.List(pl.String), "What raises the score most, the largest first."),
        "evidence": Column(
            pl.List(pl.String), "Its fixes, its bugs, and who of its authors is there."
        ),
        "owners": Column(
            pl.List(pl.String),
            "Its authors and the active person who knows it best, active ones first; three in all.",
        ),
        "hotspot_rank": Column(pl.UInt32, "Its place among the hotspots, from 1; null for none."),
    },
    key=("path",),
)


def risky_files(
    file_scores: pl.DataFrame,
    files: pl.DataFrame,
    touches: pl.DataFrame,
    file_owners: pl.DataFrame,
    hotspots: pl.DataFrame,
    bug_labels: pl.DataFrame,
) -> pl.DataFrame:
    """The own files with the highest percentile, the highest first; at most 50."""
    chosen = files_to_watch(file_scores, files).head(MOST)
    evidence = _evidence(chosen.select("path"), touches, bug_labels, file_owners)
    ranks = hotspots.select("path", hotspot_rank=pl.int_range(1, pl.len() + 1))
    none = pl.lit([], pl.List(pl.String))
    return INSIGHT.frame(
        chosen.join(evidence, on="path", how="left", maintain_order="left")
        .join(_owners(file_owners), on="path", how="left", maintain_order="left")
        .join(ranks, on="path", how="left", maintain_order="left")
        .with_columns(pl.col("evidence", "owners").fill_null(none))
    )


def files_to_watch(file_scores: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """The scores of *files* (own code; its tests are left out), the highest percentile first.

    Columns: those of *file_scores* and of *files*, and `reasons` as texts.
    """
    return (
        file_scores.join(files.filter(~pl.col("is_test")), on="path")
        .sort("percentile", "path", descending=[True, False])
        .with_columns(reasons=raising_reasons())
    )


def _owners(file_owners: pl.DataFrame) -> pl.DataFrame:
    active = pl.col("is_active")
    knows_best = active & (active.cum_sum().over("path") == 1)  # the most knowing come first
    return (
        file_owners.filter(pl.col("is_author") | knows_best)
        .sort("path", ~active, maintain_order=True)
        .group_by("path", maintain_order=True)
        .agg(owners=pl.col("person_name").head(MOST_OWNERS))
    )


def _evidence(
    chosen: pl.DataFrame,
    touches: pl.DataFrame,
    bug_labels: pl.DataFrame,
    file_owners: pl.DataFrame,
) -> pl.DataFrame:
    """`path` and `evidence`: sentences about the fixes, the bugs, and the authors that are gone."""
    newest = pl.col("commit_time").max()
    made = touches.with_columns(is_recent=pl.col("commit_time") > newest - YEAR).join(
        chosen, on="path", how="semi"
    )
    known = file_owners.join(chosen, on="path", how="semi")
    sentences = pl.concat([_fixes(made), _bugs(made, bug_labels), _gone(known)])
    return sentences.group_by("path", maintain_order=True).agg(evidence="sentence")


def _fixes(made: pl.DataFrame) -> pl.DataFrame:
    return (
        made.filter("is_fix", ~pl.col("is_bot"))
        .sort("commit_time", "position")
        .group_by("path", maintain_order=True)
        .agg(pl.last("sha", "commit_time", "author_name"), pl.sum("is_recent"))
        .select(
            "path",
            sentence=pl.format(
                "{} touched it in the last year; the last fix was {}.",
                pl.when(pl.col("is_recent") == 0)
                .then(pl.lit("No fix"))
                .otherwise(counted(pl.col("is_recent"), "fix", "fixes")),
                commit("sha", "commit_time", "author_name"),
            ),
        )
    )


def _bugs(made: pl.DataFrame, bug_labels: pl.DataFrame) -> pl.DataFrame:
    inducing = bug_labels.filter(pl.col("algorithm") == "R").select(sha="inducing_sha")
    return (
        made.filter("is_recent")
        .group_by("path")
        .agg(
            commits=pl.len(),
            inducing=pl.col("sha").is_in(inducing["sha"].unique().implode()).sum(),
        )
        .filter(pl.col("inducing") > 0)
        .select(
            "path",
            sentence=pl.format(
                "{} of its {} of the last year brought in a bug that is fixed by now.",
                pl.col("inducing"),
                counted(pl.col("commits"), "commit"),
            ),
        )
    )


def _gone(file_owners: pl.DataFrame) -> pl.DataFrame:
    """Of files whose authors have all gone quiet: that it is so, and who else knows the file."""
    is_active = pl.col("is_active")
    return (
        file_owners.group_by("path", maintain_order=True)
        .agg(
            is_owned=(pl.col("is_author") & is_active).any(),
            other=pl.col("person_name").filter(is_active).first(),
        )
        .filter(~pl.col("is_owned"))
        .select(
            "path",
            sentence=pl.lit("None of its authors has committed in the last 180 days")
            + pl.coalesce(
                pl.format("; of those who have, {} knows it best.", "other"),
                pl.lit(", nor has anybody else who knows it."),
            ),
        )
    )
