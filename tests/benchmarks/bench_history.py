"""How fast histories are read, against `git log --numstat -M` over the same commits.

Each side runs as a process of its own, in turn; the reader's start-up (imports, scipy's among them)
is measured by itself and taken off, since it does not grow with the history.
"""

import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import measure
from tests.benchmarks.repositories import BenchRepository, mirrored_repositories

ROUNDS = 3
PEAK_MIB = 1024

READ_HISTORY = """
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
import scipy.sparse.csgraph
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.mirror import Mirror

def read(git_dir, workers, folder):
    nothing = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())
    refs = Mirror(Path(git_dir), "").refs()
    history = update_history(Path(git_dir), refs, nothing, workers=workers)
    for table in ("commits", "changes", "identities", "refs"):
        file = Path(folder) / (Path(git_dir).stem + "-" + table + ".parquet")
        getattr(history, table).write_parquet(file, compression="zstd")

if __name__ == "__main__":
    folder, workers, *git_dirs = sys.argv[1:]
    if len(git_dirs) == 1:
        read(git_dirs[0], int(workers), folder)
    elif git_dirs:
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
            list(pool.map(read, git_dirs, [1] * len(git_dirs), [folder] * len(git_dirs)))
"""


def run() -> Iterator[Figure]:
    """Wall time and peak memory of the history stage."""
    with mirrored_repositories() as repositories, TemporaryDirectory() as folder:
        script = Path(folder) / "read_history.py"
        script.write_text(READ_HISTORY)
        reader = [sys.executable, str(script), folder]
        start_up = _median([measure([*reader, "1"]).wall for _ in range(ROUNDS)])
        for repository in repositories:
            yield from _one_repository(repository, reader, start_up)
        yield _side_by_side(repositories, reader, start_up)


def _one_repository(
    repository: BenchRepository, reader: Sequence[str], start_up: float
) -> list[Figure]:
    ratios: dict[int, list[float]] = {1: [], 2: []}
    peaks: list[float] = []
    for _ in range(ROUNDS):
        git = measure(repository.git_log)
        for workers, found in ratios.items():
            ours = measure([*reader, str(workers), str(repository.git_dir)])
            found.append((ours.wall - start_up) / git.wall)
            peaks.append(ours.peak)
    name = repository.name
    return [
        Figure(f"{name}: history / git log, one process", _median(ratios[1]), 1.0, "lower"),
        Figure(f"{name}: history / git log, two processes", _median(ratios[2]), 1.0, "lower"),
        Figure(f"{name}: peak memory of the history", max(peaks), PEAK_MIB, "lower", "MiB"),
    ]


def _side_by_side(
    repositories: Sequence[BenchRepository], reader: Sequence[str], start_up: float
) -> Figure:
    """All repositories, each twice, by two readers at once, against git one after the other."""
    git_dirs = [str(repository.git_dir) for repository in [*repositories, *repositories]]
    ratios: list[float] = []
    for _ in range(ROUNDS):
        git = sum(measure(repository.git_log).wall for repository in [*repositories, *repositories])
        ours = measure([*reader, "1", *git_dirs])
        ratios.append((ours.wall - start_up) / git)
    return Figure("several repositories / git log", _median(ratios), 0.55, "lower")


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)
