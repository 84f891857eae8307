"""PostgreSQL, the server form of Dagster's own storage, from Debian."""

import shutil
import subprocess
from pathlib import Path
from signal import SIGINT

import psycopg2
from typing_extensions import override

from tests.services.server import HOST, Server, ServiceError, is_root

# Debian keeps the server's programs off PATH, in one folder for each major version.
_DEBIAN_VERSIONS = Path("/usr/lib/postgresql")


class PostgresServer(Server):
    """A PostgreSQL cluster of its own, which trusts every connection from this machine."""

    name = "postgres"
    stop_signal = SIGINT  # on SIGTERM it waits for its clients to leave

    @override
    def missing_packages(self) -> list[str]:
        return ["postgresql"] if _programs() is None else []

    @override
    def user(self) -> str | None:
        """Name Debian's account for it: PostgreSQL refuses to run as root."""
        return "postgres" if is_root() else None

    @override
    def prepare(self, folder: Path, port: int) -> None:
        """Make an empty cluster."""
        finished = subprocess.run(
            [
                *(_program("initdb"), "--pgdata", str(folder / "data"), "--no-sync"),
                *("--auth", "trust", "--username", "postgres"),
                *("--encoding", "UTF8", "--no-locale"),
            ],
            cwd=folder,
            user=self.user(),
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode != 0:
            raise ServiceError(f"initdb failed: {finished.stderr.strip()}")

    @override
    def command(self, folder: Path, port: int) -> list[str]:
        """Return the command that serves on `port`, with no promise to survive a power cut."""
        settings = ["-c", f"listen_addresses={HOST}", "-c", "fsync=off"]
        data, sockets = str(folder / "data"), str(folder)
        return [_program("postgres"), "-D", data, "-k", sockets, "-p", str(port), *settings]

    @override
    def url(self, port: int) -> str:
        """Return the address of the database `postgres`."""
        return f"postgresql://postgres@{HOST}:{port}/postgres"

    @override
    def answers(self, url: str) -> bool:
        """Tell whether it takes a connection."""
        try:
            psycopg2.connect(url, connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True


def _programs() -> Path | None:
    """Return the folder of the newest installed version's programs."""
    on_path = shutil.which("postgres")
    if on_path is not None:
        return Path(on_path).parent
    installed = [server.parent for server in _DEBIAN_VERSIONS.glob("*/bin/postgres")]
    return max(installed, key=lambda folder: int(folder.parent.name), default=None)


def _program(name: str) -> str:
    folder = _programs()
    if folder is None:
        raise ServiceError("PostgreSQL is not installed: install the Debian package postgresql.")
    return str(folder / name)
