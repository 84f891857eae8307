"""What was released when: the tags that name a version, and the commits that were new in each.

Branches are no releases, and nothing here reads what a version's number means.
"""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.insights.insight import Column, Insight

INSIGHT = Insight(
    table="releases",
    question="How often is a version released, and what is new in it?",
    columns={
        "tag": Column(pl.String, "A tag with a number in its name."),
        "time": Column(TIME, "When the commit that it names was made (UTC)."),
        "commits": Column(
            pl.UInt32,
            "Commits, merges left out, that are in it and in no earlier release; null where no "
            "branch holds the commit that it names.",
        ),
        "fixes": Column(pl.UInt32, "Those whose message says that they mend a defect."),
        "days_since_previous": Column(
            pl.Float64, "Days since the release before it, of any branch; null for the first."
        ),
        "authors": Column(pl.UInt32, "People who wrote these commits, bots left out."),
    },
    key=("tag",),
)

_IS_VERSION = r"\d"


def releases(refs: pl.DataFrame, commits: pl.DataFrame) -> pl.DataFrame:
    """A row per release, the newest first.

    A release holds the commits that its tag reaches and no tag of an earlier time does, so that
    maintenance branches count what they alone have. A commit has one release at most: of several
    tags of one commit the last by name has what is new, the others are left out.
    """
    tags = (
        refs.filter(pl.col("kind") == "tag", pl.col("name").str.contains(_IS_VERSION))
        .join(commits.select("sha", "position"), on="sha", how="left")
        .sort("commit_time", "position", "name", nulls_last=True)
        .unique("sha", keep="last", maintain_order=True)
        .select("sha", tag="name", time="commit_time", is_known=pl.col("position").is_not_null())
    )
    new = (
        _first_released(commits, tags.filter("is_known"))
        .join(commits.filter(~pl.col("is_merge")), on="sha")
        .group_by("tag")
        .agg(
            commits=pl.len(),
            fixes=pl.sum("is_fix"),
            authors=pl.col("author_id").filter(~pl.col("is_bot")).n_unique(),
        )
    )
    nothing_new = pl.when("is_known").then(pl.lit(0, pl.UInt32))
    days = pl.col("time").diff().dt.total_seconds() / 86_400
    return INSIGHT.frame(
        tags.with_columns(days_since_previous=days)
        .join(new, on="tag", how="left", maintain_order="left")
        .with_columns(pl.col("commits", "fixes", "authors").fill_null(nothing_new))
        .reverse()
    )


def _first_released(commits: pl.DataFrame, tags: pl.DataFrame) -> pl.DataFrame:
    """`sha` and the first of the *tags*, in their order, that reaches it."""
    parents: Mapping[str, Sequence[str]] = dict(commits.select("sha", "parents").iter_rows())
    seen: set[str] = set()
    rows = [
        (sha, tag)
        for tag, tip in tags.select("tag", "sha").iter_rows()
        for sha in _unseen(parents, tip, seen)
    ]
    return pl.DataFrame(rows, schema={"sha": pl.String, "tag": pl.String}, orient="row")


def _unseen(parents: Mapping[str, Sequence[str]], tip: str, seen: set[str]) -> Iterator[str]:
    """The commits that *tip* reaches and are not yet *seen*; they are added to it."""
    pending = [tip]
    while pending:
        sha = pending.pop()
        if sha in parents and sha not in seen:
            seen.add(sha)
            yield sha
            pending.extend(parents[sha])
