"""Predictions: what is said of commits, who says so, and what cannot be said."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.features.catalogue import input_order
from hyperion_pipelines.learning.models.risk import RiskPredictor
from hyperion_pipelines.prediction import Prediction, Selection, exceeds, predict
from hyperion_pipelines.sample.history_writer import Commit, Person
from hyperion_pipelines.workspace import Workspace
from tests.histories import git, write_history
from tests.unit.prediction.analysed_home import SLUG, analyse, judge, risk_model, serve

COMMITS = 130
START = datetime(2024, 1, 1, 12, tzinfo=UTC)
PEOPLE = [Person(name, f"{name.lower()}@example.org") for name in ("Ada", "Bo", "Cai")]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commits that write ever other numbers of lines to five files."""
    history = [
        Commit(
            message="Fix it" if number % 7 == 0 else "Change it",
            files={
                f"part{number % 5}.py": "".join(f"a{number * 7 % 31} = 1\n" * (number % 13 + 1))
            },
            author=PEOPLE[number % 3],
            time=START + timedelta(days=number),
        )
        for number in range(COMMITS)
    ]
    git_dir = tmp_path_factory.mktemp("source") / "shop.git"
    write_history(git_dir, history)
    return git_dir


@pytest.fixture(scope="module")
def workspace(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The home in which they are judged by a model that learned from them."""
    workspace = analyse(tmp_path_factory.mktemp("served"), source)
    judge(workspace, risk_model(workspace.lake.read("commit_features", SLUG)))
    return workspace


@pytest.fixture
def clone(source: Path, tmp_path: Path) -> Path:
    """A clone in whose work tree a file has grown."""
    git(tmp_path, "clone", "--quiet", str(source), "clone")
    (tmp_path / "clone/part0.py").write_text("b = 1\n" * 20)
    return tmp_path / "clone"


def asked(workspace: Workspace, clone: Path) -> Prediction:
    (prediction,) = predict(workspace, SLUG, Selection.worktree(), clone)
    return prediction


def test_a_stored_commit_has_the_scores_of_the_lake(workspace: Workspace) -> None:
    stored = workspace.lake.read("commit_scores", SLUG).row(100, named=True)
    (prediction,) = predict(workspace, SLUG, Selection.commit(stored["sha"]))
    assert prediction.is_stored
    assert prediction.probability == stored["probability"]
    assert prediction.percentile == stored["percentile"]
    assert prediction.model_version == "1"
    assert prediction.served_by == "by a model of its own"
    assert [reason.text for reason in prediction.reasons] == [
        reason["text"] for reason in stored["reasons"]
    ]
    assert prediction.files == ("part0.py",)


def test_the_work_tree_has_no_sha_and_stands_among_the_stored_commits(
    workspace: Workspace, clone: Path
) -> None:
    prediction = asked(workspace, clone)
    assert (prediction.sha, prediction.subject) == (None, "Uncommitted changes")
    assert prediction.files == ("part0.py",)
    assert prediction.probability is not None
    stored: list[float] = workspace.lake.read("commit_scores", SLUG)["probability"].to_list()
    below = sum(each < prediction.probability for each in stored)
    equal = sum(each == prediction.probability for each in stored)
    assert prediction.percentile == pytest.approx(100 * (below + equal / 2) / COMMITS)


def test_the_percentile_decides_whether_a_limit_is_exceeded(
    workspace: Workspace, clone: Path
) -> None:
    prediction = asked(workspace, clone)
    assert exceeds([prediction], prediction.percentile - 1)
    assert not exceeds([prediction], prediction.percentile)
    assert not exceeds([], 0)


def test_without_a_model_commits_are_ranked_by_lines_added(source: Path, tmp_path: Path) -> None:
    unserved = analyse(tmp_path / "home", source)
    git(tmp_path, "clone", "--quiet", str(source), "clone")
    (tmp_path / "clone/new.py").write_text("n = 1\n" * 500)
    prediction = asked(unserved, tmp_path / "clone")
    assert (prediction.probability, prediction.percentile) == (None, 100)
    assert prediction.served_by.startswith("by no model")
    assert [reason.text for reason in prediction.reasons] == [
        "no model is served yet: ranked by lines added"
    ]


def test_a_model_of_other_repositories_reads_where_values_stand_in_this_one(
    source: Path, workspace: Workspace, clone: Path, tmp_path: Path
) -> None:
    """Its answer for a commit is that of the analysis which knows the commit."""
    model = risk_model(workspace.lake.read("commit_features", SLUG))
    standing = model.served.vote.standing
    elsewhere = replace(standing, repositories={"elsewhere": standing.repositories[SLUG]})
    shared = replace(model.served, vote=replace(model.served.vote, standing=elsewhere))
    other = RiskPredictor(shared, shared)
    git(clone, "commit", "--quiet", "--all", "--message=Grow")
    behind = analyse(tmp_path / "behind", source, other)
    (pending,) = predict(behind, SLUG, Selection.commit("HEAD"), clone)
    whole = analyse(tmp_path / "whole", clone, other)
    (stored,) = predict(whole, SLUG, Selection.commit("HEAD"), clone)
    assert (pending.is_stored, stored.is_stored) == (False, True)
    assert pending.probability == stored.probability
    assert pending.served_by.startswith("by a model of other repositories")


def test_a_model_that_reads_features_of_the_past_does_not_answer(
    source: Path, workspace: Workspace, clone: Path, tmp_path: Path
) -> None:
    outdated = workspace.lake.read("commit_features", SLUG).with_columns(gone=pl.lit(1.0))
    features = [*input_order("commit_features")[1:], "gone"]
    served = analyse(tmp_path / "home", source)
    serve(served, "risk", risk_model(outdated, features))
    assert asked(served, clone).served_by.startswith("by no model")


def test_another_version_of_the_model_than_that_of_the_stored_scores_is_told(
    workspace: Workspace, clone: Path
) -> None:
    assert not any("another version" in note for note in asked(workspace, clone).notes)
    scores = workspace.lake.read("commit_scores", SLUG)
    try:
        workspace.lake.write("commit_scores", SLUG, scores.with_columns(model_version=pl.lit("0")))
        assert any("another version" in note for note in asked(workspace, clone).notes)
    finally:
        workspace.lake.write("commit_scores", SLUG, scores)


def test_what_needs_insights_that_were_never_made_is_said(
    workspace: Workspace, clone: Path
) -> None:
    prediction = asked(workspace, clone)
    assert (prediction.reviewers, prediction.missing) == ((), ())
    assert [note.split(" is not known")[0] for note in prediction.notes] == [
        "who could review it",
        "which files mostly change with its own",
    ]


def test_a_new_signature_of_a_known_person_is_that_person(
    workspace: Workspace, clone: Path
) -> None:
    """Equal names join signatures, so that Ada's experience counts under a new address."""
    git(clone, "config", "user.name", "Ada")
    git(clone, "config", "user.email", "ada@example.org")
    known = asked(workspace, clone)
    git(clone, "config", "user.email", "ADA+shop@example.org")
    assert asked(workspace, clone).probability == known.probability
    git(clone, "config", "user.email", "somebody@example.com")
    git(clone, "config", "user.name", "Somebody Else")
    assert asked(workspace, clone).author_name == "Somebody Else"


@pytest.mark.parametrize("kind", ["stored", "worktree"])
def test_nothing_heavy_is_imported(workspace: Workspace, clone: Path, kind: str) -> None:
    sha = workspace.lake.read("commit_scores", SLUG, columns=["sha"])["sha"][-1]
    selection = {"stored": f'Selection.commit("{sha}")', "worktree": "Selection.worktree()"}
    code = f"""
import sys
from pathlib import Path
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.workspace import Workspace
from hyperion_pipelines.prediction import Selection, predict
workspace = Workspace(Settings(home=Path({str(workspace.home)!r})))
predict(workspace, {SLUG!r}, {selection[kind]}, Path({str(clone)!r}))
heavy = {{"dagster", "lightgbm", "mlflow", "pandas", "sklearn", "skops"}} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True)
