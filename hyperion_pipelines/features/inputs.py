"""What features are computed from: tables of the lake, and their rows brought into one order.

Every feature looks back along the same order: non-merge commits by commit time, ties by their
position in the history. A merge changes nothing by itself, and counts nowhere.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.features.history.blob_lines import with_lines
from hyperion_pipelines.features.history.file_identity import file_segments, files_of


class FeatureTables(NamedTuple):
    """Tables of one repository, as the lake has them; `coverage` is `read_coverage`'s frame."""

    commits: pl.DataFrame
    changes: pl.DataFrame
    blob_metrics: pl.DataFrame
    dependency_history: pl.DataFrame
    coverage: pl.DataFrame


@dataclass(frozen=True)
class History:
    """The commits of a repository in the order of time, and what each touched.

    `commits` has the columns of the table, `rank` (its row number), `seconds` (its commit time
    since the epoch) and `author` (a number for `author_id`). `touches` has a row per change: its
    commit's `rank`, the columns of `changes` and of the path's filters, `churn` (lines added and
    deleted), `lines_before` and `lines_after` (null where they are not known), `file` (the number
    of the file that it touched, which a rename leaves as it is). It is ordered by rank and path.
    """

    commits: pl.DataFrame
    touches: pl.DataFrame
    segments: pl.DataFrame

    @cached_property
    def file_touches(self) -> pl.DataFrame:
        """A row per file and commit, ordered by these: their churn, and what features ask of it.

        `file`, `rank`, `churn`; of the commit `seconds`, `commit_time`, `author` and `is_fix`.
        """
        commits = self.commits.select("rank", "seconds", "commit_time", "author", "is_fix")
        return (
            self.touches.group_by("file", "rank")
            .agg(pl.sum("churn"))
            .join(commits, on="rank")
            .sort("file", "rank")
        )

    def dependents(self, dependency_history: pl.DataFrame) -> pl.DataFrame:
        """Who imported what, and when: `file` (imported), `from_path`, `since`, `until`."""
        edges = dependency_history.drop("repository", strict=False)
        made = self.commits["commit_time"].search_sorted(edges["since"], side="left")
        named = edges.with_columns(path="to_path", rank=made.cast(pl.Int64) - 1)
        return files_of(named, self.segments).select("file", "from_path", "since", "until")


def read_history(tables: FeatureTables, filters: PathFilters) -> History:
    """The history that *tables* hold."""
    commits = (
        tables.commits.filter(~pl.col("is_merge"))
        .sort("commit_time", "position")
        .with_row_index("rank")
        .with_columns(
            seconds=pl.col("commit_time").dt.epoch("s"), author=pl.col("author_id").rank("dense")
        )
    )
    described = (
        tables.changes.select(pl.col("path").unique())
        .with_columns(filters.columns(pl.col("path")))
        .drop("is_documentation")
    )
    touches = (
        tables.changes.drop("repository", strict=False)
        .join(commits.select("sha", "rank"), on="sha")
        .join(described, on="path")
        .with_columns(pl.col("added", "deleted").cast(pl.Int64).fill_null(0))
        .with_columns(churn=pl.col("added") + pl.col("deleted"))
        .sort("rank", "path")
    )
    segments = file_segments(touches)
    touches = with_lines(files_of(touches, segments), tables.blob_metrics)
    return History(commits, touches, segments)
