"""`hyperion serve` as a process of its own over a home: its start, its memory, a way to ask it."""

import os
import subprocess
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.benchmarks.processes import hyperion
from tests.services.server import HOST, free_port

START_TIMEOUT_SECONDS = 60
SAMPLE_SECONDS = 0.5
# One caller asks for more here than the default limits let anybody ask for.
UNLIMITED = {"HYPERION_RATE_LIMIT": "1000000/second", "HYPERION_RATE_LIMITS": "{}"}


@dataclass
class ServingProcess:
    """A sidecar that runs; `seconds_to_answer` from its start to the first answer from a table."""

    port: int
    key: str
    process: psutil.Process
    seconds_to_answer: float = 0.0
    _samples: list[float] = field(default_factory=list[float])

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {"Authorization": f"Bearer {self.key}"}

    def client(self) -> httpx.Client:
        """A client with the key."""
        return httpx.Client(base_url=self.url, headers=self.headers, timeout=60)

    @property
    def peak_mebibytes(self) -> float:
        """The most that it and its children were seen to hold of the memory, shared pages split."""
        return max(self._samples)

    def watch_memory(self, is_over: threading.Event) -> None:
        """Sample the memory until the event is set."""
        while not is_over.wait(SAMPLE_SECONDS):
            self._samples.append(_held(self.process))


@contextmanager
def serving(home: Path) -> Generator[ServingProcess]:
    """A sidecar over *home* with a key of its own. Raises RuntimeError where it does not start."""
    name = f"benchmark-{time.time_ns()}"  # a home takes each name once
    made = subprocess.run(
        hyperion("token", "create", "--name", name, "--scope", "read", home=home),
        check=True,
        capture_output=True,
        text=True,
    )
    port, started = free_port(), time.perf_counter()
    command = hyperion("serve", "--port", str(port), home=home)
    with subprocess.Popen(command, env={**os.environ, **UNLIMITED}) as process:
        is_over = threading.Event()
        sidecar = ServingProcess(port, made.stdout.strip(), psutil.Process(process.pid))
        watch = threading.Thread(target=sidecar.watch_memory, args=(is_over,))
        try:
            _wait(sidecar, started)
            sidecar.seconds_to_answer = time.perf_counter() - started
            watch.start()
            yield sidecar
        finally:
            is_over.set()
            if watch.is_alive():
                watch.join()
            process.terminate()


def _wait(sidecar: ServingProcess, started: float) -> None:
    with sidecar.client() as client:
        while time.perf_counter() - started < START_TIMEOUT_SECONDS:
            try:
                client.get("/v1/repositories").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.01)
            else:
                return
    raise RuntimeError(f"the sidecar did not answer within {START_TIMEOUT_SECONDS} seconds")


def _held(process: psutil.Process) -> float:
    """The proportional set size of the process and its children, in MiB."""
    total = 0
    for each in (process, *process.children(recursive=True)):
        try:
            total += each.memory_full_info().pss
        except psutil.NoSuchProcess:  # a child that has just ended holds nothing
            continue
    return total / 1024**2
