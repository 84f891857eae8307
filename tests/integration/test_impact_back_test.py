"""The impact model on a git repository whose modules change their companions over time."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from hyperion_pipelines.learning.models.impact import (
    ImpactTables,
    ImpactTraining,
    read_changes,
    train,
)
from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter
from tests.histories import ALMA, START
from tests.homes import allow_dagsters_own_warning, open_home
from tests.integration.pipeline import analyse

pytestmark = allow_dagsters_own_warning

COMMITS, ERA, MODULES = 300, 40, 5


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("impact")
    _write(folder / "shop.git")
    assert analyse(folder / "home", folder / "shop.git", groups=("git", "code")).success
    return folder / "home"


def test_the_newest_commits_are_foretold_better_than_by_either_baseline(home: Path) -> None:
    """From the tables that the pipeline wrote; every interval of the difference is above 0."""
    workspace = open_home(home)
    tables = ImpactTables(*(workspace.lake.read(name, "shop") for name in ImpactTables._fields))
    history = read_changes(tables, workspace.filters("shop"))
    training = train({"shop": history})
    assert isinstance(training, ImpactTraining)
    assert training.back_test.model.queries > 40
    for name, (difference, low, _) in training.back_test.differences.items():
        assert difference > low > 0, name
    said = training.model.suggest(history, ["app/part0/renamed.py"])
    assert said["path"][0] == f"tests/check{COMMITS // ERA % MODULES}.py"
    assert "imports it" in said["reasons"][0]


def _write(git_dir: Path) -> None:
    """Modules that change with another check in each era; the first is renamed on the way."""
    chance = Random(3)
    paths = [f"app/part{number}/module{number}.py" for number in range(MODULES)]
    with HistoryWriter(git_dir) as writer:
        for commit in range(COMMITS):
            renames: dict[str, str] = {}
            if commit == COMMITS // 2:
                renames = {paths[0]: "app/part0/renamed.py"}
                paths[0] = "app/part0/renamed.py"
            number = chance.randrange(MODULES)
            files = {paths[number]: f"TOTAL = {commit}\n"}
            if chance.random() < 0.9:
                companion = (number + commit // ERA) % MODULES
                files[f"tests/check{companion}.py"] = _test_of(paths[number], commit)
            if chance.random() < 0.3:
                files["CHANGES.md"] = f"{commit} changes\n"
            writer.add(
                Commit(
                    message="change",
                    files=files,
                    author=ALMA,
                    time=START + timedelta(days=commit),
                    renames=renames,
                )
            )


def _test_of(path: str, commit: int) -> str:
    module = path.removesuffix(".py").replace("/", ".")
    return f"from {module} import TOTAL\n\nassert TOTAL != -{commit}\n"
