"""Runs `hyperion` as a user does: in a process of its own, its streams apart."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HYPERION = Path(sys.executable).with_name("hyperion")
TIMEOUT = 120.0
# Root passes over permissions; without these capabilities it does not.
_WITHOUT_OVERRIDE = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@dataclass(frozen=True)
class Outcome:
    """What a finished command left: its exit status, and what it printed on each stream."""

    status: int
    output: str
    errors: str

    def document(self) -> dict[str, Any]:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.output)


def clean_environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without what steers Hyperion, Dagster, MLflow and git, plus *variables*.

    The cache of embeddings stays, which all tests share.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HYPERION_", "DAGSTER_", "MLFLOW_", "GIT_"))
        or name == "HYPERION_EMBEDDING_CACHE"
    }
    return kept | {"COLUMNS": "200"} | dict(variables or {})


def run(
    *arguments: str | Path,
    home: Path | None = None,
    variables: Mapping[str, str] | None = None,
    folder: Path | None = None,
    through: Sequence[str | Path] = (),
) -> Outcome:
    """Run `hyperion` to its end; *through* is a program that starts it in turn."""
    done = subprocess.run(
        _command(arguments, home, through),
        env=clean_environment(variables),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def start(*arguments: str | Path, home: Path) -> subprocess.Popen[str]:
    """Start `hyperion` and return at once."""
    return subprocess.Popen(
        _command(arguments, home),
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def under_permissions() -> Sequence[str] | None:
    """The program that makes permissions count, none for an ordinary user; None if it is not there.

    The user stays the same, so that Python and this project stay readable.
    """
    if os.geteuid() != 0:
        return ()
    return _WITHOUT_OVERRIDE if shutil.which("setpriv") else None


def _command(
    arguments: Sequence[str | Path], home: Path | None, through: Sequence[str | Path] = ()
) -> list[str]:
    named = [] if home is None else ["--home", home]
    return [str(part) for part in (*through, HYPERION, *arguments, *named)]
