"""Intervals by the bootstrap: what a measure might have been on other rows of the same kind.

Rows are drawn with replacement (Efron, Bootstrap methods: another look at the jackknife, Annals of
Statistics 7(1), 1979), and an interval is the middle 95 % of what the draws give. The draws have a
fixed seed: the same rows have the same interval. Rows are taken for independent, which commits of
one piece of work are not: an interval is rather too narrow than too wide.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

from hyperion_pipelines.errors import FailedCheckError
from hyperion_pipelines.learning.evaluation.ranking import (
    Curve,
    FloatArray,
    Ranking,
    auc,
    average_precision,
    finite_numbers,
)

SAMPLES = 500
SEED = 0
TAILS = (0.025, 0.975)

Interval = tuple[float, float]
Metric = Literal["auc", "average_precision"]
RANKING_MEASURES: Mapping[Metric, Callable[[Curve], float]] = {
    "auc": auc,
    "average_precision": average_precision,
}


def drawn_weights(rows: int, samples: int = SAMPLES) -> Iterator[FloatArray]:
    """For each sample how often each of the *rows* was drawn (n,)."""
    generator = np.random.default_rng(SEED)
    for _ in range(samples):
        drawn = generator.integers(rows, size=rows)
        yield np.bincount(drawn, minlength=rows).astype(np.float64)


def bootstrap_intervals(
    measures: Callable[[FloatArray], Mapping[str, float]], rows: int, samples: int = SAMPLES
) -> dict[str, Interval]:
    """The interval of each of the *measures*, a function of the weights of the rows (n,).

    A sample in which a measure is undefined, as a ranking's is where one class alone was drawn,
    is left out of its interval.
    """
    values: dict[str, list[float]] = defaultdict(list)
    for weights in drawn_weights(rows, samples):
        for name, value in measures(weights).items():
            values[name].append(value)
    return {name: _interval(np.array(drawn)) for name, drawn in values.items()}


def paired_difference(
    labels: npt.ArrayLike,
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    metric: Metric = "average_precision",
) -> tuple[float, float, float]:
    """By how much the scores *a* are better than *b* on the same rows, and its interval.

    *metric* is `auc` or `average_precision`. Both are measured on the same draws, so that what
    they share cancels out; draws of one class alone are left out. Raises FailedCheckError where
    all *labels* are equal, or there is not one finite score for each.
    """
    measure = RANKING_MEASURES[metric]
    positive = np.asarray(labels, np.float64)
    if positive.min(initial=1) == positive.max(initial=0):
        raise FailedCheckError(
            f"scores cannot be compared by {metric} on rows that are all positive or all negative"
        )
    first, second = (
        Ranking.by(finite_numbers("scores", scores, len(positive))) for scores in (a, b)
    )

    def differences(weights: FloatArray) -> Mapping[str, float]:
        gains = positive * weights
        if not 0 < gains.sum() < weights.sum():
            return {}
        curves = (first.curve(gains, weights), second.curve(gains, weights))
        return {metric: measure(curves[0]) - measure(curves[1])}

    difference = differences(np.ones_like(positive))[metric]
    low, high = bootstrap_intervals(differences, len(positive))[metric]
    return difference, low, high


def mean_intervals(values: FloatArray, samples: int = SAMPLES) -> list[Interval]:
    """The interval of the mean of each column of *values* (n, columns), n at least 1."""
    draws = drawn_weights(len(values), samples)
    means = np.array([np.average(values, axis=0, weights=weights) for weights in draws])
    return [_interval(column) for column in means.T]


def paired_mean_difference(a: npt.ArrayLike, b: npt.ArrayLike) -> tuple[float, float, float]:
    """By how much the mean of *a* is above that of *b*, its pair row by row, and its interval.

    Raises FailedCheckError where there are no rows.
    """
    differences = np.asarray(a, np.float64) - np.asarray(b, np.float64)
    if differences.size == 0:
        raise FailedCheckError("there are no pairs of which a mean difference could be told")
    [(low, high)] = mean_intervals(differences[:, np.newaxis])
    return float(differences.mean()), low, high


def _interval(values: FloatArray) -> Interval:
    low, high = np.quantile(values, TAILS)
    return float(low), float(high)
