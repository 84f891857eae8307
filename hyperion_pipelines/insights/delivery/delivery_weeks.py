"""How much the team delivers week by week, how much of it was reviewed, and when the pace changed.

It tells of weeks and of the whole team, never of one person's pace.
"""

import polars as pl

from hyperion_pipelines.insights.delivery.change_points import change_points
from hyperion_pipelines.insights.delivery.landings import landed_by
from hyperion_pipelines.insights.insight import Column, Insight

INSIGHT = Insight(
    table="delivery_weeks",
    question="How much does the team deliver each week, and when did its pace change?",
    columns={
        "week": Column(pl.Date, "The Monday it begins on (UTC, by commit time)."),
        "commits": Column(pl.UInt32, "Commits on HEAD's history, merges left out."),
        "merges": Column(pl.UInt32, "Merge commits on HEAD's history."),
        "authors": Column(pl.UInt32, "People who wrote them, bots and merges left out."),
        "added": Column(pl.UInt64, "Lines added."),
        "deleted": Column(pl.UInt64, "Lines deleted."),
        "fixes": Column(pl.UInt32, "Commits whose message says that they mend a defect."),
        "reviewed": Column(
            pl.UInt32,
            "Commits that somebody else had a hand in: a reviewer is named, another person "
            "committed it, or merged its pull request.",
        ),
        "review_unknown": Column(
            pl.UInt32,
            "Other commits that a web page made, as by a squash merge on GitHub: git does not "
            "record who pressed the button.",
        ),
        "reviewed_share": Column(
            pl.Float64,
            "Reviewed commits of those that can be told, 0 to 1; null where fewer than half can.",
        ),
        "velocity": Column(pl.Float64, "Mean commits a week of the stretch of equal pace."),
        "is_change_point": Column(pl.Boolean, "Another pace begins in this week."),
    },
    key=("week",),
    shown=None,
)

# What the sites that host repositories write into the merge commit of a pull or merge request.
_PULL_REQUEST = r"^Merge pull request #\d+|^Merged in .*\(pull request #\d+\)|\(#\d+\)$"
_MERGE_REQUEST = r"(?m)^See merge request \S*!\d+"
_WEB_PAGE = r"(?i)^no-?reply@"  # of the committer
LEAST_TOLD = 0.5  # of a week's commits, to speak of the share that was reviewed


def delivery_weeks(commits: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """A row per week from the first commit on HEAD's history to the newest, the oldest first.

    Weeks without commits are rows of 0. A commit counts as reviewed where a trailer names a
    reviewer, where its committer is another person than its author, or where a pull request's merge
    commit, made by another person, brought it (`landed_by`). Of what a web page squashed or rebased
    the committer is the page (`noreply@...`): without a trailer it is unknown who else saw it, and
    it counts neither way. Pace changes where `change_points` finds it in the commits a week.
    """
    on_head = commits.filter("is_on_head").with_columns(
        week=pl.col("commit_time").dt.truncate("1w").dt.date()
    )
    made = on_head.filter(~pl.col("is_merge"))
    lines = changes.group_by("sha").agg(pl.sum("added", "deleted").cast(pl.UInt64))
    by_week = (
        made.join(_reviewed(made, on_head), on="sha")
        .join(lines, on="sha", how="left")
        .group_by("week")
        .agg(
            pl.sum("added", "deleted"),
            commits=pl.len(),
            authors=pl.col("author_id").filter(~pl.col("is_bot")).n_unique(),
            fixes=pl.sum("is_fix"),
            reviewed=pl.sum("is_reviewed"),
            review_unknown=(~pl.col("is_reviewed") & _by_web_page()).sum(),
        )
    )
    merges = on_head.group_by("week").agg(merges=pl.sum("is_merge"))
    weeks = (
        _every_week(on_head["week"])
        .join(by_week, on="week", how="left")
        .join(merges, on="week", how="left")
        .sort("week")
        .with_columns(pl.exclude("week").fill_null(0))
    )
    return INSIGHT.frame(_with_velocity(weeks).with_columns(reviewed_share=_reviewed_share()))


def _reviewed(made: pl.DataFrame, on_head: pl.DataFrame) -> pl.DataFrame:
    """`sha` and `is_reviewed` of each of the commits *made*."""
    is_of_request = pl.col("subject").str.contains(_PULL_REQUEST) | pl.col("body").str.contains(
        _MERGE_REQUEST
    )
    requests = on_head.filter("is_merge", is_of_request)
    merged = landed_by(on_head).join(
        requests.select(merge_sha="sha", merger_id="author_id"), on="merge_sha"
    )
    by_another = (pl.col("committer_id") != pl.col("author_id")) & ~_by_web_page()
    merged_by_another = (pl.col("merger_id") != pl.col("author_id")).fill_null(value=False)
    return made.join(merged, on="sha", how="left").select(
        "sha", is_reviewed=(pl.col("reviewers").list.len() > 0) | by_another | merged_by_another
    )


def _by_web_page() -> pl.Expr:
    return pl.col("committer_email").str.contains(_WEB_PAGE)


def _every_week(weeks: pl.Series) -> pl.DataFrame:
    """The column `week`: all Mondays from the first of *weeks* to the last."""
    if weeks.is_empty():
        return weeks.to_frame("week")
    first_to_last = pl.date_range(pl.col("week").min(), pl.col("week").max(), "1w")
    return weeks.to_frame("week").select(first_to_last)


def _with_velocity(weeks: pl.DataFrame) -> pl.DataFrame:
    starts = pl.Series("starts", change_points(weeks["commits"].to_numpy()), pl.UInt32)
    return (
        weeks.with_columns(is_change_point=pl.int_range(pl.len()).is_in(starts.implode()))
        .with_columns(stretch=pl.col("is_change_point").cum_sum())
        .with_columns(velocity=pl.mean("commits").over("stretch"))
    )


def _reviewed_share() -> pl.Expr:
    told = pl.col("commits") - pl.col("review_unknown")
    is_enough = (told > 0) & (told >= LEAST_TOLD * pl.col("commits"))
    return pl.when(is_enough).then(pl.col("reviewed") / told)
