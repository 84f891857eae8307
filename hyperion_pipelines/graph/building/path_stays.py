"""Under which paths files went, and when: what the ownership of the past is told by.

`git.renames` says where a file is today; that a path of the past may have been another file's does
not matter then. Here it does. The time of a path is cut into stays: one ends where a rename takes
the file away, and one where a rename brings a file, whose commits join those of the path's past.
Within a stay nothing that comes later changes whose commits count.
"""

from datetime import datetime

import polars as pl

_IS_RENAME = pl.col("status") == "R"


def commits_of_stays(changes: pl.DataFrame) -> pl.DataFrame:
    """The commits that count for each stay: `path`, `stay`, `author_id`, `commit_time`.

    *changes* are those of HEAD's history, with `position`, `author_id` and `commit_time`. A row is
    a change and a stay that it counts for: that of its own path, and all that renames took the file
    to. `stay` is the position of the commit that ends it, null for the last of a path. The last
    stays count what `git.renames.with_present_path` gives the path.
    """
    moves = _moves(changes)
    columns = ("path", "position", "author_id", "commit_time")
    arrived = changes.select(columns)
    counted = [_with_next_move(arrived, moves)]
    while (moved := counted[-1].drop_nulls("moved_to")).height:
        arrived = moved.drop("path", "position").rename({"moved_to": "path", "stay": "position"})
        counted.append(_with_next_move(arrived.select(columns), moves))
    return pl.concat(counted).select("path", "stay", "author_id", "commit_time")


def lives_of_stays(changes: pl.DataFrame, tree: pl.DataFrame, head_time: datetime) -> pl.DataFrame:
    """When each path was a file: `path`, `stay`, `begin`, `end` (null at HEAD).

    Commits are taken in topological order, and where their clocks disagree the later time holds. At
    HEAD the tree decides: what a merge alone deleted, which no change shows, ends at *head_time*.
    """
    time = pl.col("commit_time")
    touched = changes.select("path", "position", time=time, is_there=pl.col("status") != "D")
    left = changes.filter(_IS_RENAME).select(
        "position", path="old_path", time=time, is_there=pl.lit(value=False)
    )
    placed = _with_next_move(pl.concat([touched, left], how="diagonal"), _moves(changes))
    at_head = placed.select(
        pl.col("path").unique(), stay=pl.lit(None, pl.UInt32), time=pl.lit(head_time)
    ).with_columns(is_there=pl.col("path").is_in(tree["path"].implode()))
    states = pl.col("is_there", "stay")
    is_new = pl.any_horizontal(states.ne_missing(states.shift().over("path")))
    return (
        pl.concat([placed.drop("moved_to"), at_head], how="diagonal")
        .sort("path", "position", "is_there", nulls_last=True)
        .with_columns(time=pl.col("time").cum_max().over("path"))
        .filter(is_new)
        .with_columns(end=pl.col("time").shift(-1).over("path"))
        .filter("is_there")
        .select("path", "stay", "end", begin="time")
    )


def _moves(changes: pl.DataFrame) -> pl.DataFrame:
    """What ends stays: `path`, `stay` (the position), `moved_to`, the path that goes on with it.

    A rename moves what was counted for its old path, and joins what was counted for the new one,
    unless the same commit takes that away.
    """
    renames = changes.filter(_IS_RENAME)
    away = renames.select(path="old_path", stay="position", moved_to="path")
    joined = renames.select("path", stay="position", moved_to="path")
    return pl.concat([away, joined.join(away, on=["path", "stay"], how="anti")]).sort(
        "stay", "moved_to"
    )


def _with_next_move(rows: pl.DataFrame, moves: pl.DataFrame) -> pl.DataFrame:
    """*rows* (`path`, `position`) with the next move of their path, null where none follows."""
    return rows.sort("position").join_asof(
        moves,
        left_on="position",
        right_on="stay",
        by="path",
        strategy="forward",
        allow_exact_matches=False,
        coalesce=False,
        check_sortedness=False,
    )
