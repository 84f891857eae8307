"""Locks between processes: one writer a repository.

The lock is the kernel's (flock): it goes with the process that holds it, however that one ends, and
a child that inherits its descriptor keeps it until it ends too.
"""

import fcntl
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from hyperion_pipelines.errors import LockedError

POLL_SECONDS = 0.05


@contextmanager
def exclusive(path: Path, *, doing: str, wait: float = 0.0) -> Generator[int]:
    """Hold the lock *path*; yields its descriptor. *doing* says what for, to others who wait.

    Raises LockedError, naming the holder, when it is still held after *wait* seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, path, wait)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}, {doing}".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                holder = os.pread(descriptor, 200, 0).decode(errors="replace")
                message = f"{path.stem} is in use ({holder}): wait for it to end, then run again"
                raise LockedError(message) from error
            time.sleep(POLL_SECONDS)
        else:
            return
