"""Which commits to review first, why, what in the history speaks for it, and who could review.

It reads the scores and computes none. What each sentence of evidence rests on is in
`commit_evidence`; who could review is in `reviewers`.
"""

from datetime import timedelta

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.insights.insight import Column, Insight
from hyperion_pipelines.insights.quality.commit_evidence import commit_evidence
from hyperion_pipelines.insights.quality.reasons import raising_reasons
from hyperion_pipelines.insights.quality.reviewers import reviewers

RECENT = timedelta(days=90)
MOST = 50
ODD = 95.0  # percentile of the anomaly from which its reasons are told

INSIGHT = Insight(
    table="risky_commits",
    question="Which commits of the newest 90 days should be reviewed first, and by whom?",
    columns={
        "sha": Column(pl.String, "A commit on HEAD's history that is no merge."),
        "commit_time": Column(TIME, "When it was committed (UTC)."),
        "subject": Column(pl.String, "First line of its message."),
        "author_name": Column(pl.String, "Its author as recorded."),
        "probability": Column(
            pl.Float64, "Calibrated probability that it induced a bug; null for the fallback."
        ),
        "percentile": Column(pl.Float64, "How many of a hundred commits here score lower."),
        "priority": Column(
            pl.Float64, "Which to review first, 0 to 100; null where no ensemble weighed."
        ),
        "reasons": Column(pl.List(pl.String), "What raises the score most, the largest first."),
        "evidence": Column(
            pl.List(pl.String), "What it changed, whose fixes it rewrote, what was mended since."
        ),
        "reviewers": Column(
            pl.List(pl.String), "Active people who know its files best, its author left out."
        ),
        "anomaly_reasons": Column(
            pl.List(pl.String), "What is odd about it, where few commits are odder (1 in 20)."
        ),
    },
    key=("sha",),
)


def risky_commits(
    commit_scores: pl.DataFrame,
    commits: pl.DataFrame,
    changes: pl.DataFrame,
    line_removals: pl.DataFrame,
    bug_labels: pl.DataFrame,
    file_owners: pl.DataFrame,
    tree: pl.DataFrame,
) -> pl.DataFrame:
    """The commits of the newest 90 days on HEAD's history, the first to review first; at most 50.

    Ordered by `priority`, or by percentile where there is none.
    """
    chosen = commits_to_review(commit_scores, commits).head(MOST)
    described = commits.join(chosen.select("sha"), on="sha", how="semi")
    evidence = commit_evidence(described, commits, changes, line_removals, bug_labels, tree)
    who = reviewers(described, changes, commits, file_owners)
    oddities = pl.col("anomaly_reasons").list.eval(pl.element().struct.field("text"))
    is_odd = (pl.col("anomaly_percentile") >= ODD).fill_null(value=False)
    none = pl.lit([], pl.List(pl.String))
    return INSIGHT.frame(
        chosen.join(evidence, on="sha", how="left", maintain_order="left")
        .join(who, on="sha", how="left", maintain_order="left")
        .with_columns(
            pl.col("evidence", "reviewers").fill_null(none),
            anomaly_reasons=pl.when(is_odd).then(oddities).otherwise(none),
        )
    )


def commits_to_review(commit_scores: pl.DataFrame, commits: pl.DataFrame) -> pl.DataFrame:
    """The scored commits of the newest 90 days on HEAD's history, the first to review first.

    Columns: those of *commit_scores*, of *commits* `subject` and `author_name`, and `reasons` as
    texts. Ordered by `priority`, or by percentile where there is none. The newest commit is the
    newest that was scored.
    """
    on_head = commits.filter("is_on_head").select("sha", "subject", "author_name")
    scored = commit_scores.join(on_head, on="sha")
    newest = pl.col("commit_time") >= pl.col("commit_time").max() - RECENT
    return (
        scored.filter(newest)
        .sort(pl.coalesce("priority", "percentile"), "percentile", "sha", descending=True)
        .with_columns(reasons=raising_reasons())
    )
