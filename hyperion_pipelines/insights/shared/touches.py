"""Who touched which file when: the changes of HEAD's history under the paths of today."""

from datetime import datetime, timedelta

import polars as pl

from hyperion_pipelines.git.renames import with_present_path

YEAR = timedelta(days=365)

_COMMIT = (
    *("sha", "position", "author_id", "author_name", "author_email"),
    *("commit_time", "author_time", "is_fix", "is_bot"),
)
_CHANGE = ("status", "added", "deleted", "old_blob", "new_blob")


def touches(commits: pl.DataFrame, changes: pl.DataFrame, tree: pl.DataFrame) -> pl.DataFrame:
    """A row per file at HEAD and commit on HEAD's history that changed it, merges left out.

    Columns: `path` (the present one; renames are followed), of the commit `sha`, `position`,
    `author_id`, `author_name`, `author_email`, `commit_time`, `author_time`, `is_fix`, `is_bot`,
    of the change `status`, `added`, `deleted` (0 for binaries), `old_blob`, `new_blob`. In the
    order of `position` (oldest first), then `path`.
    """
    made = commits.filter("is_on_head").select(_COMMIT)
    return (
        with_present_path(changes.select("sha", "path", "old_path", *_CHANGE).join(made, on="sha"))
        .drop("path", "old_path")
        .rename({"present_path": "path"})
        .join(tree.select("path"), on="path", how="semi")
        .with_columns(pl.col("added", "deleted").fill_null(0).cast(pl.Int64))
        .select("path", *_COMMIT, *_CHANGE)
        .sort("position", "path")
    )


def commits_of_the_year(touches: pl.DataFrame, head_time: datetime) -> pl.DataFrame:
    """How many commits by people changed each file in the newest 365 days: `path`, `commits`."""
    is_recent = pl.col("commit_time") >= head_time - YEAR
    return (
        touches.filter(is_recent, ~pl.col("is_bot"))
        .group_by("path")
        .agg(commits=pl.n_unique("sha"))
    )
