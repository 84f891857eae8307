"""How long work tells of its progress: a protocol for the engine, and its plain forms.

The command line draws bars with it, the pipeline writes log lines; the engine knows neither.
"""

import logging
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[[int], None]
"""Called with the number of units done since the last call, from any thread."""

LOG_INTERVAL_SECONDS = 10.0


class Progress(Protocol):
    """Where progress is shown."""

    def stage(self, name: str, total: int, unit: str) -> AbstractContextManager[Advance]:
        """Open a stage of *total* units (such as commits); it ends with the block."""
        ...


class Silent:
    """Shows nothing."""

    @contextmanager
    def stage(self, name: str, total: int, unit: str) -> Generator[Advance]:  # noqa: ARG002 - the protocol's
        """A stage that nobody watches."""
        yield lambda _done: None


class Logged:
    """Writes a log line every ten seconds, and one at the end of a stage."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    @contextmanager
    def stage(self, name: str, total: int, unit: str) -> Generator[Advance]:
        """A stage that is followed in the log."""
        started = last = time.monotonic()
        done = 0

        def advance(count: int) -> None:
            nonlocal done, last
            done += count
            now = time.monotonic()
            if now - last >= LOG_INTERVAL_SECONDS:
                last = now
                left = (now - started) / done * (total - done) if done else float("inf")
                self._logger.info("%s: %d of %d %s, %.0f s left", name, done, total, unit, left)

        yield advance
        took = time.monotonic() - started
        self._logger.info("%s: %d %s in %.1f s", name, done, unit, took)
