"""All that is said of the scores of rows that turned out positive or not: `evaluate`.

It joins the measures of `ranking`, `effort` and `probabilities`, and gives each its interval.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from hyperion_pipelines.errors import FailedCheckError
from hyperion_pipelines.learning.evaluation.effort import EffortRankings, effort_measures
from hyperion_pipelines.learning.evaluation.intervals import SAMPLES, bootstrap_intervals
from hyperion_pipelines.learning.evaluation.probabilities import brier, f1, reliability
from hyperion_pipelines.learning.evaluation.ranking import (
    BoolArray,
    FloatArray,
    Ranking,
    auc,
    average_precision,
    finite_numbers,
)
from hyperion_pipelines.learning.evaluation.reports import Evaluation

REVIEWED_PERCENTS = (5, 10, 20)  # of the rows


def evaluate(
    labels: npt.ArrayLike,
    scores: npt.ArrayLike,
    *,
    probabilities: npt.ArrayLike | None = None,
    effort: npt.ArrayLike | None = None,
    baseline: npt.ArrayLike | None = None,
    threshold: float | None = None,
    samples: int = SAMPLES,
) -> Evaluation:
    """What *scores* say of rows with bool *labels*: every measure of `Evaluation`, with intervals.

    All arrays are (n,). *baseline* is the one feature that a model has to beat, such as lines
    added; *effort* the lines to review; *threshold* the least probability to be called positive.
    What depends on an array that is not given is None, and so is all but the Brier score and the
    reliability where the labels are all equal. Effort-aware measures need *probabilities*. Raises
    FailedCheckError where arrays differ in length or hold what is no number, or no probability.
    """
    positive = np.asarray(labels, bool)
    count = len(positive)
    if count == 0:
        return Evaluation(n=0, positives=0)
    rows = _Rows(
        positive,
        finite_numbers("scores", scores, count),
        None if probabilities is None else finite_numbers("probabilities", probabilities, count),
        None if effort is None else finite_numbers("effort", effort, count),
        None if baseline is None else finite_numbers("baseline", baseline, count),
        threshold,
    )
    believed = rows.probabilities
    if believed is not None and not ((believed >= 0) & (believed <= 1)).all():
        raise FailedCheckError("some probabilities are not between 0 and 1: were log-odds given?")
    return Evaluation(
        n=count,
        positives=int(positive.sum()),
        threshold=threshold,
        reliability=None if believed is None else reliability(positive, believed),
        intervals=bootstrap_intervals(rows.measures, count, samples),
        **rows.measures(np.ones(count)),
    )


@dataclass(frozen=True)
class _Rows:
    """The rows that are judged, and the orders in which they are taken."""

    labels: BoolArray
    scores: FloatArray
    probabilities: FloatArray | None
    effort: FloatArray | None
    baseline: FloatArray | None
    threshold: float | None

    def measures(self, weights: FloatArray) -> dict[str, float]:
        """Every measure that is defined, of rows that count *weights* (n,)."""
        measures: dict[str, float] = {}
        if self.probabilities is not None:
            measures["brier"] = brier(self.labels, self.probabilities, weights)
        gains = self.labels * weights
        if not 0 < gains.sum() < weights.sum():
            return measures
        measures |= self._of_order(gains, weights)
        if self.probabilities is not None and self.threshold is not None:
            measures["f1"] = f1(self.labels, self.probabilities >= self.threshold, weights)
        if self._effort_rankings is not None:
            measures |= effort_measures(self._effort_rankings, gains, weights)
        return measures

    def _of_order(self, gains: FloatArray, weights: FloatArray) -> dict[str, float]:
        curve = self._ranking.curve(gains, weights)
        measures = {"auc": auc(curve), "average_precision": average_precision(curve)}
        for percent in REVIEWED_PERCENTS:
            measures[f"recall_at_{percent}"] = curve.gain_at(percent / 100)
        if self._baseline_ranking is not None:
            baseline = self._baseline_ranking.curve(gains, weights)
            measures["auc_baseline"] = auc(baseline)
            measures["average_precision_baseline"] = average_precision(baseline)
        return measures

    @cached_property
    def _ranking(self) -> Ranking:
        return Ranking.by(self.scores)

    @cached_property
    def _baseline_ranking(self) -> Ranking | None:
        return None if self.baseline is None else Ranking.by(self.baseline)

    @cached_property
    def _effort_rankings(self) -> EffortRankings | None:
        if self.probabilities is None or self.effort is None:
            return None
        return EffortRankings.of(self.labels, self.probabilities, self.effort)
