"""Processes that read or write a store beside a test."""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.context import SpawnProcess
from pathlib import Path


def process(work: Callable[[Path], None], root: Path) -> SpawnProcess:
    """A process of its own, once it is at work on *root*, where it touches `started`."""
    (root / "started").unlink(missing_ok=True)
    started = multiprocessing.get_context("spawn").Process(target=work, args=(root,))
    started.start()
    while not (root / "started").exists() and started.is_alive():
        time.sleep(0.01)
    return started
