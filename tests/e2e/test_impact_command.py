"""`hyperion impact`: what has to change too, in each form, and every wrong call."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from rich.console import Console

from hyperion_pipelines.commands.predict_text import print_suggestions
from hyperion_pipelines.learning.models.impact import ImpactTraining, train
from hyperion_pipelines.learning.registry.published import Champion
from hyperion_pipelines.sample.history_writer import Commit
from hyperion_pipelines.schemas import TABLES
from tests.e2e.commands import Outcome
from tests.e2e.conftest import Hyperion
from tests.histories import ALMA, START, git, write_history
from tests.unit.annotations.made_up_predictions import SUGGESTION
from tests.unit.prediction.analysed_home import SLUG, analyse

COMMITS, MODULES = 300, 5
ASKED = "app/part2/module2.py"
COMPANION = "tests/check2.py"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Modules that mostly change with their checks."""
    chance = Random(5)
    history: list[Commit] = []
    for number in range(COMMITS):
        module = chance.randrange(MODULES)
        files = {f"app/part{module}/module{module}.py": f"TOTAL = {number}\n"}
        if chance.random() < 0.8:
            files[f"tests/check{module}.py"] = f"EXPECTED = {number}\n"
        if chance.random() < 0.3:
            files["notes.md"] = f"{number}\n"
        moment = START + timedelta(days=number)
        history.append(Commit(author=ALMA, time=moment, message="Change it", files=files))
    git_dir = tmp_path_factory.mktemp("impact") / "shop.git"
    write_history(git_dir, history)
    return git_dir


@pytest.fixture(scope="module")
def served(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an impact model."""
    workspace = analyse(tmp_path_factory.mktemp("served"), source)
    workspace.lake.write("dependencies", SLUG, TABLES["dependencies"].to_frame())
    training = train({SLUG: workspace.tables(SLUG).change_history})
    assert isinstance(training, ImpactTraining)

    def save(folder: Path) -> Path:
        training.model.save(folder)
        return folder

    workspace.champions.publish(Champion("impact", 1, "run", "2024-01-01", {}), save)
    return workspace.home


Ask = Callable[..., Outcome]


@pytest.fixture
def ask(hyperion: Hyperion, served: Path) -> Ask:
    """Calls `hyperion impact shop` on the home."""
    return lambda *words: hyperion("impact", SLUG, *words, home=served)


def test_the_likeliest_companion_stands_first_with_its_reasons(ask: Ask) -> None:
    outcome = ask(ASKED)
    assert (outcome.status, outcome.errors) == (0, "")
    heading, heads, first, *_ = outcome.output.splitlines()
    assert heading == f"shop: what likely has to change with {ASKED}"
    assert heads.split() == ["file", "probability", "why"]
    assert first.startswith(COMPANION)
    assert "changed together" in first


def test_json_is_one_document(ask: Ask) -> None:
    document = ask(ASKED, "--json").document()
    assert list(document) == ["repository", "suggestions"]
    best = document["suggestions"][0]
    assert set(best) == {"path", "probability", "given", "support", "confidence", "reasons"}
    assert (best["path"], best["given"]) == (COMPANION, ASKED)
    assert 0 < best["probability"] <= 1


def test_k_says_how_many_and_paths_may_be_written_with_a_dot(ask: Ask) -> None:
    document = ask(f"./{ASKED}", "-k", "1", "--format", "json").document()
    assert [each["path"] for each in document["suggestions"]] == [COMPANION]


def test_several_files_are_asked_for_together_and_each_answer_names_its_own(ask: Ask) -> None:
    output = ask(ASKED, "app/part1/module1.py").output
    assert output.splitlines()[1].split() == ["file", "probability", "with", "why"]
    assert {COMPANION, "tests/check1.py"} <= {line.split()[0] for line in output.splitlines()}


def test_commits_stand_for_the_files_that_they_change(
    ask: Ask, source: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(source), str(clone))
    (clone / ASKED).write_text("TOTAL = 0\n")
    by_worktree = ask("--worktree", "--clone", clone, "--json").document()
    assert by_worktree == ask(ASKED, "--json").document()
    assert "what is not committed yet" in ask("--worktree", "--clone", clone).output
    git(clone, "commit", "--quiet", "--all", "--message=Change one")
    for words in (["--commit", "HEAD"], ["--range", "origin/main..HEAD"]):
        assert ask(*words, "--clone", clone, "--json").document() == by_worktree
    said = ask("--commit", "HEAD", "--clone", clone).output
    assert said.startswith("shop: what likely has to change with what HEAD changes\n")


def test_annotations_are_notes_at_the_file_that_changes(ask: Ask) -> None:
    (run,) = json.loads(ask(ASKED, "-k", "2", "--format", "sarif").output)["runs"]
    assert [(each["ruleId"], each["level"]) for each in run["results"]] == [
        ("likely-affected", "note")
    ] * 2
    assert ask(ASKED, "--format", "github").output.startswith(f"::notice file={ASKED},title=")
    report = json.loads(ask(ASKED, "-k", "1", "--format", "gitlab").output)
    assert [entry["location"]["path"] for entry in report] == [ASKED]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name a file, or a change"),
        ([ASKED, "--worktree"], "files or a change"),
        (["app/part2/modul2.py"], f"did you mean {ASKED}?"),
        (["--commit", "main", "--range", "a..b"], "one of --commit, --range and --worktree"),
        ([ASKED, "-k", "0"], "0"),
        ([ASKED, "--json", "--format", "github"], "--json or --format github"),
    ],
)
def test_a_wrong_call_is_refused_with_status_2(words: list[str], said: str, ask: Ask) -> None:
    outcome = ask(*words)
    assert (outcome.status, outcome.output) == (2, "")
    assert said in outcome.errors


def test_without_a_model_what_to_do_is_said(
    hyperion: Hyperion, source: Path, tmp_path: Path
) -> None:
    home = analyse(tmp_path / "home", source).home
    outcome = hyperion("impact", SLUG, ASKED, home=home)
    assert (outcome.status, outcome.output) == (1, "")
    assert "no impact model is served yet" in outcome.errors
    assert f"run `hyperion analyze {SLUG}`" in outcome.errors


def test_paths_are_shown_as_they_are_written() -> None:
    """Brackets are no markup."""
    stream = io.StringIO()
    console = Console(file=stream, width=140, highlight=False)
    print_suggestions("shop [x]", [SUGGESTION, replace(SUGGESTION, given="b.c")], console)
    heading, heads, first, _ = (line.rstrip() for line in stream.getvalue().splitlines())
    assert heading == "shop [x]"
    assert heads.split() == ["file", "probability", "with", "why"]
    assert first.split(maxsplit=4) == [
        *("src/[id].h", "42", "%", "src/[id].c"),
        "changed together 8 of 10 times; same name",
    ]


def test_that_nothing_is_likely_is_said() -> None:
    stream = io.StringIO()
    print_suggestions("shop", [], Console(file=stream, width=140))
    assert "No file of HEAD is likely to" in stream.getvalue()
