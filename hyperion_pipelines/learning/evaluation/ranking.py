"""Measures of an order: how early the positive rows come when rows are taken best first.

They are scikit-learn's measures with weights, from a single sort: the bootstrap asks for them
hundreds of times over the same order. What rows cost to review is the business of `effort`,
whether probabilities can be believed that of `probabilities`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from hyperion_pipelines.errors import FailedCheckError

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Ranking:
    """Rows from the highest score to the lowest.

    `order` has the numbers of the rows, `ends` the last place of each run of equal scores: rows
    that a score does not tell apart are taken together.
    """

    order: IntArray
    ends: IntArray

    @classmethod
    def by(cls, scores: FloatArray) -> "Ranking":
        """The ranking by descending *scores* (n,)."""
        order = np.argsort(-scores, kind="stable")
        ranked = scores[order]
        last_of_run = np.append(ranked[1:] != ranked[:-1], True)
        return cls(order, np.flatnonzero(last_of_run))

    def curve(self, gains: FloatArray, costs: FloatArray) -> "Curve":
        """What is gained and spent as the rows are taken, by the *gains* and *costs* of each."""
        return Curve(self._cumulated(costs), self._cumulated(gains))

    def _cumulated(self, amounts: FloatArray) -> FloatArray:
        sums = np.cumsum(amounts[self.order])[self.ends]
        return np.concatenate((np.zeros(1), sums))


@dataclass(frozen=True)
class Curve:
    """Gained against spent, from (0, 0); one point for each run of equal scores.

    Between two points it is straight: that is what rows of equal score give on average over all
    their orders, and what part of a row gives. In total, gains and costs must be more than 0.
    """

    spent: FloatArray
    gained: FloatArray

    def gain_at(self, share: float) -> float:
        """The share of all gains that is had for that *share* of all costs."""
        budget = share * float(self.spent[-1])
        return float(np.interp(budget, self.spent, self.gained)) / float(self.gained[-1])

    @cached_property
    def area(self) -> float:
        """The area under the curve, both axes scaled to 1."""
        # A sum, not a dot product: the threads of the latter cost more than they save.
        twice = np.sum(np.diff(self.spent) * (self.gained[1:] + self.gained[:-1]))
        return float(twice / 2 / (self.gained[-1] * self.spent[-1]))


def auc(curve: Curve) -> float:
    """Area under the ROC curve: the probability that a positive row stands before a negative one.

    *curve* gains a row's weight where it is positive, and spends it on any row. Equal scores count
    one half, as in Hanley and McNeil (Radiology 143, 1982) and in scikit-learn.
    """
    return Curve(curve.spent - curve.gained, curve.gained).area


def average_precision(curve: Curve) -> float:
    """Average precision: the mean over the positive rows of the precision down to their score.

    *curve* is that of `auc`; without interpolation, as in scikit-learn.
    """
    spent, gained = curve.spent[1:], curve.gained[1:]
    # Only rows of no weight precede a point at which nothing is spent.
    precision = np.divide(gained, spent, out=np.zeros_like(gained), where=spent > 0)
    return float(np.sum(np.diff(curve.gained) * precision) / curve.gained[-1])


def finite_numbers(name: str, values: npt.ArrayLike, rows: int) -> FloatArray:
    """The *values* as an array (rows,); *name* says what they are.

    Raises FailedCheckError unless they are one finite number for each row.
    """
    numbers = np.asarray(values, np.float64)
    if numbers.shape != (rows,):
        raise FailedCheckError(f"{rows} labels cannot be judged by {name} of shape {numbers.shape}")
    if not np.isfinite(numbers).all():
        raise FailedCheckError(f"some {name} are no finite numbers: rows cannot be judged by them")
    return numbers
