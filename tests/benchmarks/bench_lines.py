"""How fast the line history is made, against `git log --numstat -M` over the same commits.

Each side runs as a process of its own, in turn; our start-up (imports) is measured by itself and
taken off, since it does not grow with the history.
"""

import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import measure
from tests.benchmarks.repositories import BenchRepository, mirrored_repositories
from tests.blame import read_tables

ROUNDS = 3
WORKERS = 2
PEAK_MIB = 2048

# The tables that lines start from are read where they lie, or made first.
READ_LINES = """
import sys
from pathlib import Path
import polars as pl
import scipy.sparse.csgraph
from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.lines.update import HistoryTables, update_line_history

def tables(git_dir, refs, workers, folder):
    if folder is not None:
        files = (folder / (name + ".parquet") for name in HistoryTables._fields)
        return HistoryTables(*map(pl.read_parquet, files))
    nothing = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())
    history = update_history(git_dir, refs, nothing, workers=workers)
    tree = read_tree(git_dir, refs.head_sha, read_filters())
    return HistoryTables(history.commits, history.changes, tree)

if __name__ == "__main__":
    workers, output, *paths = sys.argv[1:]
    if paths:
        git_dir, folder = Path(paths[0]), Path(paths[1]) if paths[1:] else None
        refs = Mirror(git_dir, "").refs()
        read = tables(git_dir, refs, int(workers), folder)
        lines = update_line_history(git_dir, read, refs.head_sha, workers=int(workers))
        lines.origins.write_parquet(Path(output) / "origins.parquet", compression="zstd")
        lines.removals.write_parquet(Path(output) / "removals.parquet", compression="zstd")
"""


def run() -> Iterator[Figure]:
    """Wall time and peak memory of the stage lines."""
    with mirrored_repositories() as repositories, TemporaryDirectory() as folder:
        script = Path(folder) / "read_lines.py"
        script.write_text(READ_LINES)
        reader = [sys.executable, str(script), str(WORKERS), folder]
        start_up = statistics.median(measure(reader).wall for _ in range(ROUNDS))
        for repository in repositories:
            yield from _one_repository(repository, reader, start_up)


def _one_repository(
    repository: BenchRepository, reader: Sequence[str], start_up: float
) -> list[Figure]:
    git_dir = str(repository.git_dir)
    alone: list[float] = []
    together: list[float] = []
    peaks: list[float] = []
    with TemporaryDirectory() as tables:
        _write_tables(repository.git_dir, Path(tables))
        for _ in range(ROUNDS):
            git = measure(repository.git_log).wall
            for ratios, command in (
                (alone, [*reader, git_dir, tables]),
                (together, [*reader, git_dir]),
            ):
                ours = measure(command)
                ratios.append((ours.wall - start_up) / git)
                peaks.append(ours.peak)
    name = repository.name
    lines, both = statistics.median(alone), statistics.median(together)
    return [
        Figure(f"{name}: lines / git log", lines, 1.5, "lower"),
        Figure(f"{name}: history and lines / git log", both, 2.2, "lower"),
        Figure(f"{name}: peak memory of history and lines", max(peaks), PEAK_MIB, "lower", "MiB"),
    ]


def _write_tables(git_dir: Path, folder: Path) -> None:
    tables = read_tables(git_dir, workers=WORKERS)
    for name in ("commits", "changes", "tree"):
        getattr(tables, name).write_parquet(folder / f"{name}.parquet")
