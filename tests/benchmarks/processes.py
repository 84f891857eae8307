"""Whole processes, measured: wall time, processor time and peak memory of one and its children."""

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measure:
    """Seconds of wall and processor time, and the peak memory of the largest process, in MiB."""

    wall: float
    processor: float
    peak: float


def measure(command: Sequence[str], *, environment: dict[str, str] | None = None) -> Measure:
    """Run *command*, its output thrown away, and measure it. Raises CalledProcessError."""
    # A process of its own waits for it, so that its children's usage is this command's alone.
    code = (
        "import resource, subprocess, sys, time\n"
        "started = time.perf_counter()\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
        "usage = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    wall, processor, kibibytes = map(float, done.stdout.split())
    return Measure(wall, processor, kibibytes / 1024)


def hyperion(*arguments: str, home: Path) -> list[str]:
    """The command line of `hyperion` with *arguments* on *home*."""
    script = Path(sys.executable).with_name("hyperion")
    return [str(script), *arguments, "--home", str(home)]


def own_peak() -> float:
    """The peak memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
