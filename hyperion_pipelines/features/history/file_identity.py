"""Which file a change touched: a file keeps its identity when it is renamed.

Unlike `git.renames`, which says under which path a file is known today, this looks back alone: what
happens to a path later changes nothing, as features may not know the future.
"""

import numpy as np
import polars as pl

_GIVEN_AWAY, _TAKEN, _ADDED = 0, 1, 2  # in one commit, in this order


def file_segments(changes: pl.DataFrame) -> pl.DataFrame:
    """The stretches of history for which a path names one file: `path`, `start` (a rank), `file`.

    *changes* has `rank`, `status`, `path` and `old_path`. A stretch lasts until the next one of its
    path. A rename takes its file along; the path that it leaves names the same file still (it may
    live on in another branch) until a file is added there: that is a new one. A path that was
    deleted and is added again without such a rename names the file that it named before.
    """
    renames = changes.filter(pl.col("status") == "R")
    events = pl.concat(
        [
            renames.select(path="old_path", start="rank", kind=_GIVEN_AWAY),
            renames.select("path", "old_path", start="rank", kind=_TAKEN),
            changes.filter(pl.col("status") == "A").select("path", start="rank", kind=_ADDED),
        ],
        how="diagonal",
    ).sort("path", "start", "kind")
    replaces = pl.col("kind").shift().over("path") == _GIVEN_AWAY
    begins = (pl.col("kind") == _TAKEN) | ((pl.col("kind") == _ADDED) & replaces)
    paths = pl.concat([changes["path"], renames["old_path"]]).unique()
    segments = (
        pl.concat(
            [
                paths.to_frame("path").with_columns(start=pl.lit(-1, pl.Int64)),
                events.filter(begins).select("path", "old_path", pl.col("start").cast(pl.Int64)),
            ],
            how="diagonal",
        )
        .sort("path", "start")
        .with_row_index("segment")
    )
    return segments.select("path", "start", file=_origins(segments))


def files_of(rows: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """*rows* (`path`, `rank`) with `file`: what the path named after the commit of that rank.

    Null for a path that the history does not know. The order of the rows stays.
    """
    return _at(rows, segments, "path", is_after=True)


def _origins(segments: pl.DataFrame) -> pl.Series:
    """The segment in which each segment's file first appeared, through any number of renames."""
    origin = segments["segment"].to_numpy().copy()
    renamed = segments.drop_nulls("old_path").select("segment", "old_path", rank="start")
    source = _at(renamed, segments.rename({"segment": "file"}), "old_path", is_after=False)
    origin[renamed["segment"].to_numpy()] = source["file"].to_numpy()
    while not np.array_equal(origin, further := origin[origin]):
        origin = further
    return pl.Series("file", origin)


def _at(rows: pl.DataFrame, segments: pl.DataFrame, path: str, *, is_after: bool) -> pl.DataFrame:
    """*rows* with the `file` that *path* names at their rank, after that commit or before it."""
    return (
        rows.with_row_index("row")
        .with_columns(rank_before=pl.col("rank").cast(pl.Int64))
        .sort("rank_before")
        .join_asof(
            segments.select(pl.col("path").alias(path), "start", "file").sort("start"),
            left_on="rank_before",
            right_on="start",
            by=path,
            strategy="backward",
            allow_exact_matches=is_after,
            check_sortedness=False,
        )
        .sort("row")
        .drop("row", "rank_before", "start")
    )
