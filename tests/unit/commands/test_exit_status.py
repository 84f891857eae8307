"""The edge: each kind of error becomes an exit status and words for a user."""

import errno
import json
import os
import sys
from pathlib import Path

import pytest

from hyperion_pipelines.cli import main
from hyperion_pipelines.errors import causes, is_disk_full
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.workspace import Workspace
from tests.histories import commit_of, write_history


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """The exit status of a command."""
    monkeypatch.setattr(sys, "argv", ["hyperion", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(str(ended.value.code))


def test_a_defect_leaves_its_traceback_in_the_log_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A record that only a hand could have damaged stands for what nobody foresaw."""
    write_history(tmp_path / "shop.git", [commit_of({"a": "1\n"})])
    workspace = Workspace(Settings(home=tmp_path / "home"))
    workspace.catalogue.add(str(tmp_path / "shop.git"))
    (tmp_path / "home" / "published" / "shop").mkdir(parents=True)
    (tmp_path / "home" / "published" / "shop" / "commits.json").write_text("[]")
    assert call(monkeypatch, "repo", "list", "--home", str(tmp_path / "home")) == 1
    printed = capsys.readouterr()
    assert "an error that should not happen; logs/hyperion.jsonl in the home has it" in printed.err
    assert "Traceback" not in printed.err + printed.out
    last = (tmp_path / "home" / "logs" / "hyperion.jsonl").read_text().splitlines()[-1]
    assert "Traceback" in json.loads(last)["traceback"]


def test_an_error_of_the_system_names_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "repositories.json").mkdir()
    assert call(monkeypatch, "repo", "list", "--home", str(tmp_path)) == 1
    expected = f"hyperion: Is a directory: {tmp_path / 'repositories.json'}\n"
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize(
    "said", [os.strerror(errno.ENOSPC), "(sqlite3.OperationalError) database or disk is full"]
)
def test_a_full_disk_is_told_from_what_led_to_an_error(said: str) -> None:
    inner = OSError(said)
    outer = RuntimeError("a table was not written")
    outer.__cause__ = inner
    assert list(causes(outer)) == [outer, inner]
    assert is_disk_full(outer)
    assert not is_disk_full(RuntimeError("a table was not written"))


def test_causes_that_form_a_ring_end() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__context__ = other, one
    assert list(causes(one)) == [one, other]
