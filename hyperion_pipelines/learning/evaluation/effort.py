"""Effort-aware measures: how many of the positive rows are found for the lines that are reviewed.

Rows are reviewed in descending order of their predicted density, probability per line, as in Kamei
et al. (A large-scale empirical study of just-in-time quality assurance, IEEE TSE 39(6), 2013). The
null beside it, smallest change first, knows sizes alone (Yang et al., Effort-aware just-in-time
defect prediction: simple unsupervised models could be better than supervised models, FSE 2016).
Effort is the lines of a row, and one at least: to open a change of none costs something too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hyperion_pipelines.learning.evaluation.ranking import BoolArray, Curve, FloatArray, Ranking

REVIEWED_SHARE = 0.20  # of all lines
SMALLEST_EFFORT = 1.0  # lines


def review_costs(effort: FloatArray) -> FloatArray:
    """What the review of each row costs, in lines: its *effort*, and one line at least."""
    return np.maximum(effort, SMALLEST_EFFORT)


@dataclass(frozen=True)
class EffortRankings:
    """The same rows in five orders of review, and what each row costs.

    `optimal` takes the positive rows before the others, the smallest first; `worst` is its
    reverse. Both know the answer: they bound what any order can reach.
    """

    costs: FloatArray
    model: Ranking
    smallest_first: Ranking
    optimal: Ranking
    worst: Ranking

    @classmethod
    def of(
        cls, labels: BoolArray, probabilities: FloatArray, effort: FloatArray
    ) -> "EffortRankings":
        """The rankings of rows by label, predicted probability and *effort* (lines)."""
        costs = review_costs(effort)
        density = labels / costs
        return cls(
            costs,
            model=Ranking.by(probabilities / costs),
            smallest_first=Ranking.by(-costs),
            optimal=Ranking.by(density),
            worst=Ranking.by(-density),
        )


def effort_measures(
    rankings: EffortRankings, gains: FloatArray, weights: FloatArray
) -> Mapping[str, float]:
    """`recall_at_20_effort` and `popt` of the model, and `_null`, those of smallest change first.

    *weights* (n,) count each row, *gains* are those of the positive rows and 0 elsewhere. Recall@20
    %Effort is the share of the positive rows met when 20 % of all lines are reviewed; of the row
    in which they end, the part that was reviewed counts. Popt (Mende and Koschke, Effort-aware
    defect prediction models, CSMR 2010; normalised as by Kamei et al., 2013) is
    1 - (area(optimal) - area(model)) / (area(optimal) - area(worst)), of the curves of positive
    rows found against lines reviewed: 1 for the optimal order, 0 for the worst. It is left out
    where all orders are equal.
    """
    costs = rankings.costs * weights
    curves = {
        "": rankings.model.curve(gains, costs),
        "_null": rankings.smallest_first.curve(gains, costs),
    }
    optimal = rankings.optimal.curve(gains, costs)
    worst = rankings.worst.curve(gains, costs)
    measures = {
        f"recall_at_20_effort{of}": curve.gain_at(REVIEWED_SHARE) for of, curve in curves.items()
    }
    if optimal.area > worst.area:
        measures |= {f"popt{of}": _popt(curve, optimal, worst) for of, curve in curves.items()}
    return measures


def _popt(curve: Curve, optimal: Curve, worst: Curve) -> float:
    return 1 - (optimal.area - curve.area) / (optimal.area - worst.area)
