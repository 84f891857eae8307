"""`hyperion predict`: what it prints in each form, its exit status, and every wrong call."""

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from hyperion_pipelines.commands.predict import ranked, too_risky
from hyperion_pipelines.commands.predict_text import print_predictions
from hyperion_pipelines.prediction.model import Prediction
from hyperion_pipelines.sample.history_writer import Commit, Person
from tests.e2e.commands import Outcome
from tests.e2e.conftest import Hyperion
from tests.histories import START, commit_of, git, write_history
from tests.unit.annotations.made_up_predictions import RISKY, SHA, prediction
from tests.unit.prediction.analysed_home import SLUG, analyse, risk_model

COMMITS = 130
PEOPLE = [Person(name, f"{name.lower()}@example.org") for name in ("Ada", "Bo")]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commits of ever other sizes, every fifth of them a fix; the newest is a merge."""
    history = [
        Commit(
            message="Fix [it]" if number % 5 == 0 else "Change it",
            files={f"src/part{number % 3}.py": f"a{number} = 1\n" * (number % 13 + 1)},
            author=PEOPLE[number % 2],
            time=START + timedelta(days=number),
        )
        for number in range(COMMITS)
    ]
    side = {"side.py": "s = 1\n"}
    branched = commit_of(side, "Try", hours=1, branch="side", parents=[1])
    merge = commit_of(
        side, "Merge branch 'side'", hours=24 * COMMITS, parents=[COMMITS, COMMITS + 1]
    )
    git_dir = tmp_path_factory.mktemp("predict") / "shop.git"
    write_history(git_dir, [*history, branched, merge])
    return git_dir


@pytest.fixture(scope="module")
def served(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home where a model judges by lines added."""
    unserved = analyse(tmp_path_factory.mktemp("unserved"), source)
    model = risk_model(unserved.lake.read("commit_features", SLUG).drop("repository"))
    return analyse(tmp_path_factory.mktemp("served"), source, model).home


@pytest.fixture
def clone(source: Path, tmp_path: Path) -> Path:
    """A clone on a branch with one new commit, and a change that is not committed."""
    folder = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(source), str(folder))
    git(folder, "switch", "--quiet", "--create", "topic")
    (folder / "new.py").write_text("n = 1\n" * 200)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Add much")
    (folder / "draft.py").write_text("d = 1\n")
    return folder


Ask = Callable[..., Outcome]


@pytest.fixture
def ask(hyperion: Hyperion, served: Path) -> Ask:
    """Calls `hyperion predict shop` on the home."""
    return lambda *words: hyperion("predict", SLUG, *words, home=served)


def newest(source: Path) -> str:
    return git(source, "rev-parse", "main^1").decode().strip()


def test_the_newest_commit_that_is_no_merge_is_judged_where_none_is_named(
    ask: Ask, source: Path
) -> None:
    outcome = ask("--json")
    assert (outcome.status, outcome.errors) == (0, "")
    (commit,) = outcome.document()["commits"]
    assert (commit["sha"], commit["subject"]) == (newest(source), "Change it")
    assert ask("--commit", newest(source)[:10], "--json").output == outcome.output


def test_json_is_one_document_with_all_that_is_known(ask: Ask) -> None:
    outcome = ask("--range", "main~4..main", "--format", "json")
    document = outcome.document()
    assert outcome.output == ask("--range", "main~4..main", "--json").output
    assert document["repository"] == SLUG
    fields = [*Prediction.__dataclass_fields__, "level"]
    assert [list(commit) for commit in document["commits"]] == [fields] * 4
    percentiles = [commit["percentile"] for commit in document["commits"]]
    assert percentiles == sorted(percentiles, reverse=True)
    assert re.fullmatch(r"2024-0\d-\d\dT12:00:00\+00:00", document["commits"][0]["commit_time"])


def test_one_commit_is_told_in_the_order_of_a_review(ask: Ask, source: Path) -> None:
    text = ask().output
    assert f"{newest(source)[:10]} Change it" in text
    said = re.search(r"^[\d.]+ % likely to induce a bug, riskier than \d+ of 100 commits of shop",
                     text, re.MULTILINE)  # fmt: skip
    assert said is not None
    assert text.index("likely to induce") < text.index("What makes it") < text.index("(judged by")


def test_a_commit_and_a_worktree_of_a_clone_are_judged(ask: Ask, clone: Path) -> None:
    (commit,) = ask("--clone", clone, "--json").document()["commits"]
    assert (commit["subject"], commit["is_stored"]) == ("Add much", False)
    (draft,) = ask("--clone", clone, "--worktree", "--json").document()["commits"]
    assert (draft["sha"], draft["files"]) == (None, ["draft.py"])
    assert draft["subject"] in ask("--clone", clone, "--worktree").output


def test_the_clone_that_one_stands_in_is_asked_first(
    ask: Ask, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clone)
    (commit,) = ask("--json").document()["commits"]
    assert commit["subject"] == "Add much"


@pytest.mark.parametrize("form", ["table", "json", "sarif", "github", "gitlab"])
def test_a_commit_above_the_limit_ends_in_status_1_and_a_sentence(
    form: str, ask: Ask, clone: Path
) -> None:
    """What was asked for is still on standard output, whatever its form."""
    sha = git(clone, "rev-parse", "HEAD").decode().strip()
    words = ["--clone", clone, "--range", "origin/main..HEAD", "--format", form]
    outcome = ask(*words, "--fail-above", "50")
    assert outcome.status == 1
    assert re.fullmatch(
        r"hyperion: 1 commit is riskier than 50 of 100 commits of shop, which --fail-above "
        rf"refuses: {sha[:10]} \([\d.]+\)\n",
        outcome.errors,
    )
    assert (ask(*words).status, ask(*words).output) == (0, outcome.output)
    assert sha[:10] in outcome.output


def test_no_commit_above_the_limit_is_status_0(ask: Ask) -> None:
    outcome = ask("--fail-above", "100")
    assert (outcome.status, outcome.errors) == (0, "")


def test_annotations_are_of_the_commits_that_were_asked_about(ask: Ask, clone: Path) -> None:
    words = ["--clone", clone, "--range", "origin/main..HEAD", "--format"]
    (run,) = json.loads(ask(*words, "sarif").output)["runs"]
    assert run["results"][0]["ruleId"] == "risky-commit"
    assert ask(*words, "github").output.startswith("::notice file=new.py,title=")
    assert json.loads(ask(*words, "gitlab").output)[0]["location"]["path"] == "new.py"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--commit", "nothing"], "no commit of shop is called 'nothing'"),
        (["--commit", "main"], "main is a merge"),
        (["--range", "main"], "'main' is no range"),
        (["--range", "main..main"], "holds no commit but merges"),
        (["--worktree"], "no work tree"),
        (["--commit", "main", "--worktree"], "one of --commit, --range and --worktree"),
        (["--json", "--format", "sarif"], "--json or --format sarif"),
        (["--format", "xml"], "'xml' is not one of"),
        (["--fail-above", "101"], "101"),
        (["--clone", "/nowhere"], "does not exist"),
    ],
)
def test_a_wrong_call_is_refused_with_status_2(words: list[str], said: str, ask: Ask) -> None:
    outcome = ask(*words)
    assert (outcome.status, outcome.output) == (2, "")
    assert said in outcome.errors


def test_an_unknown_repository_is_refused_with_those_there_are(
    hyperion: Hyperion, served: Path
) -> None:
    outcome = hyperion("predict", "nowhere", home=served)
    assert outcome.status == 2
    assert "no repository named 'nowhere'; there are: shop" in outcome.errors


def test_a_folder_that_is_no_clone_of_it_is_refused(ask: Ask, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    outcome = ask("--clone", tmp_path)
    assert outcome.status == 1
    assert "is no clone of shop" in outcome.errors


def test_what_one_commit_changes_another_of_them_does_not_miss() -> None:
    other = prediction(10, files=("src/[id].h",))
    assert [each.missing for each in ranked([RISKY])] == [RISKY.missing]
    assert [each.missing for each in ranked([other, RISKY])] == [(), ()]
    assert [each.percentile for each in ranked([other, RISKY])] == [96.97, 10]


def test_the_refusal_names_every_commit_above_the_limit() -> None:
    draft = prediction(99, sha=None, subject="Uncommitted changes")
    assert too_risky([draft, RISKY, prediction(50)], 95) == (
        "2 commits are riskier than 95 of 100 commits of shop, which --fail-above refuses: "
        "Uncommitted changes (99.0), aaaaaaaaaa (97.0)"
    )


def printed(predictions: list[Prediction], limit: float | None = None) -> list[str]:
    """The lines of the text, without trailing white space."""
    stream = io.StringIO()
    print_predictions(predictions, limit, Console(file=stream, width=140, highlight=False))
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def test_everything_that_is_known_of_a_commit_is_told_as_it_is_written() -> None:
    """Brackets of subjects, names and paths are no markup."""
    assert printed([RISKY]) == [
        "",
        "aaaaaaaaaa Add [bold] carts, 100 % new",
        "25.3 % likely to induce a bug, riskier than 96 of 100 commits of shop.",
        "By Ada [x] on 2024-03-01: docs/a b.md, src/[id].c",
        "What makes it riskier",
        "  - adds 115 lines",
        "  - touches 2 files",
        "What makes it less risky",
        "  - changes nothing but tests",
        "What is unusual",
        "  - the first commit of this author",
        "Fixes that it touches",
        "  - lines 3-5 of src/[id].c were last mended on 2024-02-01 by Bo (fffffff Fix it)",
        "Who should look",
        "  - Cai: wrote 60 % of src/[id].c's lines",
        "What may be missing",
        "  - src/[id].h changes with src/[id].c 8 times of 10: not changed",
        "",
        "(judged by a model of its own)",
        "(3 hunks were not looked at)",
    ]


def test_of_several_commits_those_that_matter_are_told_in_detail_and_which_is_said() -> None:
    lines = printed([RISKY, prediction(85), prediction(20)])
    assert lines[0].split() == ["commit", "author", "bug", "riskier", "than", "why"]
    assert lines[1].endswith("25.3 %     96 of 100  adds 115 lines")
    assert "Of 3 commits 2 are riskier than 80 of 100 commits of shop: shown below." in lines
    details = [line for line in lines if line.startswith("By ")]
    assert len(details) == 2


def test_a_lower_limit_shows_more_and_many_are_cut_short_with_a_word() -> None:
    many = [prediction(70 - number) for number in range(8)]
    lines = printed(many, limit=50)
    sentence = "Of 8 commits 8 are riskier than 50 of 100 commits of shop: the first 5 are shown"
    assert any(line.startswith(sentence) for line in lines)
    assert len([line for line in lines if line.startswith("By ")]) == 5


def test_a_long_table_is_cut_at_the_least_risky_and_how_many_are_left_out_is_said() -> None:
    lines = printed([prediction(79 - number) for number in range(33)])
    assert len([line for line in lines if " of 100  " in f"{line}  "]) == 30
    assert "(and 3 less risky ones)" in lines


def test_where_no_commit_matters_none_is_told_in_detail() -> None:
    lines = printed([prediction(20), prediction(10)])
    said = "None of the 2 commits is riskier than 80 of 100 commits of shop"
    assert any(line.startswith(said) for line in lines)
    assert not any(line.startswith("By ") for line in lines)


def test_what_holds_of_all_commits_is_said_once() -> None:
    shared, own = "reviewers are unknown", "3 hunks were not looked at"
    lines = printed([replace(RISKY, notes=(own, shared)), prediction(90, notes=(shared,))])
    assert [lines.count(f"({note})") for note in (shared, own)] == [1, 1]
    assert lines.index(f"({own})") < lines.index("(judged by a model of its own)")


def test_without_a_model_the_probability_is_unknown() -> None:
    unjudged = prediction(90, probability=None, served_by="by no model", sha=SHA)
    assert "Larger than 90 of 100 commits of shop, by lines added." in printed([unjudged])
    assert " unknown " in printed([unjudged, prediction(10)])[1]
