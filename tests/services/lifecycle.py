"""Installs, starts and stops test servers, and knows which of them run.

A server is a process whose working directory is its own temporary folder: that tells it from a
stranger that has been given the same process id since.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from signal import Signals

import psutil

from tests.services import debian
from tests.services.address_file import AddressFile, Running
from tests.services.server import Server, ServiceError, free_port

_START_TIMEOUT_SECONDS = 90
_STOP_TIMEOUT_SECONDS = 20
_POLL_SECONDS = 0.1
_LOG_LINES_SHOWN = 15


def start(servers: Sequence[Server], addresses: AddressFile) -> list[Server]:
    """Start those of `servers` that do not answer, installing what they need.

    Returns:
        The servers that were started; empty when all of them were up.

    Raises:
        ServiceError: one cannot be installed or does not come up; the others stay up.

    """
    absent = [server for server in servers if not is_up(server, addresses)]
    stop(absent, addresses)  # what is left of those that no longer answer
    debian.install([package for server in absent for package in server.missing_packages()])
    for server in absent:
        server.download()
    # All come up side by side: the slowest sets the time.
    launched = [(server, _launch(server, addresses)) for server in absent]
    for server, process in launched:
        try:
            _await_answer(server, process, addresses)
        except ServiceError:
            stop([server], addresses)
            raise
    return absent


def is_up(server: Server, addresses: AddressFile) -> bool:
    """Tell whether the server was started from here and answers."""
    running = addresses.running(server.name)
    return running is not None and server.answers(running.url)


def stop(servers: Sequence[Server], addresses: AddressFile) -> list[Server]:
    """Stop `servers` by their process ids and remove their data; returns those that there were."""
    remembered = [(server, addresses.running(server.name)) for server in servers]
    started = [(server, running) for server, running in remembered if running is not None]
    _terminate([(_process_of(running), server.stop_signal) for server, running in started])
    for server, running in started:
        if running.folder.exists():
            shutil.rmtree(running.folder)
        addresses.forget(server.name, running)
    return [server for server, _ in started]


def _launch(server: Server, addresses: AddressFile) -> subprocess.Popen[bytes]:
    folder = Path(tempfile.mkdtemp(prefix=f"hyperion-{server.name}-"))
    user = server.user()
    if user is not None:
        shutil.chown(folder, user)
    port = free_port()
    server.prepare(folder, port)
    with _log(folder).open("wb") as log:
        process = subprocess.Popen(
            server.command(folder, port),
            cwd=folder,
            user=user,
            env={**os.environ, **server.environment()},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Running(url=server.url(port), pid=process.pid, folder=folder)
    addresses.remember(server.name, running)
    return process


def _await_answer(server: Server, process: subprocess.Popen[bytes], addresses: AddressFile) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_SECONDS
    while not is_up(server, addresses):
        if process.poll() is not None:
            reason = f"ended with status {process.returncode}"
            raise _not_up(server, reason, addresses)
        if time.monotonic() > deadline:
            reason = f"did not answer within {_START_TIMEOUT_SECONDS} s"
            raise _not_up(server, reason, addresses)
        time.sleep(_POLL_SECONDS)


def _not_up(server: Server, reason: str, addresses: AddressFile) -> ServiceError:
    """Return the error that quotes the end of the server's log."""
    running = addresses.running(server.name)
    log = "" if running is None else _log(running.folder).read_text("utf-8", "replace")
    quoted = "\n".join(log.splitlines()[-_LOG_LINES_SHOWN:])
    return ServiceError(f"{server.name} {reason}; the end of its log:\n{quoted}")


def _log(folder: Path) -> Path:
    return folder / "server.log"


def _process_of(running: Running) -> psutil.Process | None:
    try:
        process = psutil.Process(running.pid)
        ours = Path(process.cwd()).is_relative_to(running.folder)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return process if ours else None


def _terminate(processes: Sequence[tuple[psutil.Process | None, Signals]]) -> None:
    """Signal the processes that still run, and kill what is left of them and their children."""
    family: list[psutil.Process] = []
    for process, stop_signal in processes:
        if process is not None:
            family += [process, *process.children(recursive=True)]
            process.send_signal(stop_signal)
    _, stubborn = psutil.wait_procs(family, timeout=_STOP_TIMEOUT_SECONDS)
    for survivor in stubborn:
        survivor.kill()
    psutil.wait_procs(stubborn, timeout=_STOP_TIMEOUT_SECONDS)
