"""Calibration: probabilities that come true as often as they say, in the same order as before."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hyperion_pipelines.learning.classifier.calibration import (
    IDENTITY,
    CalibratedVote,
    Calibration,
    fit_calibration,
)
from hyperion_pipelines.learning.classifier.vote import VoteParameters, fit_vote


def outcomes(log_odds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """What comes of events of these log-odds."""
    generator = np.random.default_rng(3)
    return generator.random(len(log_odds)) < 1 / (1 + np.exp(-log_odds))


def test_the_line_that_bent_the_answers_is_found_again() -> None:
    """Answers are twice too sure and one too high: slope 1/2, intercept -1/2."""
    true = np.random.default_rng(1).normal(-1, 1.5, 40_000)
    found = fit_calibration(2 * true + 1, outcomes(true))
    assert found.slope == pytest.approx(0.5, abs=0.02)
    assert found.intercept == pytest.approx(-0.5, abs=0.05)


def test_the_mean_probability_is_the_share_of_the_positives() -> None:
    answers = np.random.default_rng(1).normal(0, 3, 5_000)
    labels = outcomes(answers / 2 - 2)
    found = fit_calibration(answers, labels)
    assert found.probability(answers).mean() == pytest.approx(labels.mean(), abs=0.002)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-8, 8), st.booleans()), min_size=1, max_size=30),
)
def test_whatever_the_examples_the_order_is_kept(examples: list[tuple[float, bool]]) -> None:
    answers = np.array([answer for answer, _ in examples])
    found = fit_calibration(answers, np.array([label for _, label in examples]))
    assert found.slope > 0
    assert np.isfinite([found.slope, found.intercept]).all()
    probabilities = found.probability(np.sort(answers))
    assert (np.diff(probabilities) >= 0).all()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


def test_few_examples_of_one_class_give_no_certainty() -> None:
    found = fit_calibration(np.array([-1.0, -1.0, -1.0]), np.array([False, False, False]))
    assert 0.05 < found.probability(np.array([-1.0]))[0] < 0.5


def test_the_identity_changes_nothing() -> None:
    answers = np.array([-2.0, 0.0, 3.0])
    np.testing.assert_array_equal(IDENTITY.log_odds(answers), answers)


def test_contributions_of_a_calibrated_vote_add_up_and_survive_saving(tmp_path: Path) -> None:
    generator = np.random.default_rng(2)
    inputs = generator.normal(size=(500, 2)).astype(np.float32)
    labels = inputs[:, 0] > generator.normal(size=500)
    parameters = VoteParameters(forest_trees=5, boosting_trees=5)
    vote = fit_vote(inputs, labels, names=("a", "b"), parameters=parameters)
    model = CalibratedVote(vote, Calibration(slope=0.7, intercept=-1.2))
    added = model.contributions(inputs).sum(axis=1)
    np.testing.assert_allclose(added, model.log_odds(inputs), atol=1e-4)
    np.testing.assert_allclose(model.probability(inputs), 1 / (1 + np.exp(-added)), atol=1e-4)
    model.save(tmp_path)
    loaded = CalibratedVote.load(tmp_path)
    np.testing.assert_array_equal(loaded.log_odds(inputs), model.log_odds(inputs))
