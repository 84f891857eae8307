"""The documentation says what the code does: its generated parts, its examples, its output."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import polars as pl
import pytest
import yaml
from click.testing import CliRunner

from assets.tables import DESCRIPTIONS
from docs.generate import PAGES, PARTS, PROJECT, render
from hyperion_pipelines.cli import COMMANDS, hyperion
from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.columns import COLUMNS
from hyperion_pipelines.git.identities import merge_identities, read_overrides
from hyperion_pipelines.schemas import TABLES

README = PROJECT / "README.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
WIDE = "200"  # columns of a terminal where no line of the README's output is folded

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@every_page
def test_the_generated_parts_of_a_page_are_current(page: Path) -> None:
    """Where this fails, `python -m docs.generate` writes them anew."""
    text = page.read_text("utf-8")
    assert render(text) == text


def test_every_generated_part_has_its_place() -> None:
    placed = [
        name for page in PAGES for name in re.findall("generated: (\\w+)", page.read_text("utf-8"))
    ]
    assert sorted(placed) == sorted(PARTS)


def test_every_table_and_column_has_a_meaning() -> None:
    meant = {table: set(columns) for table, columns in COLUMNS.items()}
    assert meant == {table: set(schema) for table, schema in TABLES.items()}
    assert set(DESCRIPTIONS) == set(TABLES)


@every_page
def test_shell_examples_call_commands_as_they_are(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line is parsed by the command that it calls: a wrong option or argument fails here."""
    monkeypatch.chdir(tmp_path)
    for words in _shell_lines(page):
        for table in (word for word in words if word.endswith(".parquet")):
            Path(table).touch()  # the reader's own, which a command may want to find
        if words[0] == "make":
            assert words[1] in _make_targets()
        elif words[0] == "hyperion":
            _parse(words[1:])


def test_the_readme_has_an_example_of_every_command() -> None:
    shown = {words[1] for words in _shell_lines(README) if words[0] == "hyperion"}
    assert shown == set(COMMANDS)


@every_page
def test_commands_named_in_the_text_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= _make_targets()
    assert set(re.findall(r"`hyperion ([a-z]+)", text)) <= set(COMMANDS)


@every_page
def test_paths_and_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    folders = "hyperion_pipelines|assets|resources|tests|docs"
    named = re.findall(rf"(?<![\w/.-])(?:{folders})/[\w./-]*", text)
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [path for path in named if not (PROJECT / path.rstrip(".")).exists()] == []
    assert [link for link in linked if not (page.parent / link).exists()] == []


def test_the_layout_in_the_readme_is_that_of_the_project() -> None:
    block = next(text for _, text in _fences(README) if text.startswith("hyperion_pipelines/"))
    folder = PROJECT
    for line in block.splitlines():
        name = line.split()[0]
        if not line.startswith(" "):
            folder = PROJECT / name
            assert folder.is_dir()
        else:
            assert (folder / name).exists()


def test_the_examples_of_filters_do_what_the_page_says(tmp_path: Path) -> None:
    filters = read_filters(_example("filters.yaml", tmp_path))
    paths = ["legacy/a.py", "deps/a.c", "vendor/a.c", "checks/a.py", "tests/test_a.py"]
    files = pl.DataFrame({"path": paths}).with_columns(filters.columns(pl.col("path")))
    assert files.filter("is_vendored")["path"].to_list() == ["legacy/a.py", "vendor/a.c"]
    assert files.filter("is_test")["path"].to_list() == ["checks/a.py"]


def test_the_examples_of_identities_do_what_the_page_says(tmp_path: Path) -> None:
    signatures = [
        ("Ann", "ann@work.example"),
        ("Annie", "annie@home.example"),
        ("Wei Zhang", "wei.zhang@one.example"),
        ("Wei Zhang", "wei.zhang@two.example"),
        ("Deployment", "deploy@work.example"),
        ("Abbot Bot", "abbot@work.example"),
    ]
    frame = pl.DataFrame(signatures, schema=["name", "email"], orient="row").with_columns(commits=1)
    overrides = read_overrides(_example("identities.yaml", tmp_path))

    def said(identities: pl.DataFrame) -> tuple[int, int, list[str]]:
        """How many persons the Anns and the Wei Zhangs are, and who is a bot."""
        persons = [
            identities.filter(pl.col("name").is_in(names))["person_id"].n_unique()
            for names in (["Ann", "Annie"], ["Wei Zhang"])
        ]
        return persons[0], persons[1], identities.filter("is_bot")["name"].to_list()

    assert said(merge_identities(frame)) == (2, 1, ["Abbot Bot"])
    assert said(merge_identities(frame, overrides=overrides)) == (1, 2, ["Deployment"])


def test_variables_named_in_the_pages_exist() -> None:
    named = {
        name for page in PAGES for name in re.findall(r"HYPERION_[A-Z_]+", page.read_text("utf-8"))
    }
    postgres = (PROJECT / "resources" / "dagster.postgres.yaml").read_text("utf-8")
    assert named <= set(re.findall(r"HYPERION_[A-Z_]+", PARTS["settings"]() + postgres))


# Dagster itself reads an attribute of its own that it deprecates.
@pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning")
def test_the_output_in_the_readme_is_that_of_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it but the first line, which names the home, and dots that stand for the rest."""
    for variable in ("DAGSTER_HOME", "HYPERION_HOME", "HYPERION_DAGSTER_STORAGE"):
        monkeypatch.setenv(variable, str(tmp_path))  # restored after the run has set its own
    monkeypatch.delenv("DAGSTER_HOME")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setenv("COLUMNS", WIDE)
    result = CliRunner().invoke(hyperion, ["demo", "--home", str(tmp_path)], catch_exceptions=False)
    printed = {" ".join(line.split()) for line in result.stdout.splitlines()}
    block = next(text for _, text in _fences(README) if text.startswith("sample-shop"))
    shown = [" ".join(line.split()) for line in block.splitlines()[1:]]
    assert [line for line in shown if line != "..." and line not in printed] == []


def test_the_pre_commit_hooks_run_what_is_installed() -> None:
    configuration = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text("utf-8"))
    entries = [hook["entry"] for source in configuration["repos"] for hook in source["hooks"]]
    assert entries
    assert [entry for entry in entries if not (PROJECT / entry.split()[0]).exists()] == []


def _fences(page: Path) -> list[tuple[str, str]]:
    """The language and the text of each fenced block."""
    return FENCE.findall(page.read_text("utf-8"))


def _shell_lines(page: Path) -> Iterator[list[str]]:
    """The words of each line of the page's shell examples, comments left out."""
    for language, text in _fences(page):
        if language == "sh":
            yield from (shlex.split(line, comments=True) for line in text.splitlines())


def _make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))


def _parse(arguments: list[str]) -> None:
    """Parse a call as click does, without running it. Raises click's UsageError for a wrong one."""
    command: click.Command | None = hyperion
    names: list[str] = []
    while isinstance(command, click.Group):
        names.append(arguments[len(names)])
        command = command.get_command(click.Context(command), names[-1])
        assert command is not None, f"no command {' '.join(names)}"
    assert command is not None
    command.make_context(names[-1], arguments[len(names) :])


def _example(name: str, folder: Path) -> Path:
    """The example of the configuration file *name*, written to *folder*."""
    page = PROJECT / "docs" / "configuration.md"
    text = next(
        text for _, text in _fences(page) if text.startswith(f"# HYPERION_HOME/config/SLUG/{name}")
    )
    file = folder / name
    file.write_text(text, "utf-8")
    return file
