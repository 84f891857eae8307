"""`hyperion analyze`: from a path to tables and a summary, and again for next to nothing."""

import errno
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stages import STAGES
from tests.e2e.commands import HYPERION, TIMEOUT, clean_environment, run
from tests.e2e.conftest import Analysed, Hyperion
from tests.e2e.sources import add_commit, commits_of
from tests.histories import git
from tests.homes import allow_dagsters_own_warning, open_home

pytestmark = allow_dagsters_own_warning

# Of every analysis; models are trained beside, where that is due.
STEPS = {
    *("mirror", "history", "tree", "line_history", "syntax", "dependencies"),
    *("secrets", "features", "online_features", "bug_labels", "training_data", "predictions"),
    *("documents", "chunks", "vectors", "insights", "profile", "graph"),
}


def test_the_summary_says_what_was_found_and_what_comes_next(analysed: Analysed) -> None:
    text = analysed.outcome.output
    authors = git(analysed.source, "log", "--branches", "--format=%an").decode().splitlines()
    assert f"{len(commits_of(analysed.source))} commits by " in text
    assert int(text.partition(" commits by ")[2].split()[0]) <= len(set(authors))
    for heading in (
        *("Languages at HEAD", "Who wrote the lines at HEAD"),
        *("Most complex functions", "Most changed files"),
    ):
        assert heading in text
    assert "Half of the lines at HEAD are at least " in text
    assert {"Python", "Java", "JavaScript"} <= set(text.split())
    assert "web/package.json" in text
    assert {*STEPS, "models"} <= set(text.partition("Analysed in ")[2].split())
    assert "Next: hyperion predict" in text
    assert "profiles/sample-shop/report.html" in text


def test_the_summary_says_what_to_look_at_first_and_who_judged_that(analysed: Analysed) -> None:
    text = analysed.outcome.output
    for heading, judged in (
        ("Files that most likely need a fix in the next 90 days", "(judged by a model "),
        ("Which of the newest 90 days' commits to review first", "(judged by "),
    ):
        section = text.partition(heading)[2]
        assert judged in section
        assert section.partition("(judged")[0].count("\n") > 3


def test_without_a_terminal_standard_error_stays_silent(analysed: Analysed) -> None:
    assert analysed.outcome.errors == ""


def test_json_is_one_document_and_nothing_else(
    hyperion: Hyperion, tmp_path: Path, source: Path
) -> None:
    git(source, "switch", "--quiet", "--detach")
    outcome = hyperion("analyze", source, "--json", home=tmp_path / "home")
    document = outcome.document()
    assert document["history"]["commits"] == 2
    assert document["run"]["is_new"]
    assert document["run"]["head_branch"] is None
    assert document["run"]["steps"].keys() == STEPS  # two commits are nothing to train on
    assert len(outcome.errors.splitlines()) == 1
    assert "HEAD is detached" in outcome.errors


def test_a_second_analysis_finds_nothing_new_without_dagster(analysed: Analysed) -> None:
    timed = (sys.executable, "-X", "importtime")
    outcome = run("analyze", analysed.source, home=analysed.home, through=timed)
    assert outcome.status == 0
    assert "Nothing new since the last analysis" in outcome.output
    imported = {line.rpartition("|")[2].strip() for line in outcome.errors.splitlines()}
    assert "hyperion_pipelines.insights.summary" in imported
    assert not {name for name in imported if name.split(".")[0] in {"dagster", "assets"}}


def test_a_known_repository_answers_to_its_slug(analysed: Analysed, tmp_path: Path) -> None:
    outcome = run("analyze", analysed.slug, "--json", home=analysed.home, folder=tmp_path)
    assert outcome.document()["run"]["source"] == str(analysed.source)
    assert not outcome.document()["run"]["is_new"]


def test_a_stage_makes_its_tables_and_those_it_needs(
    hyperion: Hyperion, tmp_path: Path, source: Path
) -> None:
    lake = open_home(tmp_path / "home").lake
    assert hyperion("analyze", source, "--stages", "git", home=tmp_path / "home").status == 0
    assert {table for table in TABLES if lake.version(table) is not None} == {*STAGES["git"].tables}
    add_commit(source, "second.py", "import renamed\n")
    assert hyperion("analyze", source, "--stages", "code", home=tmp_path / "home").status == 0
    assert lake.read("commits").height == 3
    assert set(lake.read("dependencies")["to_path"]) == {"renamed.py"}


def test_without_the_stage_lines_nothing_is_said_of_them(
    hyperion: Hyperion, tmp_path: Path, source: Path
) -> None:
    outcome = hyperion("analyze", source, "--stages", "git", "--json", home=tmp_path / "home")
    document = outcome.document()
    assert document["code_age"] is None
    assert document["line_authors"] == []


def test_an_unknown_stage_is_refused_with_those_there_are(
    hyperion: Hyperion, analysed: Analysed
) -> None:
    outcome = hyperion("analyze", analysed.source, "--stages", "git,poetry", home=analysed.home)
    assert (outcome.status, outcome.output) == (2, "")
    assert outcome.errors == f"hyperion: no stage poetry; there are: {', '.join(STAGES)}\n"


def test_progress_is_drawn_as_it_goes_where_standard_error_is_a_terminal(
    tmp_path: Path, source: Path
) -> None:
    ours, terminal = pty.openpty()
    with subprocess.Popen(
        [HYPERION, "analyze", source, "--home", tmp_path / "home"],
        env=clean_environment({"TERM": "xterm"}),
        stdout=subprocess.PIPE,
        stderr=terminal,
        text=True,
    ) as process:
        os.close(terminal)
        drawn = re.sub(r"\x1b\[[0-9;]*m", "", read_terminal(ours))  # without its colours
        output, _ = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0
    assert "2 commits by 1 author" in output
    assert "0/2 commits" in drawn
    assert "2/2 commits" in drawn.partition("0/2 commits")[2]
    assert "2/2 blobs" in drawn or "1/1 blobs" in drawn


def read_terminal(ours: int) -> str:
    """What is written to a terminal whose near end is *ours*, until its last writer has ended."""
    written = b""
    with open(ours, "rb", buffering=0) as terminal:
        try:
            while part := terminal.read(4096):
                written += part
        except OSError as error:
            if error.errno != errno.EIO:  # Linux says so where nobody is left to write
                raise
    return written.decode()


@pytest.mark.parametrize("name", ["Ünfit", "../up", ""])
def test_a_name_that_is_no_slug_is_refused(
    hyperion: Hyperion, tmp_path: Path, source: Path, name: str
) -> None:
    outcome = hyperion("analyze", source, "--name", name, home=tmp_path / "home")
    assert outcome.status == 2
    assert "cannot name a repository: use a-z" in outcome.errors
