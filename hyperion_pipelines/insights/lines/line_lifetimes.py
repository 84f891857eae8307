"""When each line of a repository's own code was written, and when it was removed.

Made from the tables `commits`, `line_origins` and `line_removals`; how old code is, how long it
lives and who wrote it are read from here, so that all of these speak of the same lines and clock.
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from hyperion_pipelines.code.languages import language_of
from hyperion_pipelines.code.paths import PathFilters


@dataclass(frozen=True)
class LineLifetimes:
    """The lifetimes of lines in groups, and the time of HEAD, when they were looked at.

    `frame` has a row per group of lines with one fate: `author_id`, `born`, `removed` (null while
    they are at HEAD) and `lines`. It holds `born <= removed <= head_time`.
    """

    frame: pl.DataFrame
    head_time: datetime

    @property
    def surviving(self) -> pl.DataFrame:
        """The groups that are at HEAD, with their `age`, a duration."""
        return self.frame.filter(pl.col("removed").is_null()).with_columns(
            age=self.head_time - pl.col("born")
        )


def line_lifetimes(
    commits: pl.DataFrame, origins: pl.DataFrame, removals: pl.DataFrame, filters: PathFilters
) -> LineLifetimes | None:
    """The lifetimes of all lines of own code that HEAD's history wrote; None without commits.

    Own code is what the languages at HEAD count too: files of a known language that are neither
    vendored nor generated (by the path that they had when the line was removed), tests and
    documentation included. A vendored library would make its importer the author of it all.

    A line is born and removed when the commit entered the history (its commit time). Author times
    tell when a patch was written, but run back and forth along a history: lines would be removed
    before they were written, and no tree would be that of a year's end. The price is that a rebase
    makes lines look younger, by as long as they waited. Clocks that run ahead of HEAD's are taken
    for HEAD's, and a line removed before its birth for removed at birth.

    Exact on linear histories. On others approximate: a line removed on both sides of a merge is
    removed twice, and one that a merge itself dropped is missing, since merges remove nothing in
    `line_removals`.
    """
    on_head = commits.filter("is_on_head").sort("position")
    if on_head.is_empty():
        return None
    head_time: datetime = on_head["commit_time"][-1]
    made = on_head.select(
        "sha", "author_id", time=pl.min_horizontal("commit_time", pl.lit(head_time))
    )
    births = made.rename({"sha": "origin_sha", "time": "born"})
    own = _own_paths(pl.concat([origins["path"], removals["path"]]), filters)
    surviving = origins.with_columns(removed=pl.lit(None, made.schema["time"]))
    removed = removals.join(made.select("sha", removed="time"), on="sha")
    columns = ["path", "origin_sha", "removed", "lines"]
    frame = (
        pl.concat([surviving.select(columns), removed.select(columns)])
        .join(own, on="path", how="semi")
        .join(births, on="origin_sha")
        .with_columns(
            removed=pl.when(pl.col("removed").is_not_null()).then(
                pl.max_horizontal("removed", "born")
            )
        )
        .group_by("author_id", "born", "removed")
        .agg(pl.col("lines").cast(pl.Int64).sum())
    )
    return LineLifetimes(frame, head_time)


def _own_paths(paths: pl.Series, filters: PathFilters) -> pl.DataFrame:
    path = pl.col("path")
    return (
        paths.unique()
        .to_frame()
        .filter(language_of(path).is_not_null())
        .with_columns(filters.columns(path))
        .filter(~pl.col("is_vendored"), ~pl.col("is_generated"))
        .select("path")
    )
