"""What `hyperion analyze` costs: its start-up, its memory, and a call that finds little or nothing.

What a night brings is some commits. Reading them takes less than the imports do, so these are what
such a run is held against. A lake that has seen many nights must be as fast as a new one.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from hyperion_pipelines.sample import write_sample_repository
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stores.lake import DeltaLake
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import hyperion, measure
from tests.benchmarks.repositories import BenchRepository, mirrored_repositories

ROUNDS = 3
PEAK_MIB = 1024
NEW_COMMITS = 20
IMPORTS = [sys.executable, "-c", "import hyperion_pipelines.definitions"]
NIGHTS = 99  # one more, and the log of a Delta table is checkpointed unless told otherwise
FEW = 9
ROWS = 50_000


def run() -> Iterator[Figure]:
    """Figures of the whole command on each repository, and of the lake as it grows old."""
    with mirrored_repositories() as repositories, TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        start_up = [measure(hyperion("repo", "list", home=home)) for _ in range(ROUNDS)]
        processor = statistics.median(start.processor for start in start_up)
        wall = statistics.median(start.wall for start in start_up)
        yield Figure("start-up of the command", wall, 3.0, "lower", "s")
        for repository in repositories:
            yield from _analyze(repository, home, processor)
        yield _news(Path(folder))
        yield from _old_lake(Path(folder))


def _analyze(repository: BenchRepository, home: Path, start_up: float) -> list[Figure]:
    command = hyperion("analyze", str(repository.git_dir), "--json", home=home)
    first = measure(command)
    again = [measure(command) for _ in range(ROUNDS)]
    second = statistics.median(run.processor for run in again) - start_up
    return [
        Figure(
            f"{repository.name}: second analysis / first, processor time beyond start-up",
            second / first.processor,
            0.02,
            "lower",
        ),
        Figure(f"{repository.name}: peak memory", first.peak, PEAK_MIB, "lower", "MiB"),
    ]


def _news(folder: Path) -> Figure:
    """The stage git where a night brought some commits, against importing what it runs on.

    The sample is so small that there is little else to see.
    """
    source, home = write_sample_repository(folder).git_dir, folder / "sample-home"
    before, after = (
        _git(source, "rev-parse", revision) for revision in (f"HEAD~{NEW_COMMITS}", "HEAD")
    )
    command = hyperion("analyze", str(source), "--stages", "git", home=home)
    ratios: list[float] = []
    for _ in range(ROUNDS):
        _git(source, "update-ref", "HEAD", before)
        measure(command)
        _git(source, "update-ref", "HEAD", after)
        ratios.append(measure(command).processor / measure(IMPORTS).processor)
    name = f"stage git with {NEW_COMMITS} new commits / imports alone, processor time"
    return Figure(name, statistics.median(ratios), 2.5, "lower")


def _git(git_dir: Path, *arguments: str) -> str:
    """What git answers."""
    command = ["git", f"--git-dir={git_dir}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _old_lake(folder: Path) -> list[Figure]:
    """Reads of a table with many versions against the first ones, and writes of what is there."""
    lake = DeltaLake(folder / "lake")
    rows = pl.DataFrame(
        {
            name: pl.int_range(ROWS, eager=True).cast(pl.String)
            if dtype == pl.String
            else pl.repeat(None, ROWS, dtype=dtype, eager=True)
            for name, dtype in TABLES["changes"].items()
            if name != "repository"
        }
    )
    reads: list[float] = []
    for night in range(NIGHTS):
        lake.write("changes", "shop", rows.head(night))
        reads.append(_seconds(lambda: lake.read("changes", "shop")))
    others, same = (
        statistics.median(
            _seconds(lambda frame=frame: lake.write("changes", "shop", frame)) for frame in frames
        )
        for frames in ([rows.head(ROWS - n) for n in range(FEW)], [rows] * FEW)
    )
    return [
        Figure(
            f"read of a table of {NIGHTS} versions / of few",
            statistics.median(reads[-FEW:]) / statistics.median(reads[1 : FEW + 1]),
            2.0,
            "lower",
        ),
        Figure("write of the rows that are there / of others", same / others, 0.5, "lower"),
    ]


def _seconds(work: Callable[[], object]) -> float:
    """Seconds of processor time of *work*."""
    started = time.process_time()
    work()
    return time.process_time() - started
