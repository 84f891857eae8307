"""`hyperion models`: which models there are, one of them in full, and who is champion."""

import getpass
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from hyperion_pipelines.cli import hyperion
from hyperion_pipelines.commands.models_text import print_list, print_version
from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.learning.registry.published import PublishedModels
from hyperion_pipelines.learning.registry.registry import ModelRegistry
from tests.unit.learning.registry.tiny_model import LOSES, WINS, beats, candidate

TAGS = {"training_cut": "2026-01-01", "sources": json.dumps({"shop": "sha", "redis": "sha"})}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where `risk` has three versions: a champion, its successor, a refused one."""
    home = tmp_path_factory.mktemp("models")
    registry = ModelRegistry(home)
    for contest in (WINS, beats(0.5, 0.6), LOSES):
        registry.register(candidate("risk", contest, tags=TAGS))
    return home


Models = Callable[..., Result]


@pytest.fixture
def models(home: Path) -> Models:
    """Calls the command on the home; errors of ours are raised, as `hyperion` catches them."""

    def call(*words: str) -> Result:
        # Through the whole command line: click keeps what a command inherits from its group.
        arguments = ["models", *words, "--home", str(home)]
        return CliRunner().invoke(hyperion, arguments, catch_exceptions=False)

    return call


def narrow() -> tuple[Console, io.StringIO]:
    """A terminal of 80 columns and what is printed on it."""
    printed = io.StringIO()
    return Console(file=printed, width=80, highlight=False), printed


def test_without_models_the_list_says_what_to_do_and_makes_no_registry(tmp_path: Path) -> None:
    code = (
        "import sys; from hyperion_pipelines.commands.models import command\n"
        "try: command()\nfinally: assert 'mlflow' not in sys.modules"
    )
    arguments = ["list", "--home", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("No models yet: ")
    assert not (tmp_path / "mlflow").exists()


def test_the_list_in_json_names_champion_challenger_and_figures(models: Models) -> None:
    (row,) = json.loads(models("list", "--json").output)
    assert row.pop("trained_at")
    assert row == {
        "name": "risk",
        "champion": 2,
        "challenger": 3,
        "versions": 3,
        "metric": "average_precision",
        "value": 0.6,
        "baseline": 0.3,
        "sources": ["shop", "redis"],
    }


def test_the_list_fits_a_terminal(models: Models) -> None:
    rows = json.loads(models("list", "--json").output)
    names = [f"service-{number}" for number in range(8)]
    console, printed = narrow()
    print_list(
        [*rows, {**rows[0], "name": "ensemble", "champion": None, "sources": names}], console
    )
    text = printed.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert all(name in text for name in names)
    assert re.search(r"risk +2 +3 +3 +AP 0\.600 +0\.300 +\d{4}-\d\d-\d\d +shop", text)
    assert re.search(r"ensemble +none +3", text)


def test_show_gives_the_champion_in_full(models: Models) -> None:
    document = json.loads(models("show", "risk", "--json").output)
    assert (document["version"], document["aliases"]) == (2, ["champion"])
    assert document["metrics"] == {"average_precision": 0.5, "average_precision_low": 0.4}
    assert document["parameters"]["kind"] == "tiny"
    assert document["tags"]["decision"] == "accepted"
    assert [event["alias"] for event in document["history"]].count("challenger") == 3


def test_show_gives_any_version(models: Models) -> None:
    said = models("show", "risk", "--version", "3").output
    assert "risk  version 3  (challenger)" in said
    assert "gate: refused: it was not compared with the champion, version 2" in said
    assert "on shop, redis" in said


def test_a_version_fits_a_terminal_with_its_intervals(models: Models) -> None:
    document: dict[str, Any] = json.loads(models("show", "risk", "--json").output)
    document["metrics"] |= {"average_precision_high": 0.6, "n": 12345.0, "recall_at_5": 1.0}
    console, printed = narrow()
    print_version(document, console)
    text = printed.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert re.search(r"average_precision +0\.500 +0\.400 to 0\.600", text)
    assert "average_precision_low" not in text
    assert re.search(r"n +12,345", text)
    assert "1 -> 2" in text


def test_what_is_not_there_is_said(models: Models) -> None:
    with pytest.raises(HyperionError, match="bug was never trained"):
        models("show", "bug")
    with pytest.raises(UsageError, match="risk has no version 9: there is 3, 2, 1"):
        models("show", "risk", "--version", "9")
    with pytest.raises(HyperionError, match="impact has no versions yet"):
        models("rollback", "impact")
    assert "'oracle' is not one of 'risk'" in models("show", "oracle").output


def test_a_person_promotes_and_goes_back_and_the_home_follows(models: Models, home: Path) -> None:
    """The last test of this home: it moves the champion, and back."""
    said = models("promote", "risk", "3").output
    assert said.startswith(
        "risk: version 3 is champion now (before: 2); chosen by a person, though"
    )
    champion = PublishedModels(home).champion("risk")
    assert champion is not None
    assert champion.version == 3
    event = json.loads(models("rollback", "risk", "--json").output)
    assert (event["name"], event["version"], event["kind"]) == ("risk", 2, "rolled back")
    assert event["by"] == getpass.getuser()
    back = PublishedModels(home).champion("risk")
    assert back is not None
    assert back.version == 2


def test_an_account_without_a_name_is_named_by_its_number(
    models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container that runs under a number of its own."""
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("pwd.getpwuid", _nobody)
    event = json.loads(models("promote", "risk", "1", "--json").output)
    assert event["by"] == f"user {os.getuid()}"
    models("rollback", "risk")


def _nobody(number: int) -> None:
    raise KeyError(number)
