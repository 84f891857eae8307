"""Measures of probabilities: whether they can be believed, and where to draw the line.

What an order of rows is worth is the business of `ranking`.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from hyperion_pipelines.learning.evaluation.ranking import BoolArray, FloatArray

RELIABILITY_BINS = 10


def brier(labels: BoolArray, probabilities: FloatArray, weights: FloatArray) -> float:
    """Mean squared distance of probability and outcome (Brier, 1950): 0 is best."""
    return float(np.average((probabilities - labels) ** 2, weights=weights))


def f1(labels: BoolArray, chosen: BoolArray, weights: FloatArray) -> float:
    """Harmonic mean of precision and recall of the *chosen* rows; some row must be positive."""
    hits = float(weights[labels & chosen].sum())
    return 2 * hits / float(weights[labels].sum() + weights[chosen].sum())


def best_f1_threshold(labels: npt.ArrayLike, probabilities: npt.ArrayLike) -> float:
    """The lowest probability to be called positive for the highest F1 on these rows.

    Of several that are as good, the highest. Choose it on rows other than those that are judged;
    without a positive row no threshold is better than another, and it is 0.5.
    """
    from sklearn import metrics

    labels = np.asarray(labels, bool)
    if not labels.any():
        return 0.5
    curve: tuple[FloatArray, FloatArray, FloatArray] = metrics.precision_recall_curve(
        labels, np.asarray(probabilities, np.float64)
    )
    precision, recall, thresholds = curve
    # The last point of the curve, at which nothing is chosen, has no threshold.
    both = precision[:-1] + recall[:-1]
    scores = np.divide(
        2 * precision[:-1] * recall[:-1], both, out=np.zeros_like(both), where=both > 0
    )
    best = np.flatnonzero(scores == scores.max())[-1]
    return float(thresholds[best])


def reliability(labels: BoolArray, probabilities: FloatArray) -> pl.DataFrame:
    """The reliability curve: a row for each of ten equal bins of probability that holds rows.

    Columns: `low` and `high` (the bin), `rows`, `mean_probability`, `positive_share`. The last two
    agree in each bin where probabilities can be believed.
    """
    bins = np.minimum((probabilities * RELIABILITY_BINS).astype(np.int64), RELIABILITY_BINS - 1)
    return (
        pl.DataFrame({"bin": bins, "probability": probabilities, "label": labels})
        .group_by("bin")
        .agg(
            rows=pl.len(),
            mean_probability=pl.mean("probability"),
            positive_share=pl.mean("label"),
        )
        .sort("bin")
        .select(
            (pl.col("bin") / RELIABILITY_BINS).alias("low"),
            ((pl.col("bin") + 1) / RELIABILITY_BINS).alias("high"),
            "rows",
            "mean_probability",
            "positive_share",
        )
    )
