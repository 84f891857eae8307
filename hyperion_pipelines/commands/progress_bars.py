"""Progress on a terminal: a bar a stage, with counts and an estimate from the pace so far."""

import sys
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars

from hyperion_pipelines.progress import Advance, Progress, Silent


class TerminalBars:
    """Bars on standard error."""

    @contextmanager
    def stage(self, name: str, total: int, unit: str) -> Generator[Advance]:
        """A bar that stays, with the time it took, when the stage ends."""
        columns = (
            TextColumn("{task.description:<10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}"),
            TimeElapsedColumn(),
            TextColumn("left:"),
            TimeRemainingColumn(),
        )
        with Bars(*columns, console=Console(stderr=True)) as bars:
            task = bars.add_task(name, total=total, unit=unit)
            yield lambda done: bars.advance(task, done)


def terminal_progress() -> Progress:
    """Bars where standard error is a terminal, else nothing."""
    return TerminalBars() if sys.stderr.isatty() else Silent()
