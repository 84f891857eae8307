"""The risk model: one for all repositories, better where a repository has labels."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.learning.evaluation.by_repository import ALL
from hyperion_pipelines.learning.models.risk import RiskPredictor, RiskTraining
from hyperion_pipelines.learning.models.shortage import Shortage
from hyperion_pipelines.learning.training.splits import with_parts
from tests.commit_examples import FEATURES, generated


def trained(examples: pl.DataFrame, champion: RiskPredictor | None = None) -> RiskTraining:
    training = RiskPredictor.train(with_parts(examples), FEATURES, champion)
    assert isinstance(training, RiskTraining), training
    return training


@pytest.fixture(scope="module")
def large_and_small() -> pl.DataFrame:
    """A repository with many labels, and one with too few for a vote of its own."""
    return pl.concat([generated("large"), generated("small", 200, seed=2, scale=10)])


@pytest.fixture(scope="module")
def training(large_and_small: pl.DataFrame) -> RiskTraining:
    return trained(large_and_small)


def test_it_beats_lines_added_on_commits_it_has_not_seen(training: RiskTraining) -> None:
    assert training.contest.challenger > training.contest.baseline
    found = training.evaluations["large"]
    assert found.auc is not None
    assert found.auc_baseline is not None
    assert found.auc > found.auc_baseline + 0.01


def test_every_repository_and_all_together_are_judged(training: RiskTraining) -> None:
    assert set(training.evaluations) == {ALL, "large", "small"}
    assert training.evaluations[ALL].n == sum(
        training.evaluations[name].n for name in ("large", "small")
    )


def test_only_the_test_part_judges(training: RiskTraining, large_and_small: pl.DataFrame) -> None:
    test = with_parts(large_and_small).filter(pl.col("part") == "test")
    assert training.evaluations[ALL].n == test.height


def test_a_repository_with_few_labels_is_answered_by_the_pooled_vote(
    training: RiskTraining, large_and_small: pl.DataFrame
) -> None:
    served = (
        training.model.predict(large_and_small)
        .group_by("repository")
        .agg(pl.col("served_by").unique())
    )
    by = dict(served.iter_rows())
    assert by["small"] == ["pooled"]
    assert by["large"] in (["own"], ["pooled"])


def test_the_only_repository_is_answered_by_its_own_vote() -> None:
    examples = generated("alone")
    answers = trained(examples).model.predict(examples)
    assert answers["served_by"].unique().to_list() == ["own"]


def test_an_unknown_repository_has_answers_on_its_first_day(training: RiskTraining) -> None:
    """Its values stand among its own: sizes ten times as large do not make it ten times riskier."""
    plain = training.model.predict(generated("new", 300, seed=5))
    scaled = training.model.predict(generated("new", 300, seed=5, scale=10))
    assert plain["served_by"].unique().to_list() == ["pooled"]
    assert plain["probability"].is_between(0, 1).all()
    correlation = np.corrcoef(plain["log_odds"], scaled["log_odds"])[0, 1]
    assert correlation > 0.95


def test_answers_come_in_the_order_of_the_rows(
    training: RiskTraining, large_and_small: pl.DataFrame
) -> None:
    shuffled = large_and_small.sample(fraction=1, shuffle=True, seed=4)
    answers = training.model.predict(shuffled)
    assert answers["key"].to_list() == shuffled["key"].to_list()
    assert_frame_equal(answers.sort("key"), training.model.predict(large_and_small).sort("key"))


@pytest.mark.parametrize("fit", ["evaluated", "served"])
def test_contributions_add_up_to_the_answers(
    training: RiskTraining, large_and_small: pl.DataFrame, fit: str
) -> None:
    name = "evaluated" if fit == "evaluated" else "served"
    names, added = training.model.contributions(large_and_small, name)
    assert added.shape == (large_and_small.height, len(names) + 1)
    assert names[: len(FEATURES)] == FEATURES
    assert "lines_added_per_line_before" in names
    answers = training.model.predict(large_and_small, name)["log_odds"].to_numpy()
    np.testing.assert_allclose(added.sum(axis=1), answers, atol=1e-4)


def test_probabilities_are_near_what_comes_true(training: RiskTraining) -> None:
    found = training.evaluations["large"]
    share = found.positives / found.n
    assert found.brier is not None
    assert found.brier < share * (1 - share)


def test_equal_examples_give_an_equal_model_to_the_last_byte(
    tmp_path: Path, training: RiskTraining, large_and_small: pl.DataFrame
) -> None:
    again = trained(large_and_small.sample(fraction=1, shuffle=True, seed=9))
    for name, model in (("one", training.model), ("two", again.model)):
        model.save(tmp_path / name)
    files = [path for path in (tmp_path / "one").rglob("*") if path.is_file()]
    assert files
    for path in files:
        twin = tmp_path / "two" / path.relative_to(tmp_path / "one")
        assert path.read_bytes() == twin.read_bytes(), path


def test_a_loaded_model_answers_as_the_saved_one_did(
    tmp_path: Path, training: RiskTraining, large_and_small: pl.DataFrame
) -> None:
    training.model.save(tmp_path)
    loaded = RiskPredictor.load(tmp_path)
    assert loaded.features == FEATURES
    assert_frame_equal(loaded.predict(large_and_small), training.model.predict(large_and_small))


def test_the_champion_is_met_on_the_same_commits(
    training: RiskTraining, large_and_small: pl.DataFrame
) -> None:
    """Against itself a model neither wins nor loses."""
    contest = trained(large_and_small, champion=training.model).contest
    assert contest.champion == contest.challenger
    assert contest.difference == (0.0, 0.0, 0.0)


def test_a_champion_that_reads_other_columns_is_not_met(training: RiskTraining) -> None:
    others = with_parts(generated("large")).drop("noise")
    features = [name for name in FEATURES if name != "noise"]
    contest = RiskPredictor.train(others, features, training.model)
    assert isinstance(contest, RiskTraining)
    assert contest.contest.champion is None
    assert contest.contest.is_champion_outdated


def test_too_few_labels_are_said_with_their_numbers() -> None:
    shortage = RiskPredictor.train(with_parts(generated("young", 100)), FEATURES)
    assert isinstance(shortage, Shortage)
    assert "of the 100 and 10 that a risk model needs" in str(shortage)


def test_commits_without_any_bug_are_said_with_their_numbers() -> None:
    clean = generated("clean").with_columns(positive_at=pl.lit(None, pl.Datetime("us", "UTC")))
    shortage = RiskPredictor.train(with_parts(clean), FEATURES)
    assert isinstance(shortage, Shortage)
    assert ", 0 of them bug-inducing" in str(shortage)
