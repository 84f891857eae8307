"""Intervals by the bootstrap: what they hold, how wide they are, what is left out."""

import numpy as np
import pytest

from hyperion_pipelines.errors import FailedCheckError
from hyperion_pipelines.learning.evaluation.intervals import (
    bootstrap_intervals,
    drawn_weights,
    mean_intervals,
    paired_difference,
    paired_mean_difference,
)
from hyperion_pipelines.learning.evaluation.ranking import FloatArray

GENERATOR = np.random.default_rng(7)
SIGNAL = GENERATOR.normal(size=400)
LABELS = GENERATOR.random(400) < 1 / (1 + np.exp(-SIGNAL))
NOISE = GENERATOR.normal(size=400)


def test_every_sample_has_as_many_rows_as_there_are() -> None:
    assert {weights.sum() for weights in drawn_weights(9, samples=20)} == {9}


def test_the_same_rows_have_the_same_samples() -> None:
    first, again = (list(drawn_weights(50, samples=3)) for _ in range(2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first[0], first[1])


def test_the_interval_of_a_mean_is_that_of_its_standard_error() -> None:
    """1.96 standard errors to either side, but for the chance of 500 samples."""
    values = SIGNAL
    [(low, high)] = mean_intervals(values[:, np.newaxis])
    error = values.std() / np.sqrt(len(values))
    assert (high - low) / 2 == pytest.approx(1.96 * error, rel=0.1)
    assert (high + low) / 2 == pytest.approx(values.mean(), abs=0.2 * error)


def test_a_sample_in_which_a_measure_is_undefined_is_left_out() -> None:
    """The mean of the second row is always 1 where that row was drawn."""

    def mean_of_the_second(weights: FloatArray) -> dict[str, float]:
        return {"mean": 1.0} if weights[1] else {}

    assert bootstrap_intervals(mean_of_the_second, 2, samples=50) == {"mean": (1.0, 1.0)}


def test_better_scores_are_better_beyond_the_interval() -> None:
    difference, low, high = paired_difference(LABELS, SIGNAL, NOISE)
    assert 0 < low < difference < high


def test_a_difference_changes_its_sign_with_its_sides() -> None:
    there = paired_difference(LABELS, SIGNAL, SIGNAL + NOISE, metric="auc")
    back = paired_difference(LABELS, SIGNAL + NOISE, SIGNAL, metric="auc")
    assert there == pytest.approx((-back[0], -back[2], -back[1]))


def test_pairs_share_their_luck() -> None:
    """Scores of one order differ by nothing, however few rows there are."""
    assert paired_difference(LABELS[:20], SIGNAL[:20], 3 * SIGNAL[:20]) == (0, 0, 0)


def test_one_class_alone_cannot_compare_scores() -> None:
    with pytest.raises(FailedCheckError, match="all positive or all negative"):
        paired_difference([True, True], [0.1, 0.2], [0.2, 0.1])


def test_what_is_no_score_is_refused() -> None:
    """Not a number has no place in an order."""
    with pytest.raises(FailedCheckError, match="no finite numbers"):
        paired_difference([True, False], [0.1, np.nan], [0.2, 0.1])


def test_mean_differences_are_of_pairs() -> None:
    """Each is larger by a half, so that no sample says otherwise."""
    assert paired_mean_difference(SIGNAL + 0.5, SIGNAL) == pytest.approx((0.5, 0.5, 0.5))


def test_no_pairs_have_no_mean_difference() -> None:
    with pytest.raises(FailedCheckError, match="no pairs"):
        paired_mean_difference([], [])
