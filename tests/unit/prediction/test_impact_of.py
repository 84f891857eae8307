"""Impact: what will likely have to change with named files, or with those of commits."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.insights.code.change_coupling import INSIGHT
from hyperion_pipelines.learning.classifier.calibration import IDENTITY
from hyperion_pipelines.learning.models.impact import ImpactAnalyzer
from hyperion_pipelines.learning.models.impact.ranker import Ranker, fit_trees
from hyperion_pipelines.learning.models.impact.signals import SIGNALS
from hyperion_pipelines.prediction import Selection, Suggestion, impact, impact_of
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stores.publications import Publication
from hyperion_pipelines.workspace import Workspace
from tests.histories import commit_of, git, write_history
from tests.unit.prediction.analysed_home import SLUG, analyse, serve

CART, TEST, LIST = "cart.py", "test_cart.py", "list.py"


def by_confidence() -> ImpactAnalyzer:
    """A model to which the likelier files are those of greater confidence."""
    generator = np.random.default_rng(1)
    rows = 2_000
    numbers = {name: generator.random(rows).astype(np.float32) for name in SIGNALS}
    examples = pl.DataFrame(numbers).with_columns(
        query=pl.int_range(pl.len()) // 10, is_relevant=pl.col("confidence") > 0.6
    )
    ranker = Ranker(fit_trees(examples, "binary"), IDENTITY)
    return ImpactAnalyzer(ranker, ranker)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cart changes with its test nine times of ten, with the list once."""
    first = commit_of({CART: "0\n", TEST: "0\n", LIST: "0\n"})
    history = [first] + [
        commit_of({CART: f"{hour}\n", TEST: f"{hour}\n"}, hours=hour) for hour in range(1, 9)
    ]
    history.append(commit_of({CART: "9\n"}, hours=9))
    git_dir = tmp_path_factory.mktemp("source") / "shop.git"
    write_history(git_dir, history)
    return git_dir


@pytest.fixture(scope="module")
def workspace(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = analyse(tmp_path_factory.mktemp("home"), source)
    serve(workspace, "impact", by_confidence())
    return workspace


@pytest.fixture
def clone(source: Path, tmp_path: Path) -> Path:
    git(tmp_path, "clone", "--quiet", str(source), "clone")
    return tmp_path / "clone"


def paths(suggestions: list[Suggestion]) -> list[str]:
    return [suggestion.path for suggestion in suggestions]


def test_what_mostly_changed_with_a_file_is_suggested_first(workspace: Workspace) -> None:
    first, second = impact(workspace, SLUG, [CART])
    assert (first.path, first.given, first.support) == (TEST, CART, 9)
    assert first.confidence == pytest.approx(0.9)
    assert first.reasons[0] == "changed together 9 of 10 times, last 0 days ago"
    assert (second.path, second.support) == (LIST, 1)
    assert first.probability
    assert second.probability
    assert first.probability > second.probability


def test_as_many_are_suggested_as_are_asked_for(workspace: Workspace) -> None:
    assert paths(impact(workspace, SLUG, [CART], k=1)) == [TEST]


def test_a_path_that_head_lacks_is_refused(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match=r"did you mean cart\.py"):
        impact(workspace, SLUG, ["cart.p"])


def test_the_files_of_a_stored_commit_are_asked_about(workspace: Workspace) -> None:
    assert paths(impact_of(workspace, SLUG, Selection.commit("main"))) == [TEST, LIST]
    assert paths(impact_of(workspace, SLUG, Selection.range("main~2..main"))) == [LIST]


def test_the_work_tree_is_asked_about_by_what_head_knows_of_it(
    workspace: Workspace, clone: Path
) -> None:
    """A renamed file is known under its old path, a new one not at all."""
    (clone / CART).rename(clone / "basket.py")
    (clone / "new.py").write_text("new\n")
    first, *_ = impact_of(workspace, SLUG, Selection.worktree(), clone)
    assert (first.path, first.given) == (TEST, CART)


def test_new_files_alone_say_nothing(workspace: Workspace, clone: Path) -> None:
    (clone / "new.py").write_text("new\n")
    with pytest.raises(UsageError, match="none of the files that the work tree changes"):
        impact_of(workspace, SLUG, Selection.worktree(), clone)


def test_without_a_model_files_are_ranked_by_how_often_they_changed_together(
    source: Path, tmp_path: Path
) -> None:
    workspace = analyse(tmp_path / "home", source)
    pairs = [
        (CART, "near.py", 3, 4, 6, 0.75, 0.5),
        ("far.py", CART, 2, 3, 4, 0.66, 0.5),
        ("other.py", "near.py", 9, 9, 9, 1.0, 1.0),
    ]
    names = ("path", "other", "support", "commits", "other_commits", "confidence")
    coupling = pl.DataFrame(pairs, (*names, "other_confidence"), orient="row")
    rows = pl.concat([TABLES["change_coupling"].to_frame(), coupling], how="diagonal_relaxed")
    workspace.lake.write("change_coupling", SLUG, INSIGHT.frame(rows))
    made = Publication.now(data_version="1", code_version="1", head_sha="0" * 40, rows=3)
    workspace.publications.record("change_coupling", SLUG, made)
    assert impact(workspace, SLUG, [CART]) == [
        Suggestion("near.py", None, CART, 3, 0.75, ["changed together 3 of 4 times"]),
        Suggestion("far.py", None, CART, 2, 0.5, ["changed together 2 of 4 times"]),
    ]
    with pytest.raises(UsageError, match="HEAD has no file 'nowhere'"):
        impact(workspace, SLUG, ["nowhere"])


def test_without_a_model_and_an_analysis_it_is_said_what_to_do(
    source: Path, tmp_path: Path
) -> None:
    with pytest.raises(HyperionError, match="no impact model is served yet"):
        impact(analyse(tmp_path / "home", source), SLUG, [CART])
