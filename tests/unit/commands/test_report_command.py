"""`hyperion report`: its formats, where it writes, and what it says when it cannot."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.commands.report import command
from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.insights.profile.model import Profile
from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter, Person
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stores.publications import Publication
from tests.homes import open_home

ADA = Person("Ada", "ada@shop.org")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose repositories `shop` and `mill` have two commits, and no answers yet."""
    folder = tmp_path_factory.mktemp("report")
    for slug in ("shop", "mill"):
        source = folder / f"{slug}.git"
        with HistoryWriter(source) as writer:
            for day in (1, 2):
                writer.add(
                    Commit(
                        message=f"Day {day}",
                        files={"main.py": f"print({day})\n"},
                        author=ADA,
                        time=datetime(2024, 1, day, tzinfo=UTC),
                    )
                )
        analyse(folder / "home", slug, source)
    open_home(folder / "home").catalogue.add(str(folder / "new.git"), "new")
    return folder / "home"


def analyse(home: Path, slug: str, source: Path) -> None:
    """Make the tables of the stage git."""
    workspace = open_home(home)
    workspace.catalogue.add(str(source), slug)
    mirror = Mirror(source.with_suffix(".mirror"), str(source))
    refs = mirror.update()
    unknown = LogFrames(TABLES["commits"].to_frame(), TABLES["changes"].to_frame())
    history = update_history(mirror.git_dir, refs, unknown)
    assert refs.head_sha
    tables = {
        "commits": history.commits,
        "identities": history.identities,
        "tree": read_tree(mirror.git_dir, refs.head_sha, read_filters(None)),
    }
    for table, rows in tables.items():
        workspace.lake.write(table, slug, rows)
        made = Publication.now(
            data_version="1", code_version="1", head_sha=refs.head_sha, rows=rows.height
        )
        workspace.publications.record(table, slug, made)


def report(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--home", str(home)])


def test_json_is_the_profile(home: Path) -> None:
    profile = Profile.model_validate_json(report(home, "shop", "--format", "json").stdout)
    assert profile.repository == "shop"
    assert (profile.overview.commits, profile.overview.authors) == (2, 1)
    assert profile.insights == {}
    assert profile.head_sha == open_home(home).lake.read("commits", "shop")["sha"][-1]


def test_markdown_goes_to_standard_output(home: Path) -> None:
    answer = report(home, "shop", "--format", "md")
    assert answer.stdout.startswith("# shop\n\n2 commits by one person from 2024-01-01")
    assert answer.stderr == ""


def test_a_page_goes_to_a_file_and_says_how_to_open_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = report(home, "shop")
    file = tmp_path / "report-shop.html"
    assert answer.stdout == ""
    assert file.read_text("utf-8").lstrip().lower().startswith("<!doctype html>")
    assert f"open it in a browser: {file.as_uri()}" in answer.stderr


def test_a_file_can_be_named_and_is_replaced(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "said.json"
    file.write_text("before")
    answer = report(home, "shop", "--format", "json", "-o", str(file))
    assert json.loads(file.read_text("utf-8"))["repository"] == "shop"
    assert answer.stderr.startswith(f"{file}: ")
    assert [each.name for each in tmp_path.glob("*said*")] == ["said.json"]


def test_several_repositories_are_compared(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert report(home, "shop", "mill", "--format", "md").stdout.startswith("# shop and mill")
    compared = json.loads(report(home, "shop", "mill", "--format", "json").stdout)
    assert compared["repositories"] == ["shop", "mill"]
    assert report(home, "shop", "mill").exit_code == 0
    assert (tmp_path / "report-comparison.html").exists()


def test_a_repository_named_twice_is_one(home: Path) -> None:
    assert report(home, "shop", "shop", "--format", "md").stdout.startswith("# shop\n")


def test_an_unknown_repository_is_refused_with_those_there_are(home: Path) -> None:
    error = report(home, "nope").exception
    assert isinstance(error, UsageError)
    assert "there are: mill, new, shop" in str(error)


def test_a_repository_that_was_not_analysed_says_what_to_run(home: Path) -> None:
    error = report(home, "new").exception
    assert isinstance(error, HyperionError)
    assert "run `hyperion analyze " in str(error)


def test_a_file_that_cannot_be_written_says_what_to_do(home: Path, tmp_path: Path) -> None:
    error = report(home, "shop", "-o", str(tmp_path / "no" / "a.html")).exception
    assert isinstance(error, HyperionError)
    assert "name another file with -o" in str(error)
