"""Measures of probabilities: by hand, and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from sklearn import calibration, metrics

from hyperion_pipelines.learning.evaluation.probabilities import (
    best_f1_threshold,
    brier,
    f1,
    reliability,
)
from tests.unit.learning.evaluation.judged_rows import Judged, judged_rows


def test_brier_is_the_mean_squared_distance() -> None:
    labels, probabilities = np.array([True, False]), np.array([0.9, 0.2])
    assert brier(labels, probabilities, np.ones(2)) == pytest.approx((0.01 + 0.04) / 2)


def test_reliability_has_a_row_for_each_bin_that_holds_rows() -> None:
    """A probability of 1 belongs to the last bin."""
    labels = np.array([False, True, True, True])
    curve = reliability(labels, np.array([0.11, 0.19, 0.95, 1.0]))
    assert curve.rows() == [
        (0.1, 0.2, 2, pytest.approx(0.15), 0.5),
        (0.9, 1.0, 2, pytest.approx(0.975), 1.0),
    ]


def test_the_threshold_is_where_f1_is_best() -> None:
    """From .6 on, two of three are right and both are found: F1 .8; from .9 on, only one: .67."""
    labels = np.array([True, False, True, False])
    assert best_f1_threshold(labels, [0.9, 0.7, 0.6, 0.1]) == 0.6


def test_of_thresholds_that_are_as_good_the_highest_is_taken() -> None:
    """From .9 on one of one is right and one of two found, from .2 on both of four: F1 .67."""
    assert best_f1_threshold([True, False, False, True], [0.9, 0.7, 0.6, 0.2]) == 0.9


def test_without_a_positive_row_the_threshold_is_one_half() -> None:
    assert best_f1_threshold([False, False], [0.9, 0.7]) == 0.5


@given(judged_rows())
def test_no_other_threshold_has_a_better_f1(rows: Judged) -> None:
    labels, scores = rows
    weights = np.ones(len(labels))
    best = f1(labels, scores >= best_f1_threshold(labels, scores), weights)
    assert best >= max(f1(labels, scores >= threshold, weights) for threshold in scores) - 1e-12


@given(judged_rows())
def test_probability_measures_are_those_of_scikit_learn(rows: Judged) -> None:
    labels, scores = rows
    # Halfway into a bin: on its border, both put a value on different sides.
    probabilities = (scores + 0.25) / 6
    chosen, weights = probabilities >= 0.5, np.arange(1.0, 1 + len(labels))
    assert brier(labels, probabilities, weights) == pytest.approx(
        metrics.brier_score_loss(labels, probabilities, sample_weight=weights)
    )
    assert f1(labels, chosen, weights) == pytest.approx(
        metrics.f1_score(labels, chosen, sample_weight=weights)
    )
    shares, means = calibration.calibration_curve(labels, probabilities, n_bins=10)
    curve = reliability(labels, probabilities)
    assert curve["positive_share"].to_list() == pytest.approx(shares.tolist())
    assert curve["mean_probability"].to_list() == pytest.approx(means.tolist())
