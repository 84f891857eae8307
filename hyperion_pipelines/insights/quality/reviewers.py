"""Who could review a commit: the people that are there and know its files best."""

import polars as pl

from hyperion_pipelines.git.renames import with_present_path
from hyperion_pipelines.insights.people.file_owners import familiarity

MOST_REVIEWERS = 3


def reviewers(
    chosen: pl.DataFrame, changes: pl.DataFrame, commits: pl.DataFrame, file_owners: pl.DataFrame
) -> pl.DataFrame:
    """`sha` and `reviewers` (names, at most three) of each *chosen* commit that has any.

    Who is active (`is_active`) and no author of the commit comes first by the sum, over its files
    that are still at HEAD, of the person's `familiarity` with the file x the share of the commit's
    lines that are in it (a file without lines counts as one line).
    """
    places = commits.select("sha", "position")
    is_needed = pl.col("sha").is_in(chosen["sha"].implode()) | (pl.col("status") == "R")
    needed = changes.filter(is_needed).join(places, on="sha")
    size = (pl.col("added") + pl.col("deleted")).fill_null(0).clip(lower_bound=1)
    touched = (
        with_present_path(needed)
        .join(chosen.select("sha", "author_id"), on="sha")
        .select("sha", "author_id", path="present_path", share=size / size.sum().over("sha"))
    )
    return (
        touched.join(file_owners.filter("is_active"), on="path")
        .filter(pl.col("person_id") != pl.col("author_id"))
        .group_by("sha", "person_id", "person_name")
        .agg(knowledge=(familiarity() * pl.col("share")).sum())
        .filter(pl.col("knowledge") > 0)
        .sort("sha", "knowledge", "person_id", descending=[False, True, False])
        .group_by("sha", maintain_order=True)
        .agg(reviewers=pl.col("person_name").head(MOST_REVIEWERS))
    )
