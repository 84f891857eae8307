"""What `hyperion analyze` costs: its start-up, its memory, and a second call with nothing new."""

import statistics
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import hyperion, measure
from tests.benchmarks.repositories import BenchRepository, mirrored_repositories

ROUNDS = 3
PEAK_MIB = 1024


def run() -> Iterator[Figure]:
    """Figures of the whole command on each repository."""
    with mirrored_repositories() as repositories, TemporaryDirectory() as folder:
        home = Path(folder)
        start_up = [measure(hyperion("repo", "list", home=home)) for _ in range(ROUNDS)]
        processor = statistics.median(start.processor for start in start_up)
        wall = statistics.median(start.wall for start in start_up)
        yield Figure("start-up of the command", wall, 3.0, "lower", "s")
        for repository in repositories:
            yield from _analyze(repository, home, processor)


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
