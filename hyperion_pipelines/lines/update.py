"""The tables of the stage lines, brought up to date: line_origins and line_removals.

What a commit removes depends on the history before it alone, so rows of known commits stay. Commits
on top of the last HEAD are replayed from the origins known there; anything else is replayed whole,
which costs little more than one `git log`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.git.tree import open_texts
from hyperion_pipelines.lines.copies import read_copies
from hyperion_pipelines.lines.ignored import FILE, IgnoredCommits, read_shas
from hyperion_pipelines.lines.known import KnownLines
from hyperion_pipelines.lines.order import CommitOrder
from hyperion_pipelines.lines.removals import RemovalAccount
from hyperion_pipelines.lines.replay import Replay, replay_commits
from hyperion_pipelines.lines.tables import files_of, in_order, origins_table, removals_table
from hyperion_pipelines.lines.versions import Files, UnknownLinesError
from hyperion_pipelines.progress import Progress, Silent


class HistoryTables(NamedTuple):
    """The tables that a line history is made of; without `repository`, or with one alone."""

    commits: pl.DataFrame
    changes: pl.DataFrame
    tree: pl.DataFrame


@dataclass(frozen=True)
class LineHistory:
    """line_origins and line_removals without `repository`; `replayed` counts the commits."""

    origins: pl.DataFrame
    removals: pl.DataFrame
    replayed: int


def update_line_history(
    git_dir: Path,
    tables: HistoryTables,
    head_sha: str,
    *,
    known: KnownLines | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> LineHistory:
    """The line history of *tables*, whose tree is that of *head_sha*; what is *known* is reused.

    Raises MissingObjectsError where the repository lacks an object.
    """
    order = CommitOrder.of(tables.commits)
    ignored = _ignored(git_dir, head_sha)
    update = _Update(git_dir, tables, order, head_sha, ignored, workers, progress or Silent())
    unseen = update.commits_on_top_of(known) if known else None
    if known and unseen is not None:
        # A file whose lines were not known then, because it was binary, may be text by now.
        with suppress(UnknownLinesError):
            return update.go_on(known, unseen)
    return update.replay(order.shas, {})


@dataclass(frozen=True)
class _Update:
    """What there is to replay, and how."""

    git_dir: Path
    tables: HistoryTables
    order: CommitOrder
    head_sha: str
    ignored: frozenset[str]
    workers: int
    progress: Progress

    def commits_on_top_of(self, known: KnownLines) -> list[str] | None:
        """The commits that *known* lacks, if all stand on its HEAD, or on one another; else None.

        Its HEAD must be ours, or ours one of them, and the ignored commits the same.
        """
        seen = self.order.reached_by(known.tips)
        unseen = [sha for sha in self.order.shas if sha not in seen]
        stand_on = {parent for sha in unseen for parent in self.order.parents[sha]} & seen
        is_ahead = self.head_sha == known.head_sha or self.head_sha not in seen
        if known.head_sha not in seen or not is_ahead or not stand_on <= {known.head_sha}:
            return None
        return unseen if _ignored(self.git_dir, known.head_sha) == self.ignored else None

    def go_on(self, known: KnownLines, unseen: Sequence[str]) -> LineHistory:
        """Replay *unseen* from what is known of the last HEAD."""
        seen = set(self.order.shas).difference(unseen)
        kept = known.removals.filter(pl.col("sha").is_in(seen))
        if not unseen:
            return LineHistory(known.origins, in_order(kept, self.order), 0)
        base = files_of(self.git_dir, known.head_sha, known.origins, self.order)
        new = self.replay(unseen, {known.head_sha: base})
        removals = in_order(
            pl.concat([kept.select(new.removals.columns), new.removals]), self.order
        )
        return LineHistory(new.origins, removals, new.replayed)

    def replay(self, shas: Sequence[str], base: Mapping[str, Files]) -> LineHistory:
        """Replay *shas*; *base* has the files of the commits that they stand on."""
        asked = Counter(parent for sha in shas for parent in self.order.parents[sha])
        changes = self.tables.changes.with_row_index("number").filter(
            pl.col("sha").is_in(set(shas))
        )
        replay = Replay(
            git_dir=self.git_dir,
            places=self.order.places,
            awaited=asked + Counter([self.head_sha]),
            copies=read_copies(self.git_dir, changes, workers=self.workers),
            ignored=IgnoredCommits(self.git_dir, self.ignored, self.workers),
            removals=RemovalAccount(self.git_dir),
            files=dict(base),
        )
        with self.progress.stage("lines", len(shas), "commits") as advance:
            for _ in replay_commits(replay, shas, self.order.parents, changes, self.workers):
                advance(1)
        files = replay.take(self.head_sha)
        removals = removals_table(replay.removals.counts(), changes, self.order)
        return LineHistory(
            origins_table(self.git_dir, files, self.tables.tree, self.order),
            in_order(removals, self.order),
            len(shas),
        )


def _ignored(git_dir: Path, sha: str) -> frozenset[str]:
    """The commits that the files of *sha* say are to be ignored."""
    with open_texts(git_dir, sha) as read_text:
        return read_shas(read_text(FILE) or "")
