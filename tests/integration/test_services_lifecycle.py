"""Test servers are started once, told from strangers, stopped by process id, and fail loudly."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from typing_extensions import override

from tests.services import debian, lifecycle
from tests.services.address_file import AddressFile, Running
from tests.services.server import HOST, Server, ServiceError

# A server outlives the call that starts it: that is its purpose.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


class FileServer(Server):
    """The standard library's HTTP server: real, and up in a moment."""

    name = "files"

    @override
    def command(self, folder: Path, port: int) -> list[str]:
        return [sys.executable, "-m", "http.server", str(port), "--bind", HOST]

    @override
    def url(self, port: int) -> str:
        return f"http://{HOST}:{port}"

    @override
    def answers(self, url: str) -> bool:
        try:
            return httpx.get(url, timeout=2).is_success
        except httpx.TransportError:
            return False


class BrokenServer(FileServer):
    """A server that says why it cannot start, and ends."""

    name = "broken"

    @override
    def command(self, folder: Path, port: int) -> list[str]:
        return [sys.executable, "-c", "raise SystemExit('the disk is full')"]


@pytest.fixture
def addresses(tmp_path: Path) -> Iterator[AddressFile]:
    addresses = AddressFile(tmp_path / "services.env")
    yield addresses
    lifecycle.stop([FileServer(), BrokenServer()], addresses)


def running(addresses: AddressFile) -> Running:
    remembered = addresses.running("files")
    assert remembered is not None
    return remembered


def test_a_server_that_is_up_is_left_alone(addresses: AddressFile) -> None:
    server = FileServer()
    assert lifecycle.start([server], addresses) == [server]
    first = running(addresses)
    assert lifecycle.start([server], addresses) == []
    assert running(addresses) == first


def test_a_server_that_was_killed_is_started_again(addresses: AddressFile) -> None:
    server = FileServer()
    lifecycle.start([server], addresses)
    killed = running(addresses)
    os.kill(killed.pid, signal.SIGKILL)
    assert lifecycle.start([server], addresses) == [server]
    assert running(addresses).pid != killed.pid
    assert not killed.folder.exists()


def test_stopping_ends_the_process_and_removes_its_data(addresses: AddressFile) -> None:
    server = FileServer()
    lifecycle.start([server], addresses)
    started = running(addresses)
    assert lifecycle.stop([server], addresses) == [server]
    assert not lifecycle.is_up(server, addresses)
    assert not psutil.pid_exists(started.pid)
    assert not started.folder.exists()
    assert not addresses.path.exists()


def test_a_stranger_with_a_remembered_process_id_is_spared(
    addresses: AddressFile, tmp_path: Path
) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        stale = Running(url=f"http://{HOST}:1", pid=stranger.pid, folder=tmp_path / "gone")
        addresses.remember("files", stale)
        lifecycle.stop([FileServer()], addresses)
        assert stranger.poll() is None
        stranger.communicate(b"\n")
    assert stranger.returncode == 0


def test_a_server_that_ends_at_once_is_reported_with_its_log(addresses: AddressFile) -> None:
    with pytest.raises(ServiceError, match=r"broken ended with status 1[\s\S]*the disk is full"):
        lifecycle.start([BrokenServer()], addresses)
    assert addresses.running("broken") is None


def test_without_root_the_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(ServiceError, match=r"apt-get install redis-server maven"):
        debian.install(["redis-server", "maven"])
