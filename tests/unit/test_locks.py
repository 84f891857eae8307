"""A lock has one holder, whom others can name, and goes with the process that holds it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hyperion_pipelines.errors import LockedError
from hyperion_pipelines.locks import exclusive

PROJECT = Path(__file__).parents[2]
HOLD = """
import sys, time
from pathlib import Path
from hyperion_pipelines.locks import exclusive
with exclusive(Path(sys.argv[1]), doing="stage git"):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def held_elsewhere(lock: Path) -> Generator[subprocess.Popen[str]]:
    """Another process that holds *lock* until it is killed."""
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_lock_is_free_again_after_its_block(tmp_path: Path) -> None:
    lock = tmp_path / "locks" / "shop.lock"
    for _ in range(2):
        with exclusive(lock, doing="stage git"):
            assert lock.read_text() == f"process {os.getpid()}, stage git"


def test_an_error_inside_the_block_frees_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "shop.lock"
    with pytest.raises(ValueError, match="inside"), exclusive(lock, doing="stage git"):
        raise ValueError("inside")
    with exclusive(lock, doing="stage git"):
        pass


def test_another_process_is_told_who_holds_it(tmp_path: Path) -> None:
    lock = tmp_path / "shop.lock"
    with held_elsewhere(lock) as holder:
        told = rf"shop is in use \(process {holder.pid}, stage git\): wait for it to end"
        with pytest.raises(LockedError, match=told), exclusive(lock, doing="stage code"):
            pass


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    lock = tmp_path / "shop.lock"
    with held_elsewhere(lock) as holder:
        holder.send_signal(signal.SIGKILL)
        with exclusive(lock, doing="stage code", wait=5):
            assert lock.read_text() == f"process {os.getpid()}, stage code"


def test_a_second_one_waits_as_long_as_it_may(tmp_path: Path) -> None:
    lock = tmp_path / "shop.lock"
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with exclusive(lock, doing="first"):
            held.set()
            free.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(5)
    started = time.monotonic()
    with pytest.raises(LockedError), exclusive(lock, doing="second", wait=0.2):
        pass
    assert 0.2 <= time.monotonic() - started < 2
    threading.Timer(0.1, free.set).start()
    with exclusive(lock, doing="third", wait=5):
        pass
    holder.join()
