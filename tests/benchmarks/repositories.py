"""The repositories that benchmarks read: those that are named, else the sample and this project.

`HYPERION_BENCH_REPOSITORIES=/path/a:/path/b make bench` measures on long histories of your own; the
two that are always there are too short for the fixed costs to vanish.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.sources import resolve_source, suggest_slug
from hyperion_pipelines.sample import write_sample_repository

PROJECT = Path(__file__).resolve().parents[2]
VARIABLE = "HYPERION_BENCH_REPOSITORIES"


@dataclass(frozen=True)
class BenchRepository:
    """A mirrored repository."""

    name: str
    git_dir: Path

    @property
    def git_log(self) -> list[str]:
        """What the reading of its history is measured against."""
        log = ["log", "--numstat", "-M", "--branches", "HEAD"]
        return ["git", f"--git-dir={self.git_dir}", *log]


@contextmanager
def mirrored_repositories() -> Generator[list[BenchRepository]]:
    """Mirrors of the repositories to measure, in a temporary folder."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        named = [path for path in os.environ.get(VARIABLE, "").split(":") if path]
        sources = named or [str(write_sample_repository(home).git_dir), str(PROJECT)]
        repositories: list[BenchRepository] = []
        for source in sources:
            resolved = resolve_source(source)
            path = Path(resolved)
            name = suggest_slug(str(path.parent if path.name == "repo" else path))
            git_dir = home / "mirrors" / f"{name}.git"
            Mirror(git_dir, resolved).update()
            repositories.append(BenchRepository(name, git_dir))
        yield repositories
