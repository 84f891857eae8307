"""A history that was written and replayed, in the terms in which the tests here speak: marks.

`replay` holds each line history to git blame before a test looks at it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hyperion_pipelines.lines.update import HistoryTables, LineHistory, update_line_history
from hyperion_pipelines.sample.history_writer import Commit
from tests.blame import (
    Tables,
    blamed_origins,
    blamed_removals,
    compare_origins,
    compare_removals,
    origin_lines,
    read_tables,
    text_files,
    write_ignore_revs,
)
from tests.histories import write_history

LONG = "".join(f"line {number} of a text that is long enough\n" for number in range(1, 9))
EIGHT = 8  # its lines


@dataclass(frozen=True)
class Replayed:
    """The line history of the commits *shas*, that of mark 1 first."""

    git_dir: Path
    shas: Sequence[str]
    tables: Tables
    lines: LineHistory

    @property
    def origins(self) -> dict[str, list[int]]:
        """For each file the marks of the commits that wrote its lines."""
        rows = origin_lines(self.lines.origins).group_by("path", maintain_order=True)
        return {
            str(path): [self._mark(sha) for sha in group["origin_sha"]] for (path,), group in rows
        }

    def removed(self, mark: int) -> dict[str, dict[int, int]]:
        """For each file that a commit removed lines from, how many of which mark's."""
        removed: dict[str, dict[int, int]] = {}
        rows = self.lines.removals.filter(pl.col("sha") == self.shas[mark - 1])
        for path, sha, lines in rows.select("path", "origin_sha", "lines").iter_rows():
            removed.setdefault(path, {})[self._mark(sha)] = lines
        return removed

    def assert_agrees_with_git(self) -> None:
        """Every line at HEAD and every removal has the origin that git blame gives it."""
        git_dir, tables = self.git_dir, self.tables
        ignored = write_ignore_revs(git_dir, tables.head_sha, git_dir / "ignored-revisions")
        origins = compare_origins(
            self.lines.origins,
            blamed_origins(
                git_dir, tables.head_sha, text_files(git_dir, tables), ignore_revs_file=ignored
            ),
        )
        assert origins.disagreements.is_empty(), origins.disagreements
        told = [sha for sha in self.shas if not ignored or sha not in ignored.read_text()]
        removals = compare_removals(
            self.lines.removals.filter(pl.col("sha").is_in(told)),
            blamed_removals(git_dir, tables, told, ignore_revs_file=ignored),
        )
        assert removals.disagreements.is_empty(), removals.disagreements

    def _mark(self, sha: str) -> int:
        return self.shas.index(sha) + 1


def replay(git_dir: Path, commits: Sequence[Commit]) -> Replayed:
    """Write *commits* to a new repository, whose HEAD is main, and replay them; git must agree."""
    replayed = replay_written(git_dir, write_history(git_dir, commits))
    replayed.assert_agrees_with_git()
    return replayed


def replay_written(git_dir: Path, shas: Sequence[str]) -> Replayed:
    """Replay a repository that holds the commits *shas*, whether or not git agrees."""
    tables = read_tables(git_dir)
    lines = update_line_history(
        git_dir, HistoryTables(tables.commits, tables.changes, tables.tree), tables.head_sha
    )
    return Replayed(git_dir, shas, tables, lines)
