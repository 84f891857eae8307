"""How far the line history agrees with git: origins with `git blame -w`, removals with its diffs.

Git is asked about a sample, the same in every run: all files of a long history would take hours.
The first disagreements go to standard error.
"""

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from hyperion_pipelines.lines.update import HistoryTables, LineHistory, update_line_history
from tests.benchmarks.figures import Figure
from tests.benchmarks.repositories import mirrored_repositories
from tests.blame import (
    LINES,
    REMOVALS,
    Agreement,
    Tables,
    blamed_origins,
    blamed_removals,
    compare_origins,
    compare_removals,
    read_tables,
    text_files,
    write_ignore_revs,
)

FILES = 150
COMMITS = 150
SEED = 20240229
PROCESSES = 2
TARGET = 0.999
SHOWN = 5


def run() -> Iterator[Figure]:
    """The shares of lines and of removed lines of each repository that agree."""
    with mirrored_repositories() as repositories, TemporaryDirectory() as folder:
        for repository in repositories:
            replayed = replay(repository.git_dir, Path(folder, repository.name))
            for what, agreement in (
                ("lines", replayed.origins()),
                ("removed lines", replayed.removals()),
            ):
                show(f"{repository.name}, {what}", agreement)
                name = f"{repository.name}: {what} as git has them ({agreement.lines:,})"
                yield Figure(name, agreement.share, TARGET, "higher")


@dataclass(frozen=True)
class Replayed:
    """The line history of a repository, and the file that names the commits blame ignores."""

    git_dir: Path
    tables: Tables
    lines: LineHistory
    ignored: Path | None

    def origins(self) -> Agreement:
        """The lines of sampled files at HEAD."""
        head_sha, ignored = self.tables.head_sha, self.ignored
        files = text_files(self.git_dir, self.tables)
        sampled = random.Random(SEED).sample(range(len(files)), min(FILES, len(files)))
        asked = [
            partial(
                blamed_origins, self.git_dir, head_sha, [files[place]], ignore_revs_file=ignored
            )
            for place in sampled
        ]
        paths = self.tables.tree.filter(pl.col("lines").is_not_null()).select("path")[sampled]
        ours = self.lines.origins.join(paths, on="path", how="semi")
        return compare_origins(ours, answers(LINES, asked))

    def removals(self) -> Agreement:
        """The lines that sampled commits removed; git has no word on those of ignored commits."""
        listed = self.ignored.read_text(encoding="utf-8") if self.ignored else ""
        commits = self.tables.commits.filter(~pl.col("is_merge"))["sha"]
        told = [sha for sha in commits if sha not in listed]
        shas = random.Random(SEED).sample(told, min(COMMITS, len(told)))
        asked = [
            partial(
                blamed_removals, self.git_dir, self.tables, [sha], ignore_revs_file=self.ignored
            )
            for sha in shas
        ]
        ours = self.lines.removals.filter(pl.col("sha").is_in(shas))
        return compare_removals(ours, answers(REMOVALS, asked))


def replay(git_dir: Path, ignored: Path) -> Replayed:
    """The line history of a mirror; the list of commits that blame ignores goes to *ignored*."""
    tables = read_tables(git_dir, workers=PROCESSES)
    lines = update_line_history(
        git_dir,
        HistoryTables(tables.commits, tables.changes, tables.tree),
        tables.head_sha,
        workers=PROCESSES,
    )
    return Replayed(git_dir, tables, lines, write_ignore_revs(git_dir, tables.head_sha, ignored))


def answers(schema: pl.Schema, asked: Sequence[Callable[[], pl.DataFrame]]) -> pl.DataFrame:
    """What git answers, asked by two threads at a time: the work is git's."""
    with ThreadPoolExecutor(PROCESSES) as pool:
        waiting = [pool.submit(ask) for ask in asked]
        return pl.concat([schema.to_frame(), *(answer.result() for answer in waiting)])


def show(name: str, agreement: Agreement) -> None:
    """Write the first rows that differ to standard error."""
    if agreement.disagreements.height:
        with pl.Config(tbl_rows=SHOWN, fmt_str_lengths=100, tbl_width_chars=240):
            sys.stderr.write(f"{name}: {agreement.disagreements.head(SHOWN)}\n")
