"""Replays the history: from the files of a commit's parents, each line with its origin, to its own.

Commits come in topological order. The files of a commit are held until the last child was replayed.
What a commit does to them is the business of `commit_step` and `merge_step`, where patches come
from that of `patches` and `merges`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from hyperion_pipelines.lines.changes import Change, by_commit
from hyperion_pipelines.lines.commit_step import CommitStep
from hyperion_pipelines.lines.copies import Copy
from hyperion_pipelines.lines.ignored import IgnoredCommits
from hyperion_pipelines.lines.merge_step import MergeStep
from hyperion_pipelines.lines.merges import Merge, read_merges
from hyperion_pipelines.lines.patches import Blobs, read_patches
from hyperion_pipelines.lines.removals import RemovalAccount
from hyperion_pipelines.lines.versions import NO_FILES, Files

NO_CHANGES: tuple[str, list[Change]] = ("", [])


@dataclass
class Replay:
    """The files of the commits replayed, while a child needs them.

    `places` gives each commit its place in the order, by which origins name it; `copies` are the
    new files, by commit and path, that came of a file deleted there; `awaited` counts for each
    commit those that will ask for its files.
    """

    git_dir: Path
    places: Mapping[str, int]
    awaited: dict[str, int]
    copies: Mapping[str, Mapping[str, Copy]]
    ignored: IgnoredCommits
    removals: RemovalAccount
    files: dict[str, Files] = field(default_factory=dict[str, Files])

    def commit(
        self,
        sha: str,
        parents: Sequence[str],
        changes: Sequence[Change],
        patches: Mapping[Blobs, bytes],
    ) -> None:
        """Replay a commit of one parent or none."""
        rewritten = [
            row.path for row in changes if row.status in "MRC" and row.blob and not row.is_binary
        ]
        step = CommitStep(
            git_dir=self.git_dir,
            sha=sha,
            place=self.places[sha],
            files=self.take(parents[0]) if parents else NO_FILES,
            patches=patches,
            copies=self.copies.get(sha, {}),
            sources=self.ignored.sources(sha, parents, rewritten),
            removals=self.removals,
        )
        self._keep(sha, step.after(changes))

    def merge(self, merge: Merge, parents: Sequence[str]) -> None:
        """Replay a merge."""
        made = [entry.path for entry in merge.entries if entry.leaves_file]
        made = [path for path in made if path in merge.combinations]
        sources = self.ignored.sources(merge.sha, parents, made)
        sides = [self.take(parent) for parent in parents]
        step = MergeStep(self.git_dir, merge, self.places[merge.sha], sides, sources)
        self._keep(merge.sha, step.after())

    def take(self, sha: str) -> Files:
        """The files of a commit, let go if nobody else will ask for them."""
        self.awaited[sha] -= 1
        return self.files[sha] if self.awaited[sha] else self.files.pop(sha)

    def _keep(self, sha: str, files: Files) -> None:
        if self.awaited.get(sha):
            self.files[sha] = files


def replay_commits(
    replay: Replay,
    shas: Sequence[str],
    parents: Mapping[str, Sequence[str]],
    changes: pl.DataFrame,
    workers: int,
) -> Iterator[str]:
    """Replay *shas*, parents before children, and yield each when it is done.

    *changes* are theirs, in the same order. Three streams meet here: the changes, the patches of
    the commits that are no merges, and what the merges did.
    """
    is_merge = {sha: len(parents[sha]) > 1 for sha in shas}
    changed = by_commit(changes)
    patched = read_patches(
        replay.git_dir, [sha for sha in shas if not is_merge[sha]], workers=workers
    )
    merged = read_merges(replay.git_dir, [sha for sha in shas if is_merge[sha]])
    changed_sha, rows = next(changed, NO_CHANGES)
    for sha in shas:
        if is_merge[sha]:
            replay.merge(next(merged), parents[sha])
        elif changed_sha == sha:
            replay.commit(sha, parents[sha], rows, next(patched)[1])
            changed_sha, rows = next(changed, NO_CHANGES)
        else:
            replay.commit(sha, parents[sha], [], next(patched)[1])
        yield sha
