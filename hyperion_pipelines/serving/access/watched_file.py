"""A file that is read again when it changes, and is looked at no more often than is worth it.

What it holds is the business of who reads it: `api_keys`, `json_web_tokens`.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

LOOK_SECONDS = 0.5

Content = TypeVar("Content")
# When it was changed, its size and its inode: one of them differs after a change.
Stamp = tuple[int, int, int]


class WatchedFile(Generic[Content]):
    """What *read* makes of *file*, as it was within the last LOOK_SECONDS.

    Errors of *read* are raised to whoever asks, every time until the file is mended.
    """

    def __init__(self, file: Path, read: Callable[[Path], Content]) -> None:
        self._file, self._read = file, read
        self._looked_at = time.monotonic()
        self._stamp = _stamp(file)
        self._content = read(file)
        self._version = 0

    @property
    def content(self) -> Content:
        """What the file says."""
        self._look()
        return self._content

    @property
    def version(self) -> int:
        """Another number after every change."""
        self._look()
        return self._version

    def _look(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < LOOK_SECONDS:
            return
        stamp = _stamp(self._file)
        if stamp != self._stamp:
            self._content = self._read(self._file)
            self._stamp = stamp
            self._version += 1
        self._looked_at = now


def _stamp(file: Path) -> Stamp | None:
    """What tells states of *file* apart; None where there is none."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
