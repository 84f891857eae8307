"""How long `hyperion predict` and `hyperion impact` take from a cold start, apart from git's time.

Measured on the sample repository, which is analysed first; `HYPERION_BENCH_HOMES=/a:/b` names homes
whose repositories are asked about too, through their mirrors. Each figure is a median of whole
processes, less what the git processes took that they started (git's own trace says how long).
"""

import json
import os
import statistics
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hyperion_pipelines.workspace import Workspace
from tests.benchmarks.bench_features import VARIABLE
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import hyperion, measure
from tests.histories import git
from tests.homes import open_home

ROUNDS = 5
SECONDS = 1


def run() -> Iterator[Figure]:
    """Figures of the sample, then of every repository of the homes named."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        subprocess.run(hyperion("demo", home=home), check=True, capture_output=True)
        yield from _figures(open_home(home))
    for home in filter(None, os.environ.get(VARIABLE, "").split(":")):
        yield from _figures(open_home(Path(home)))


def _figures(workspace: Workspace) -> Iterator[Figure]:
    for repository in workspace.catalogue.list():
        slug, home = repository.slug, workspace.home
        newest = workspace.lake.read("commit_scores", slug, columns=["sha"])["sha"][-1]
        path = workspace.lake.read("file_scores", slug, columns=["path"])["path"][0]
        with TemporaryDirectory() as folder:
            clone = Path(folder) / "clone"
            git(Path(folder), "clone", "--quiet", str(workspace.mirror(slug).git_dir), str(clone))
            _sign_as_the_newest_author(clone)
            with (clone / path).open("a", encoding="utf-8") as changed:
                changed.write("\n")
            for what, command in {
                "predict, a commit of the lake": ("predict", slug, "--commit", newest),
                "predict, a work tree": ("predict", slug, "--worktree", "--clone", str(clone)),
                "impact": ("impact", slug, path),
            }.items():
                seconds = _seconds(hyperion(*command, home=home), Path(folder))
                yield Figure(f"{slug}: {what}, apart from git", seconds, SECONDS, "lower", "s")


def _sign_as_the_newest_author(clone: Path) -> None:
    """Changes are those of somebody whom the history knows, as they mostly are."""
    for field, placeholder in (("user.name", "%an"), ("user.email", "%ae")):
        value = git(clone, "log", "-1", f"--format={placeholder}").decode().strip()
        git(clone, "config", field, value)


def _seconds(command: Sequence[str], folder: Path) -> float:
    """The median wall time of *command*, less that of the git processes that it starts."""
    taken: list[float] = []
    for number in range(ROUNDS):
        trace = folder / f"trace{number}"
        wall = measure(command, environment={"GIT_TRACE2_EVENT": str(trace)}).wall
        taken.append(wall - _git_seconds(trace))
    return statistics.median(taken)


def _git_seconds(trace: Path) -> float:
    """How long the git processes of a trace ran, one after the other."""
    if not trace.exists():
        return 0.0
    events = [json.loads(line) for line in trace.read_text("utf-8").splitlines()]
    return sum(event["t_abs"] for event in events if event["event"] == "exit")
