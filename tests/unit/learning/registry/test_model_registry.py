"""The registry as a neighbour: what it leaves in a process and a home, and how it fails."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import mlflow
import pytest

from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.learning.registry.registry import ModelRegistry
from tests.services.server import free_port
from tests.unit.learning.registry.tiny_model import candidate, champion_number


def test_nothing_of_mlflow_stays_behind_in_the_process(
    registry: ModelRegistry, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = dict(os.environ)
    registry.register(candidate(name))
    assert dict(os.environ) == before
    assert not mlflow.is_tracking_uri_set()
    assert capfd.readouterr() == ("", "")


def test_looking_into_a_home_without_a_registry_makes_none(tmp_path: Path) -> None:
    registry = ModelRegistry(tmp_path)
    assert registry.is_empty
    assert registry.versions("risk") == []
    assert registry.history("risk") == []
    assert registry.champion("risk") is None
    assert registry.publish_champions() == []
    assert list(tmp_path.iterdir()) == []


TRAIN = """
import sys
from pathlib import Path
from hyperion_pipelines.learning.registry.pyfunc import MODELS
from hyperion_pipelines.learning.registry.registry import ModelRegistry
from tests.unit.learning.registry.tiny_model import TINY, candidate
MODELS["tiny"] = TINY
registry = ModelRegistry(Path(sys.argv[1]))
registry.prepare()
print(registry.register(candidate("tiny")).version)
"""


def test_processes_that_make_the_registry_at_once_share_it(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", TRAIN, str(tmp_path)]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert sorted(outputs) == [("1\n", ""), ("2\n", "")]
    assert champion_number(ModelRegistry(tmp_path), "tiny") == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_is_away_is_said_so_and_its_password_is_not(
    tmp_path: Path, scheme: str
) -> None:
    registry = ModelRegistry(tmp_path, f"{scheme}://ada:hush@127.0.0.1:{free_port()}")
    with pytest.raises(
        HyperionError, match="see that it runs and that MLFLOW_TRACKING_URI"
    ) as away:
        registry.prepare()
    assert "hush" not in f"{away.value} {registry!r}"
    assert away.value.__suppress_context__


def test_a_broken_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mlflow" / "mlflow.db"
    file.parent.mkdir()
    file.write_text("no database" * 100)
    with pytest.raises(HyperionError, match=r"mlflow.db cannot be opened \(file is not a database"):
        ModelRegistry(tmp_path).versions("risk")


def test_the_database_of_another_mlflow_asks_for_an_upgrade(tmp_path: Path) -> None:
    ModelRegistry(tmp_path).prepare([])
    other = tmp_path / "other" / "mlflow" / "mlflow.db"
    other.parent.mkdir(parents=True)
    other.write_bytes((tmp_path / "mlflow" / "mlflow.db").read_bytes())
    with closing(sqlite3.connect(other)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = 'older'")
    with pytest.raises(HyperionError, match="back it up, then run `mlflow db upgrade sqlite:"):
        ModelRegistry(tmp_path / "other").versions("risk")
