"""Measures of an order: by hand, against scikit-learn, and what holds of any order."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from hyperion_pipelines.learning.evaluation.ranking import Ranking, auc, average_precision
from tests.unit.learning.evaluation.judged_rows import Judged, curve_of, judged_rows

SCIKIT_LEARN: Any = metrics
LABELS = np.array([True, False, True, False, False])
SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.5])


def test_auc_counts_the_pairs_in_the_right_order() -> None:
    """Of six pairs of a positive and a negative, the second positive is behind in one."""
    assert auc(curve_of(LABELS, SCORES)) == pytest.approx(5 / 6)


def test_average_precision_is_the_mean_precision_at_each_positive() -> None:
    """The first positive is met at precision 1, the second at 2 of 3."""
    assert average_precision(curve_of(LABELS, SCORES)) == pytest.approx((1 + 2 / 3) / 2)


def test_recall_at_a_share_of_the_rows() -> None:
    curve = curve_of(LABELS, SCORES)
    assert [curve.gain_at(share) for share in (0.2, 0.4, 0.6, 1)] == [0.5, 0.5, 1, 1]


def test_of_rows_that_score_the_same_a_part_is_taken_as_in_any_order() -> None:
    """Two of four equal rows hold, on average over their orders, half of their positives."""
    curve = curve_of(np.array([True, False, False, True]), np.zeros(4))
    assert curve.gain_at(0.5) == 0.5


@settings(max_examples=50)
@given(judged_rows(), st.data())
def test_measures_are_those_of_scikit_learn(rows: Judged, data: st.DataObject) -> None:
    labels, scores = rows
    draws = st.lists(st.integers(1, 4), min_size=len(labels), max_size=len(labels))
    weights = np.array(data.draw(draws), np.float64)
    curve = Ranking.by(scores).curve(np.where(labels, weights, 0.0), weights)
    area = SCIKIT_LEARN.roc_auc_score(labels, scores, sample_weight=weights)
    mean = SCIKIT_LEARN.average_precision_score(labels, scores, sample_weight=weights)
    assert auc(curve) == pytest.approx(area)
    assert average_precision(curve) == pytest.approx(mean)


@given(judged_rows(), st.data())
def test_a_weight_is_as_many_rows(rows: Judged, data: st.DataObject) -> None:
    """A row that was drawn twice counts as two rows, one that was not drawn as none."""
    labels, scores = rows
    draws = st.lists(st.integers(0, 3), min_size=len(labels), max_size=len(labels))
    weights = np.array([*data.draw(draws)[:-2], 1, 1])
    counts = weights.astype(np.float64)
    weighted = Ranking.by(scores).curve(np.where(labels, counts, 0.0), counts)
    repeated = curve_of(np.repeat(labels, weights), np.repeat(scores, weights))
    for measure in (auc, average_precision):
        assert measure(weighted) == pytest.approx(measure(repeated))
    assert weighted.gain_at(0.2) == pytest.approx(repeated.gain_at(0.2))


@given(judged_rows())
def test_measures_know_the_order_of_scores_alone(rows: Judged) -> None:
    labels, scores = rows
    curve, stretched = curve_of(labels, scores), curve_of(labels, np.exp(scores) - 7)
    assert (auc(curve), average_precision(curve)) == (auc(stretched), average_precision(stretched))


@given(judged_rows())
def test_reversed_scores_have_the_rest_of_the_area(rows: Judged) -> None:
    labels, scores = rows
    assert auc(curve_of(labels, scores)) + auc(curve_of(labels, -scores)) == pytest.approx(1)
