"""What each person, under each recorded signature, did to each file of own code.

It counts once what ownership and the truck factor are both made of; neither is decided here.
"""

import polars as pl

SIGNATURE = ("author_id", "author_name", "author_email")


def contributions(
    files: pl.DataFrame,
    touches: pl.DataFrame,
    line_origins: pl.DataFrame,
    commits: pl.DataFrame,
    people: pl.DataFrame,
) -> pl.DataFrame:
    """A row per own file and signature that changed it or wrote lines of it; bots are left out.

    Columns: `path`, `author_id`, `author_name`, `author_email`, `is_creator` (made the first of all
    commits to it), `commits` (to it, merges left out), `lines` (of it at HEAD), `last_touch` (time
    of the newest commit to it, or of its newest line). A file that a bot created has no creator.
    """
    own = files.select("path")
    changed = (
        touches.join(own, on="path", how="semi", maintain_order="left")
        .with_columns(is_creator=pl.col("path").is_first_distinct())  # the oldest come first
        .group_by("path", *SIGNATURE)
        .agg(pl.any("is_creator"), commits=pl.len(), last_touch=pl.max("commit_time"))
    )
    written = (
        line_origins.join(own, on="path", how="semi")
        .join(
            commits.select("sha", "commit_time", *SIGNATURE), left_on="origin_sha", right_on="sha"
        )
        .group_by("path", *SIGNATURE)
        .agg(pl.sum("lines"), last_touch=pl.max("commit_time"))
    )
    persons = people.filter(~pl.col("is_bot")).select(author_id="person_id")
    return (
        pl.concat([changed, written], how="diagonal")
        .join(persons, on="author_id", how="semi")
        .group_by("path", *SIGNATURE)
        .agg(pl.any("is_creator"), pl.sum("commits", "lines"), pl.max("last_touch"))
        .sort("path", *SIGNATURE)
    )
