"""One analysed sample for all end-to-end tests, and copies of it for those that write."""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from hyperion_pipelines.cli import main
from hyperion_pipelines.sample import write_sample_repository
from tests.e2e.commands import Outcome, run
from tests.e2e.sources import write_source
from tests.shared_folder import shared_folder

SLUG = "sample-shop"


@dataclass(frozen=True)
class Analysed:
    """A home where `source` was analysed from nothing, what that printed, how long it took."""

    home: Path
    source: Path
    outcome: Outcome
    seconds: float
    slug: str = SLUG


@pytest.fixture(scope="session")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    """The sample and the home of its analysis; each worker has a copy, which nobody writes to."""
    own = tmp_path_factory.mktemp("analysed")
    folder = shared_folder(tmp_path_factory)
    with FileLock(folder / "analysis.lock"):
        made = folder / "analysis.json"
        if not made.exists():
            made.write_text(json.dumps(asdict(_analyse(folder))))
    said = json.loads(made.read_text())
    home = Path(shutil.copytree(folder / "analysis", own / "home"))
    return Analysed(home, Path(said["source"]), Outcome(**said["outcome"]), said["seconds"])


@dataclass(frozen=True)
class _Analysis:
    source: str
    outcome: Outcome
    seconds: float


def _analyse(folder: Path) -> _Analysis:
    """Analyse the sample in `folder/analysis`, from nothing."""
    source = write_sample_repository(folder / "sample").git_dir
    started = time.monotonic()
    outcome = run("analyze", source, home=folder / "analysis")
    assert outcome.status == 0, outcome.errors
    return _Analysis(str(source), outcome, time.monotonic() - started)


@pytest.fixture
def home(analysed: Analysed, tmp_path: Path) -> Path:
    """A copy of the analysed home, to be changed."""
    copy = tmp_path / "home"
    shutil.copytree(analysed.home, copy)
    return copy


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small repository with a work tree, to be changed."""
    return write_source(tmp_path / "source")


Hyperion = Callable[..., Outcome]


@pytest.fixture
def hyperion(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Hyperion:
    """Calls the command inside this process, which spares the seconds of its imports."""
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: str | Path, home: Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["hyperion", *map(str, arguments), "--home", str(home)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Outcome(int(str(ended.value.code)), printed.out, printed.err)

    return call


@pytest.fixture(autouse=True)
def kept_environment() -> Iterator[None]:
    """What an analysis inside this process sets for Dagster does not reach the next test."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
