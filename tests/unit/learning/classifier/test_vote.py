"""The soft vote: the same every time, exact about its reasons, and as good after it was saved."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.learning.classifier import vote as vote_module
from hyperion_pipelines.learning.classifier import voters
from hyperion_pipelines.learning.classifier.vote import (
    BOOSTING,
    DEFAULT,
    FOREST,
    THOROUGH,
    XGBOOST,
    Vote,
    VoteParameters,
    fit_vote,
)

NAMES = ("signal", "noise", "gaps")
FEW_TREES = VoteParameters(forest_trees=10, boosting_trees=10, with_xgboost=True)


def drawn(rows: int = 600) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Labels that follow the first of three columns; the third has gaps."""
    generator = np.random.default_rng(7)
    inputs = generator.normal(size=(rows, 3)).astype(np.float32)
    inputs[generator.random(rows) < 0.3, 2] = np.nan
    labels = inputs[:, 0] + generator.normal(size=rows) > 0.5
    return inputs, labels


def is_not_installed() -> bool:
    return False


def fitted(parameters: VoteParameters = FEW_TREES) -> Vote:
    inputs, labels = drawn()
    return fit_vote(inputs, labels, names=NAMES, parameters=parameters)


@pytest.mark.parametrize("parameters", [DEFAULT, THOROUGH, FEW_TREES])
def test_contributions_add_up_to_the_log_odds(parameters: VoteParameters) -> None:
    inputs, _ = drawn()
    vote = fitted(parameters)
    contributions = vote.contributions(inputs)
    assert contributions.shape == (600, 4)
    np.testing.assert_allclose(contributions.sum(axis=1), vote.log_odds(inputs), atol=1e-4)


def test_the_base_is_the_same_for_every_row() -> None:
    inputs, _ = drawn()
    assert np.ptp(fitted().contributions(inputs)[:, -1]) == pytest.approx(0, abs=1e-6)


def test_the_vote_is_the_mean_of_its_voters() -> None:
    inputs, _ = drawn()
    vote = fitted()
    answers = [voter.log_odds(inputs) for voter in vote.voters.values()]
    np.testing.assert_allclose(vote.log_odds(inputs), np.mean(answers, axis=0))


def test_voters_answer_on_the_scale_of_log_odds() -> None:
    """A forest's answer is the mean of its trees, not their sum, whatever their number."""
    inputs, labels = drawn()
    for voter in fitted().voters.values():
        share = 1 / (1 + np.exp(-voter.log_odds(inputs)))
        assert share.mean() == pytest.approx(labels.mean(), abs=0.08)


def test_what_follows_the_labels_contributes_most() -> None:
    inputs, _ = drawn()
    mean = np.abs(fitted().contributions(inputs)).mean(axis=0)
    assert mean[0] > 3 * max(mean[1], mean[2])


def test_equal_inputs_give_an_equal_model_to_the_last_byte(tmp_path: Path) -> None:
    fitted().save(tmp_path / "one")
    fitted().save(tmp_path / "two")
    files = sorted(file.name for file in (tmp_path / "one").iterdir())
    assert {"boosting.txt", "forest.txt", "vote.json"} <= set(files)
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_loaded_vote_answers_as_the_saved_one_did(tmp_path: Path) -> None:
    inputs, _ = drawn()
    vote = fitted()
    vote.save(tmp_path)
    loaded = Vote.load(tmp_path)
    assert loaded.names == NAMES
    np.testing.assert_array_equal(loaded.log_odds(inputs), vote.log_odds(inputs))
    np.testing.assert_array_equal(loaded.contributions(inputs), vote.contributions(inputs))


def test_a_row_of_weight_two_counts_as_two_rows() -> None:
    """Weighting the positives up raises every answer."""
    inputs, labels = drawn()
    weights = np.where(labels, 5.0, 1.0)
    weighted = fit_vote(inputs, labels, names=NAMES, weights=weights, parameters=FEW_TREES)
    assert (weighted.log_odds(inputs) > fitted().log_odds(inputs)).mean() > 0.95


def test_few_rows_still_give_a_vote() -> None:
    """With fewer rows than a leaf needs, the answer is the share of the positives."""
    inputs, labels = drawn(12)
    vote = fit_vote(inputs, labels, names=NAMES, parameters=FEW_TREES)
    assert np.isfinite(vote.log_odds(inputs)).all()


def test_labels_of_one_class_are_refused() -> None:
    inputs, labels = drawn()
    with pytest.raises(ValueError, match="one class only"):
        fit_vote(inputs, np.zeros_like(labels), names=NAMES)


def test_names_must_be_those_of_the_columns() -> None:
    inputs, labels = drawn()
    with pytest.raises(ValueError, match="2 names"):
        fit_vote(inputs, labels, names=("a", "b"))


def test_without_xgboost_two_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vote_module, "is_xgboost_installed", is_not_installed)
    assert list(fitted().voters) == [FOREST, BOOSTING]


def test_a_vote_with_xgboost_says_what_it_lacks_where_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voters, "is_xgboost_installed", is_not_installed)
    fitted().save(tmp_path)
    described = tmp_path / "vote.json"
    described.write_text(described.read_text().replace('"boosting"', '"xgboost"'))
    with pytest.raises(HyperionError, match="install xgboost-cpu"):
        Vote.load(tmp_path)


def test_with_xgboost_three_vote_where_it_is_asked_to() -> None:
    assert list(fitted().voters) == [FOREST, BOOSTING, XGBOOST]
    inputs, labels = drawn()
    without = replace(FEW_TREES, with_xgboost=False)
    vote = fit_vote(inputs, labels, names=NAMES, parameters=without)
    assert list(vote.voters) == [FOREST, BOOSTING]
