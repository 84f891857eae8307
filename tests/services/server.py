"""What every test server has in common: what it needs, how it runs, whether it answers.

Starting, stopping and remembering them is `tests.services.lifecycle`'s.
"""

import os
import shutil
import socket
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from signal import SIGTERM, Signals
from typing import ClassVar

HOST = "127.0.0.1"


class ServiceError(Exception):
    """A server cannot be installed or started; the message says why and what to do."""


class Server(ABC):
    """One kind of server, run as a foreground process with its data and log in one folder."""

    name: ClassVar[str]
    stop_signal: ClassVar[Signals] = SIGTERM

    def missing_packages(self) -> list[str]:
        """Debian packages that have to be installed before this server can run here."""
        return []

    def download(self) -> None:  # noqa: B027 - most come from Debian or this environment
        """Fetch what comes from elsewhere, once; raises ServiceError when it cannot be had."""

    def user(self) -> str | None:
        """Name the account that the server has to run as, where it refuses the present one."""
        return None

    def environment(self) -> Mapping[str, str]:
        """Variables that the server needs beside those of this process."""
        return {}

    def prepare(self, folder: Path, port: int) -> None:  # noqa: B027 - most need no preparation
        """Write into `folder` what the server reads when it starts."""

    @abstractmethod
    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command that serves on `port` of the loopback address until it is stopped."""

    @abstractmethod
    def url(self, port: int) -> str:
        """Return the address as the project's client takes it."""

    @abstractmethod
    def answers(self, url: str) -> bool:
        """Tell whether the server at `url` answers its client within two seconds or so."""


def free_port() -> int:
    """Return a loopback port that nothing listened on a moment ago."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def packages_of_absent_programs(packages: Mapping[str, str]) -> list[str]:
    """Return the packages of those programs that are not on PATH, given program -> package."""
    return [package for program, package in packages.items() if shutil.which(program) is None]


def is_root() -> bool:
    """Tell whether this process may install packages and become another user."""
    return os.geteuid() == 0
