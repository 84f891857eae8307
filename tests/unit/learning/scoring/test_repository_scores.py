"""A repository's commits and files, scored by the models that there are."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.learning.champions import Champions
from hyperion_pipelines.learning.repository_tables import RepositoryTables
from hyperion_pipelines.learning.scoring.repository_scores import scored_commits, scored_files
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stores.lake import DeltaLake
from tests.unit.learning.conftest import SLUG, Trained

ADDED_UP = pl.sum_horizontal(
    "base_log_odds",
    "other_contribution",
    pl.col("reasons").list.eval(pl.element().struct.field("contribution")).list.sum(),
)


@pytest.fixture(scope="module")
def commits(trained: Trained) -> pl.DataFrame:
    return scored_commits(trained.tables, trained.models)


def test_every_commit_has_a_score_of_every_model_with_its_version(
    trained: Trained, commits: pl.DataFrame
) -> None:
    assert {"repository", *commits.columns} == set(TABLES["commit_scores"])
    assert commits["sha"].equals(trained.tables.commit_features["sha"])
    named = commits.select("model", "model_version", "priority_version").unique()
    assert named.rows() == [("risk", "risk 1", "ensemble 1")]
    assert commits.select("probability", "anomaly", "priority").null_count().row(0) == (0, 0, 0)


def test_the_reasons_add_up_to_the_score(trained: Trained, commits: pl.DataFrame) -> None:
    for scores in (commits, scored_files(trained.tables, trained.models)):
        sums = scores.select(ADDED_UP).to_series().to_numpy()
        assert sums == pytest.approx(scores["log_odds"].to_numpy(), abs=1e-3)
        assert scores["reasons"].list.len().max() == 5


def test_commits_keep_a_rank_where_no_model_is_there(trained: Trained) -> None:
    scores = scored_commits(trained.tables, Champions())
    assert scores["served_by"].unique().to_list() == ["fallback"]
    nothing = ("model_version", "probability", "anomaly", "priority", "priority_version")
    assert scores.select(pl.col(nothing).is_null().all()).row(0) == (True,) * len(nothing)
    largest = trained.tables.commit_features.sort("lines_added")["sha"][-1]
    assert (
        scores.sort("percentile")["percentile"][-1] == scores.filter(sha=largest)["percentile"][0]
    )


def test_one_model_that_is_missing_leaves_the_others_their_say(trained: Trained) -> None:
    scores = scored_commits(trained.tables, replace(trained.models, risk=None, ensemble=None))
    assert scores["served_by"].unique().to_list() == ["fallback"]
    assert scores["anomaly"].null_count() == 0
    assert scores["priority"].is_null().all()


def test_files_that_are_not_at_head_are_not_scored(trained: Trained, tmp_path: Path) -> None:
    lake, tables = DeltaLake(tmp_path), trained.tables
    gone, *there = tables.tree["path"].sort()
    tree = tables.tree.filter(pl.col("path") != gone)
    for table, frame in (("tree", tree), ("file_features", tables.file_features)):
        lake.write(table, SLUG, frame.drop("repository"))
    assert gone in scored_files(tables, trained.models)["path"]
    scores = scored_files(RepositoryTables(lake, SLUG, tables.filters), trained.models)
    assert {"repository", *scores.columns} == set(TABLES["file_scores"])
    assert gone not in scores["path"]
    assert set(scores["path"]) <= set(there)
    assert scores["model_version"].unique().to_list() == ["bug 1"]
