"""Remembers the running servers in a file of KEY=VALUE lines that a shell can source.

For a server `redis` it holds HYPERION_TEST_REDIS_URL, HYPERION_TEST_REDIS_PID and
HYPERION_TEST_REDIS_FOLDER.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ADDRESS_FILE = Path(__file__).parents[2] / "build" / "services.env"


@dataclass(frozen=True)
class Running:
    """A server that was started: its address, its process, the folder of its data and log."""

    url: str
    pid: int
    folder: Path


def url_variable(name: str) -> str:
    """Return the variable that holds the address of the server of that name."""
    return _variable(name, "URL")


@dataclass(frozen=True)
class AddressFile:
    """The file at `path`; it exists while a server runs."""

    path: Path = ADDRESS_FILE

    def variables(self) -> dict[str, str]:
        """Return the variables of the file; none when there is no file."""
        if not self.path.exists():
            return {}
        lines = self.path.read_text().splitlines()
        return {key: value for key, _, value in (line.partition("=") for line in lines)}

    def running(self, name: str) -> Running | None:
        """Return what is remembered of the server of that name."""
        variables = self.variables()
        url = variables.get(url_variable(name))
        if url is None:
            return None
        pid, folder = variables[_variable(name, "PID")], variables[_variable(name, "FOLDER")]
        return Running(url=url, pid=int(pid), folder=Path(folder))

    def remember(self, name: str, running: Running) -> None:
        """Write down a server that was started."""
        self._write(self.variables() | _variables_of(name, running))

    def forget(self, name: str, running: Running) -> None:
        """Strike out a server that was stopped; the file goes with the last one."""
        gone = _variables_of(name, running).keys()
        self._write({key: value for key, value in self.variables().items() if key not in gone})

    def _write(self, variables: Mapping[str, str]) -> None:
        if not variables:
            self.path.unlink(missing_ok=True)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("".join(f"{key}={value}\n" for key, value in variables.items()))


def _variables_of(name: str, running: Running) -> dict[str, str]:
    return {
        url_variable(name): running.url,
        _variable(name, "PID"): str(running.pid),
        _variable(name, "FOLDER"): str(running.folder),
    }


def _variable(name: str, what: str) -> str:
    return f"HYPERION_TEST_{name.upper()}_{what}"
