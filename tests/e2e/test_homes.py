"""The home: which one counts, and what is said of one that cannot be used."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.commands import run, under_permissions
from tests.e2e.conftest import Analysed, Hyperion
from tests.homes import allow_dagsters_own_warning, assert_same_tables

pytestmark = allow_dagsters_own_warning


def test_the_option_goes_before_the_variable_and_that_before_the_folder(
    analysed: Analysed, tmp_path: Path
) -> None:
    variables = {"HYPERION_HOME": str(analysed.home)}
    named = run("info", "--json", variables=variables, folder=tmp_path)
    assert named.document()["repositories"] == [analysed.slug]
    option = run("info", "--json", variables=variables, home=tmp_path / "mine", folder=tmp_path)
    assert option.document()["home"] == str(tmp_path / "mine")
    default = run("info", "--json", folder=tmp_path)
    assert default.document()["home"] == str(tmp_path / ".hyperion")


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    outcome = run("info", home=tmp_path / "home", variables={"HYPERION_WORKERS": "many"})
    assert (outcome.status, outcome.output) == (1, "")
    assert "HYPERION_WORKERS" in outcome.errors
    assert len(outcome.errors.splitlines()) == 1


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path, analysed: Analysed) -> None:
    through = under_permissions()
    if through is None:
        pytest.skip("root passes over permissions, and setpriv is not there to take that away")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    outcome = run("analyze", analysed.source, home=closed, through=through)
    assert (outcome.status, outcome.output) == (1, "")
    assert outcome.errors == (
        f"hyperion: the home {closed} cannot be written (Permission denied): "
        "choose another with --home or HYPERION_HOME\n"
    )


def test_a_damaged_catalogue_is_named_and_usable_once_it_is_mended(
    hyperion: Hyperion, home: Path, analysed: Analysed
) -> None:
    file = home / "repositories.json"
    sound = file.read_text()
    for damaged in (sound[:-10], '{"slug": 1}', "[7]", "\0"):
        file.write_text(damaged)
        outcome = hyperion("analyze", analysed.source, home=home)
        assert (outcome.status, outcome.output) == (1, "")
        assert outcome.errors == (
            f"hyperion: {file} is damaged: mend it as JSON, or delete it and add them again\n"
        )
    file.write_text(sound)
    assert hyperion("analyze", analysed.source, home=home).status == 0


def test_a_dagster_home_that_is_not_there_is_said(
    hyperion: Hyperion, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "nowhere"))
    outcome = hyperion("analyze", source, home=tmp_path / "home")
    assert (outcome.status, outcome.output) == (1, "")
    assert outcome.errors == (
        f"hyperion: DAGSTER_HOME is {tmp_path / 'nowhere'}, which is no folder: "
        "make it, or unset the variable\n"
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of its own; skips where this user may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    # What follows the log of the last run may be open still.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


# In kilobytes: it is full while the source is mirrored, or while tables are written.
@pytest.mark.parametrize("free", [1000, 2500])
def test_a_full_disk_is_said_and_the_next_run_completes_the_tables(
    free: int, hyperion: Hyperion, small_disk: Path, analysed: Analysed
) -> None:
    remount = ["mount", "-o", f"remount,size={free}k", str(small_disk)]
    subprocess.run(remount, check=True)
    outcome = run("analyze", analysed.source, home=small_disk / "home")
    assert (outcome.status, outcome.output) == (1, "")
    assert "Traceback" not in outcome.errors
    last = outcome.errors.splitlines()[-1]
    assert last.startswith("hyperion: ")
    assert "the disk is full: free some room and run again" in last
    subprocess.run(["mount", "-o", "remount,size=100m", str(small_disk)], check=True)
    completed = hyperion("analyze", analysed.source, home=small_disk / "home")
    assert completed.status == 0, completed.errors
    assert_same_tables(small_disk / "home", analysed.home, analysed.slug)
