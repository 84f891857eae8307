"""Effort-aware measures: worked out by hand on a few changes, and their bounds on any."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperion_pipelines.learning.evaluation import evaluate
from hyperion_pipelines.learning.evaluation.effort import (
    EffortRankings,
    effort_measures,
    review_costs,
)
from hyperion_pipelines.learning.evaluation.ranking import BoolArray, FloatArray
from tests.unit.learning.evaluation.judged_rows import Judged, judged_rows

# A large buggy change, a small one, and two clean ones: 100 lines in all.
LABELS = np.array([True, True, False, False])
EFFORT = np.array([50.0, 10.0, 10.0, 30.0])


def measures_of(
    labels: BoolArray, probabilities: FloatArray, effort: FloatArray
) -> dict[str, float]:
    rankings = EffortRankings.of(labels, probabilities, effort)
    return dict(effort_measures(rankings, labels.astype(np.float64), np.ones(len(labels))))


def test_rows_are_reviewed_by_probability_per_line() -> None:
    """The small buggy change has .04 a line, the clean one of 30 lines .02, the others .01.

    So the first 20 lines are those of the buggy change, and ten of the 30.
    """
    measured = measures_of(LABELS, np.array([0.5, 0.4, 0.1, 0.6]), EFFORT)
    assert measured["recall_at_20_effort"] == pytest.approx(0.5)


def test_of_a_row_that_is_reviewed_in_part_that_part_counts() -> None:
    """The 20 lines of the budget are two fifths of the buggy change of 50."""
    measured = measures_of(LABELS, np.array([1.0, 0.0, 0.0, 0.0]), EFFORT)
    assert measured["recall_at_20_effort"] == pytest.approx(0.4 * 0.5)


def test_the_null_reviews_the_smallest_change_first() -> None:
    """Both changes of 10 lines fit the budget, in either order; one of them is buggy."""
    measured = measures_of(LABELS, np.zeros(4), EFFORT)
    assert measured["recall_at_20_effort_null"] == pytest.approx(0.5)


def test_popt_is_the_place_between_the_worst_order_and_the_optimal() -> None:
    """Worked out from the areas under the three curves, in lines and bugs.

    Optimal: bugs at 10 and 60 lines: .5 x 10 + 1.5 x 50 + 2 x 40 = 160. Worst: 40 clean lines, the
    50, the 10: .5 x 50 + 1.5 x 10 = 40. Clean 10, the 50, the buggy 10, clean 30, as scored here:
    .5 x 50 + 1.5 x 10 + 2 x 30 = 100.
    """
    scored = np.array([0.5 * 50, 0.4 * 10, 0.9 * 10, 0.1 * 30]) / 50
    measured = measures_of(LABELS, scored, EFFORT)
    assert measured["popt"] == pytest.approx(1 - (160 - 100) / (160 - 40))


def test_a_change_without_lines_costs_one() -> None:
    """Two changes without lines and one of a line are three lines."""
    assert review_costs(np.array([0.0, 0.0, 1.0, 7.5])).tolist() == [1, 1, 1, 7.5]


def test_popt_is_left_out_where_every_order_is_the_same() -> None:
    """Two bugs of one size, and nothing else."""
    measured = measures_of(np.array([True, True]), np.array([0.1, 0.9]), np.array([5.0, 5.0]))
    assert measured.keys() == {"recall_at_20_effort", "recall_at_20_effort_null"}


efforts = st.lists(st.integers(0, 500), min_size=32, max_size=32).map(
    lambda lines: np.array(lines, np.float64)
)


@given(judged_rows(), efforts)
def test_the_optimal_order_has_popt_1_and_the_worst_0(rows: Judged, effort: FloatArray) -> None:
    """Who knows the labels reaches both: as probabilities they give the optimal order."""
    labels, _ = rows
    known, lines = labels.astype(np.float64), effort[: len(labels)]
    assert measures_of(labels, known, lines)["popt"] == pytest.approx(1)
    assert measures_of(labels, -known, lines)["popt"] == pytest.approx(0)


@given(judged_rows(), efforts)
def test_popt_lies_between_the_worst_and_the_optimal(rows: Judged, effort: FloatArray) -> None:
    labels, scores = rows
    measured = measures_of(labels, scores / 5, effort[: len(labels)])
    assert all(-1e-9 <= value <= 1 + 1e-9 for value in measured.values())


@given(judged_rows(), st.integers(1, 100))
def test_equal_efforts_leave_the_order_of_the_scores(rows: Judged, lines: int) -> None:
    """Recall in a fifth of the lines is then recall in a fifth of the rows."""
    labels, scores = rows
    effort = np.full(len(labels), lines)
    judged = evaluate(labels, scores, probabilities=scores / 5, effort=effort, samples=1)
    assert judged.recall_at_20_effort == pytest.approx(judged.recall_at_20)
