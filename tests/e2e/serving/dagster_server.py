"""Dagster's web server with the real code location over a home, as `hyperion up` starts it.

The daemon is left out: what is queued stays so, until a test has looked at it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL, SIGTERM

import httpx

from hyperion_pipelines.definitions import WORKSPACE_YAML, instance_environment
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.workspace import Workspace
from tests.e2e.commands import HYPERION, clean_environment
from tests.services.server import HOST, free_port

START_TIMEOUT_SECONDS = 60


@contextmanager
def web_server(home: Path) -> Generator[str]:
    """The address of Dagster's web server over *home*; it ends with the block."""
    port = free_port()
    program = Path(sys.executable).with_name("dagster-webserver")
    command = [str(program), "-w", str(WORKSPACE_YAML), "-h", HOST, "-p", str(port)]
    environment = instance_environment(Workspace(Settings(home=home)))
    with _listening(command, environment, home, port) as url:
        yield url


@contextmanager
def hyperion_up(home: Path) -> Generator[str]:
    """The same of `hyperion up`, whose daemon runs what is queued."""
    port = free_port()
    command = [str(HYPERION), "up", "--port", str(port), "--home", str(home)]
    with _listening(command, clean_environment(), home, port) as url:
        yield url


@contextmanager
def _listening(
    command: list[str], environment: dict[str, str], home: Path, port: int
) -> Generator[str]:
    url = f"http://{HOST}:{port}"
    log = home / "dagster.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait(process, url, log)
        yield url
    finally:
        os.killpg(process.pid, SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    with httpx.Client(trust_env=False) as client:
        while True:
            try:
                client.get(f"{url}/server_info").raise_for_status()
            except httpx.HTTPError as error:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(log.read_text()) from error
                time.sleep(0.1)
            else:
                return
