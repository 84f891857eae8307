"""The commits that stand for the turns of the quarters, and the files that each of them had.

The code stage reads what these files import, and `dependency_history` says which of them depended
on which. Commits come from the stage git; nothing here knows what a file says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from hyperion_pipelines.code.languages import language_of
from hyperion_pipelines.errors import SourceError
from hyperion_pipelines.git.commands import run_git, stream_git
from hyperion_pipelines.git.log_stream import decode_path, split_raw
from hyperion_pipelines.git.modes import IS_FILE
from hyperion_pipelines.git.tree import EMPTY_TREE

_DIFF = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev")
_GONE = "000000"  # the mode of a deleted file


@dataclass(frozen=True)
class Snapshots:
    """The snapshots of a history, the oldest first, and the versions of files that they hold.

    `commits` has `sha`, `since` (the first turn that the commit stands for) and `until` (the first
    that it no longer does, null for the newest). `versions` has `path`, `blob`, `mode` and
    `language`, and the places of the snapshots that have this version: from `start`, before `end`.
    """

    commits: pl.DataFrame
    versions: pl.DataFrame

    def files(self, place: int) -> pl.DataFrame:
        """The rows of `versions` that the snapshot at *place* has, by path."""
        return self.versions.filter(pl.col("start") <= place, pl.col("end") > place)


def read_snapshots(git_dir: Path, commits: pl.DataFrame, head: str) -> Snapshots:
    """The snapshots of *commits* on the way to *head* (see `find_snapshots`), with their files."""
    found = find_snapshots(commits, head)
    return Snapshots(found, read_versions(git_dir, found["sha"].to_list()))


def find_snapshots(commits: pl.DataFrame, head: str) -> pl.DataFrame:
    """The commits that stand for the turns of the quarters: `sha`, `since`, `until`, by time.

    *commits* is the table. The turns are the first of January, April, July and October, 00:00 UTC,
    up to the newest commit that HEAD reaches. For each, the commit is the first one before it, by
    commit time, on the way from *head* over first parents; turns without one are left out. A
    commit may stand for several turns, which follow each other. Raises SourceError where *head*
    is not among *commits*, which are older then than the mirror.
    """
    chain = _first_parents(commits, head)
    # Going back, the first commit before a turn is also older than all those passed so far.
    oldest = pl.col("commit_time").cum_min()
    candidates = chain.filter(oldest.ne_missing(oldest.shift())).sort("commit_time")
    turns = pl.datetime_range(
        pl.lit(candidates["commit_time"].min()).dt.truncate("1q"),
        pl.lit(commits.filter("is_on_head")["commit_time"].max()),
        "1q",
    )
    return (
        pl.select(turn=turns)
        .join_asof(candidates, left_on="turn", right_on="commit_time", allow_exact_matches=False)
        .drop_nulls("sha")
        .group_by("sha", maintain_order=True)
        .agg(since=pl.min("turn"))
        .with_columns(until=pl.col("since").shift(-1))
    )


def _first_parents(commits: pl.DataFrame, head: str) -> pl.DataFrame:
    """`sha` and `commit_time` of *head*, its first parent, that one's, and so on to a root."""
    parents = dict(commits.select("sha", pl.col("parents").list.first()).iter_rows())
    if head not in parents:
        raise SourceError(f"HEAD {head} is not among the commits read: run the stage git first")
    chain: list[str] = []
    sha: str | None = head
    while sha is not None:
        chain.append(sha)
        sha = parents[sha]
    return pl.DataFrame({"sha": chain}).join(
        commits.select("sha", "commit_time"), on="sha", maintain_order="left"
    )


def read_versions(git_dir: Path, shas: Sequence[str]) -> pl.DataFrame:
    """`Snapshots.versions` of the commits *shas*, by path and time."""
    states = pl.DataFrame(
        _read_states(git_dir, shas) if shas else [],
        schema={"start": pl.UInt32, "path": pl.String, "mode": pl.String, "blob": pl.String},
        orient="row",
    )
    next_state = pl.col("start").shift(-1).over("path")
    return (
        states.sort("path", "start")
        .with_columns(end=next_state.fill_null(len(shas)))
        .filter(pl.col("mode") != _GONE)
        .with_columns(language=pl.when(IS_FILE).then(language_of(pl.col("path"))))
        .select("path", "blob", "mode", "language", "start", "end")
    )


def _read_states(git_dir: Path, shas: Sequence[str]) -> list[tuple[int, str, str, str]]:
    """Place in *shas*, path, mode and blob of each file that is not as in the commit before it."""
    whole = run_git([*_DIFF, EMPTY_TREE, shas[0]], git_dir=git_dir).output
    pairs = (f"{commit} {before}" for before, commit in pairwise(shas))
    what = "comparing snapshots"
    with stream_git([*_DIFF, "--stdin"], git_dir=git_dir, lines=pairs, what=what) as stream:
        tokens = b"\0".join([shas[0].encode(), whole + stream.read()]).split(b"\0")
    places = {sha.encode(): place for place, sha in enumerate(shas)}
    states: list[tuple[int, str, str, str]] = []
    token = 0
    while token < len(tokens) - 1:
        start = places[tokens[token]]
        entries, token = split_raw(tokens, token + 1)
        for (_, mode, _, blob, _), path, _ in entries:
            states.append((start, decode_path(path), mode.decode(), blob.decode()))
    return states
