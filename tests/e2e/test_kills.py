"""A run that is killed leaves no process behind, and the next run ends in the same tables."""

import signal
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from hyperion_pipelines.code.analysis import POOL_MINIMUM
from hyperion_pipelines.sample.history_writer import HistoryWriter
from tests.e2e.commands import start
from tests.e2e.conftest import Analysed, Hyperion
from tests.histories import commit_of
from tests.homes import allow_dagsters_own_warning, assert_same_tables

pytestmark = allow_dagsters_own_warning

ENDING_SECONDS = 15.0


@pytest.mark.parametrize("shares", [(0.35, 0.75), (0.5, 0.9), (0.6, 0.82)])
def test_a_run_after_kills_leaves_the_tables_of_a_run_from_nothing(
    shares: Sequence[float], analysed: Analysed, hyperion: Hyperion, tmp_path: Path
) -> None:
    """Killed after these shares of a whole run's time, one run after the other in one home."""
    home = tmp_path / "home"
    for share in shares:
        kill_after(share * analysed.seconds, analysed.source, home)
    completed = hyperion("analyze", analysed.source, home=home)
    assert completed.status == 0, completed.errors
    assert_same_tables(home, analysed.home, analysed.slug)


def kill_after(seconds: float, source: Path, home: Path) -> None:
    """Start an analysis, kill it without warning, and see its processes end."""
    with start("analyze", source, home=home) as process:
        time.sleep(seconds)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
    assert_ended(children)


def test_the_workers_of_a_killed_run_end_too(tmp_path: Path) -> None:
    source, home = tmp_path / "wide.git", tmp_path / "home"
    with HistoryWriter(source) as writer:
        files = {f"{n}.py": f"def f{n}(x):\n    return x or {n}\n" for n in range(POOL_MINIMUM)}
        writer.add(commit_of(files))
    with start("analyze", source, home=home) as process:
        workers = wait_for_workers(psutil.Process(process.pid))
        process.send_signal(signal.SIGKILL)
    assert_ended(workers)


def wait_for_workers(analysis: psutil.Process) -> list[psutil.Process]:
    """The processes that parse, as soon as there are two of them."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        children = analysis.children(recursive=True)
        if sum(is_worker(child) for child in children) == 2:
            return children
        time.sleep(0.02)
    raise AssertionError("the analysis never started two workers")


def is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # one of git's, which has ended meanwhile
        return False


def assert_ended(processes: Sequence[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=ENDING_SECONDS)
    assert not [process.cmdline() for process in alive]


def test_two_runs_at_once_leave_the_tables_of_one(
    analysed: Analysed, hyperion: Hyperion, tmp_path: Path
) -> None:
    """Whoever comes second waits, or says whom to wait for."""
    home = tmp_path / "home"
    runs = [start("analyze", analysed.source, home=home) for _ in range(2)]
    errors = [process.communicate(timeout=120)[1] for process in runs]
    failed = [text for process, text in zip(runs, errors, strict=True) if process.returncode]
    assert len(failed) <= 1
    assert all("is in use (process" in text and "run again" in text for text in failed)
    assert all(len(text.splitlines()) == 1 for text in failed)
    assert hyperion("analyze", analysed.source, home=home).status == 0
    assert_same_tables(home, analysed.home, analysed.slug)
