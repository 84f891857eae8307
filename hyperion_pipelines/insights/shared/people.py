"""The people of a repository, and which of them are still there.

Whoever has been quiet for half a year before the newest commit counts as gone: no history says who
left, and this is the one rule for all insights.
"""

from datetime import timedelta

import polars as pl

QUIET = timedelta(days=180)


def people(commits: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """A row per author of HEAD's history, most commits first.

    Columns: `person_id`, `person_name`, `is_bot`, `commits` (merges included), `first_commit` and
    `last_commit` (commit times), `is_active`: no bot, with a commit in the 180 days before the
    newest.
    """
    named = identities.unique("person_id", keep="first", maintain_order=True)
    newest = pl.col("last_commit").max()
    return (
        commits.filter("is_on_head")
        .group_by(person_id="author_id")
        .agg(
            commits=pl.len(),
            first_commit=pl.min("commit_time"),
            last_commit=pl.max("commit_time"),
        )
        .join(named.select("person_id", "person_name", "is_bot"), on="person_id")
        .with_columns(is_active=~pl.col("is_bot") & (pl.col("last_commit") >= newest - QUIET))
        .sort("commits", "person_id", descending=[True, False])
        .select(
            *("person_id", "person_name", "is_bot", "commits"),
            *("first_commit", "last_commit", "is_active"),
        )
    )
