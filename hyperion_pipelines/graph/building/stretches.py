"""When each path of HEAD's history was a file, and each directory held one.

Made from who changed what; `structure` makes edges of it. Renames are no matter here: a path that
is renamed away ends, and the new one begins.
"""

import polars as pl

_ADDED = ("A", "R", "C")


def path_stretches(
    commits: pl.DataFrame, changes: pl.DataFrame, tree: pl.DataFrame, line_origins: pl.DataFrame
) -> pl.DataFrame:
    """A row per path, and time that it was there without a gap: `path`, `since`, `until`.

    A stretch begins with the commit that adds the path, copies or renames something to it, and ends
    with the one that deletes it or renames it away. Commits are taken in the order of `position`,
    and of a path, none is earlier than those before it: where clocks went wrong, the later time of
    the earlier commit counts. A change of content says nothing new, unless it is the first of its
    path: a branch may go on with a file that another one has deleted.

    What a merge itself adds or removes is in no change. A path that no commit took away ends with
    its last change, unless it is in *tree*; one that no commit added is older than what is known.
    One in *tree* that no commit ever changed, as `git subtree` makes them, is as old as the oldest
    of its lines.
    """
    events = _events(commits, changes)
    is_turn = pl.col("exists").ne_missing(pl.col("exists").shift().over("path"))
    is_first = pl.col("exists").shift().over("path").is_null()
    turns = events.filter(is_turn).with_columns(
        since=pl.when("is_added").then("time"),
        until=pl.when("exists").then(pl.col("time").shift(-1).over("path")).otherwise("time"),
    )
    stretches = turns.filter(pl.col("exists") | is_first)
    is_last = pl.col("position") == pl.col("position").max().over("path")
    is_there = pl.col("path").is_in(tree["path"].implode())
    known = stretches.select(
        "path",
        "since",
        until=pl.when(~(is_last & is_there)).then(pl.coalesce("until", "last_change")),
    )
    unchanged = tree.select("path").join(known, on="path", how="anti")
    merged = unchanged.join(_oldest_lines(commits, line_origins), on="path", how="left")
    return pl.concat([known, merged], how="diagonal").sort("path", "since")


def directory_stretches(path_stretches: pl.DataFrame) -> pl.DataFrame:
    """A row per directory, from its first file to its last: `path`, `since`, `until`.

    Files of the directories in it count. `until` is null where it holds a file at HEAD, `since`
    where the beginning of one of its files is not known.
    """
    since, until = pl.col("since"), pl.col("until")
    return (
        in_directories(path_stretches)
        .group_by("directory")
        .agg(
            since=pl.when(since.is_not_null().all()).then(since.min()),
            until=pl.when(until.is_not_null().all()).then(until.max()),
        )
        .rename({"directory": "path"})
        .sort("path")
    )


def in_directories(files: pl.DataFrame) -> pl.DataFrame:
    """*files* (`path`) with `directory`: a row for every directory above, none for the root."""
    parts = pl.col("path").str.split("/")
    return (
        files.with_columns(parts=parts, depth=pl.int_ranges(1, parts.list.len()))
        .explode("depth")
        .drop_nulls("depth")
        .with_columns(directory=pl.col("parts").list.head("depth").list.join("/"))
        .drop("parts", "depth")
    )


def _oldest_lines(commits: pl.DataFrame, line_origins: pl.DataFrame) -> pl.DataFrame:
    """By `path`: `since`, when the oldest of its lines was written."""
    written = commits.select("commit_time", origin_sha="sha")
    return (
        line_origins.join(written, on="origin_sha")
        .group_by("path")
        .agg(since=pl.min("commit_time"))
    )


def _events(commits: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """What HEAD's history says of whether a path is there, in order of `path` and `position`.

    Columns: `path`, `position`, `time`, `exists` (after the commit), `is_added` (by it), and
    `last_change`, the time of the path's last change.
    """
    made = commits.filter("is_on_head").select("sha", "position", time="commit_time")
    seen = changes.select("sha", "path", "old_path", "status").join(made, on="sha")
    left = seen.filter(pl.col("status") == "R").with_columns(path="old_path", status=pl.lit("D"))
    exists = pl.col("status") != "D"
    is_added = pl.col("status").is_in(_ADDED)
    time = pl.col("time").cum_max().over("path")
    return (
        # A commit may rename a path away, and something else to it: the path is there all the time.
        pl.concat([seen, left])
        .group_by("path", "position")
        .agg(pl.first("time"), exists=exists.any(), is_added=is_added.any())
        .sort("path", "position")
        .with_columns(time=time, is_first=pl.int_range(pl.len()).over("path") == 0)
        .with_columns(last_change=pl.max("time").over("path"))
        .filter(pl.col("is_added") | ~pl.col("exists") | pl.col("is_first"))
        .drop("is_first")
    )
