"""Commits that the lake does not know: they are judged as the analysis that knows them does it."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.features.commit_features import commit_features
from hyperion_pipelines.features.inputs import FeatureTables
from hyperion_pipelines.prediction import Selection, predict
from hyperion_pipelines.prediction.pending import features_of, read_pending
from hyperion_pipelines.prediction.scoring import score
from hyperion_pipelines.sample import write_sample_repository
from hyperion_pipelines.workspace import Workspace
from tests.feature_histories import tables
from tests.histories import git
from tests.unit.prediction.analysed_home import SLUG, analyse, judge, risk_model

NEW = 12  # commits of HEAD's first-parent way that the lake does not know


@settings(max_examples=25, deadline=None)
@given(tables(), st.data())
def test_features_asked_for_alone_equal_those_of_the_whole_history(
    history: FeatureTables, data: st.DataObject
) -> None:
    whole = commit_features(history, read_filters())
    shas = data.draw(st.lists(st.sampled_from(whole["sha"].to_list() or [""]), max_size=3))
    alone = features_of(shas, history, read_filters())
    assert_frame_equal(alone, whole.filter(pl.col("sha").is_in(shas)), check_exact=True)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample repository, with all its branches but HEAD's removed."""
    git_dir = write_sample_repository(tmp_path_factory.mktemp("sample")).git_dir
    for branch in git(git_dir, "branch", "--format=%(refname:short)").decode().split():
        if branch != "main":
            git(git_dir, "branch", "-D", branch)
    return git_dir


@pytest.fixture(scope="module")
def whole(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A home that knows all of the sample, judged by a model that learned from it."""
    workspace = analyse(tmp_path_factory.mktemp("whole"), sample)
    judge(workspace, risk_model(workspace.lake.read("commit_features", SLUG)))
    return workspace


@pytest.fixture(scope="module")
def behind(sample: Path, whole: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A home with that model, without the last commits of the sample; the source has them."""
    model = risk_model(whole.lake.read("commit_features", SLUG))
    source = tmp_path_factory.mktemp("behind") / "shop.git"
    git(sample, "clone", "--quiet", "--bare", str(sample), str(source))
    git(source, "update-ref", "refs/heads/main", f"main~{NEW}")
    workspace = analyse(source.parent / "home", source, model)
    git(source, "fetch", "--quiet", str(sample), "+main:main")
    return workspace


def new_commits(whole: Workspace, behind: Workspace) -> list[str]:
    known = behind.lake.read("commits", SLUG, columns=["sha"])
    scored = whole.lake.read("commit_scores", SLUG, columns=["sha"])
    return scored.join(known, on="sha", how="anti")["sha"].to_list()


def test_pending_features_and_scores_are_those_of_the_next_analysis(
    whole: Workspace, behind: Workspace, sample: Path
) -> None:
    shas = new_commits(whole, behind)
    assert len(shas) >= NEW
    pending = read_pending(behind, SLUG, sample, shas)
    asked = pl.col("sha").is_in(shas)
    features = whole.lake.read("commit_features", SLUG, where=asked).drop("repository")
    assert_frame_equal(pending.features, features, check_exact=True)
    columns = ["sha", "model_version", "served_by", "probability", "log_odds"]
    scores = whole.lake.read("commit_scores", SLUG, where=asked, columns=columns)
    judged = score(behind, SLUG, pending.features).select(columns)
    assert_frame_equal(judged, scores, check_exact=True)


def test_one_pending_commit_alone_counts_its_unknown_ancestors(
    whole: Workspace, behind: Workspace, sample: Path
) -> None:
    last = new_commits(whole, behind)[-1]
    pending = read_pending(behind, SLUG, sample, [last])
    features = whole.lake.read("commit_features", SLUG, where=pl.col("sha") == last)
    assert_frame_equal(pending.features, features.drop("repository"), check_exact=True)


def test_people_of_pending_commits_are_those_of_the_next_analysis(
    whole: Workspace, behind: Workspace, sample: Path
) -> None:
    shas = new_commits(whole, behind)
    known = pl.col("sha").is_in(shas)
    people = whole.lake.read("commits", SLUG, columns=["sha", "author_id", "is_bot"], where=known)
    pending = read_pending(behind, SLUG, sample, shas).commits.filter(known)
    assert_frame_equal(pending.select("sha", "author_id", "is_bot"), people, check_row_order=False)


def test_a_stored_and_a_pending_commit_are_told_apart_and_judged_alike(
    whole: Workspace, behind: Workspace
) -> None:
    last = new_commits(whole, behind)[-1]
    (stored,) = predict(whole, SLUG, Selection.commit(last))
    (pending,) = predict(behind, SLUG, Selection.commit("main"))
    assert (stored.is_stored, pending.is_stored) == (True, False)
    assert pending.sha == stored.sha == last
    assert pending.probability == stored.probability
    assert pending.evidence == stored.evidence
    assert [reason.feature for reason in pending.reasons] == [
        reason.feature for reason in stored.reasons
    ]
