"""Calibration: from a vote's log-odds to probabilities that can be taken at their word.

Platt's (Probabilistic outputs for support vector machines, 1999): a slope and an intercept on the
log-odds, fitted on answers for examples that the vote has not seen. A straight line keeps the order
of the answers, and what each input contributed: contributions are multiplied by the slope, and the
base takes the intercept.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hyperion_pipelines.learning.classifier.vote import Vote

# Bounds of the slope: above 0, so that the order is kept whatever the few examples say.
SMALLEST_SLOPE, LARGEST_SLOPE = 0.05, 20.0
_CALIBRATION = "calibration.json"


@dataclass(frozen=True)
class Calibration:
    """A straight line over log-odds."""

    slope: float
    intercept: float

    def log_odds(self, log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated log-odds."""
        return self.slope * log_odds + self.intercept

    def probability(self, log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated probabilities, 0 to 1."""
        from scipy.special import expit

        return expit(self.log_odds(log_odds))

    def contributions(self, contributions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Contributions (n, d + 1, the base last) to the calibrated log-odds."""
        calibrated = self.slope * contributions
        calibrated[:, -1] += self.intercept
        return calibrated

    def save(self, folder: Path) -> None:
        """Write it as JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _CALIBRATION).write_text(json.dumps(asdict(self), indent=2))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The calibration that `save` wrote."""
        return cls(**json.loads((folder / _CALIBRATION).read_text()))


IDENTITY = Calibration(slope=1.0, intercept=0.0)


def fit_calibration(log_odds: NDArray[np.float64], labels: NDArray[np.bool_]) -> Calibration:
    """The line of the least logistic loss over answers (n) and what came of them (n).

    As Platt does, labels are drawn in from 0 and 1, as if an example of either class had been seen
    before: so few examples, or those of one class, give no certainty.
    """
    from scipy import optimize
    from scipy.special import expit

    positives = int(np.count_nonzero(labels))
    negatives = len(labels) - positives
    targets = np.where(labels, (positives + 1) / (positives + 2), 1 / (negatives + 2))

    def loss(line: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        answers = line[0] * log_odds + line[1]
        value = float(np.sum(np.logaddexp(0.0, answers) - targets * answers))
        residuals = expit(answers) - targets
        return value, np.array([np.sum(residuals * log_odds), np.sum(residuals)])

    start = np.array([1.0, np.log((positives + 1) / (negatives + 1))])
    bounds = [(SMALLEST_SLOPE, LARGEST_SLOPE), (None, None)]
    optimizer: Any = optimize
    best = optimizer.minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B")
    slope, intercept = best.x
    return Calibration(slope=float(slope), intercept=float(intercept))


@dataclass(frozen=True)
class CalibratedVote:
    """A vote and its calibration, as one model."""

    vote: Vote
    calibration: Calibration

    def log_odds(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """Calibrated log-odds for each row of *inputs* (n, d)."""
        return self.calibration.log_odds(self.vote.log_odds(inputs))

    def probability(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """Calibrated probabilities for each row."""
        return self.calibration.probability(self.vote.log_odds(inputs))

    def contributions(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """What each column added to the calibrated log-odds, the base last: (n, d + 1)."""
        return self.calibration.contributions(self.vote.contributions(inputs))

    def save(self, folder: Path) -> None:
        """Write both into *folder*."""
        self.vote.save(folder)
        self.calibration.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model that `save` wrote."""
        return cls(Vote.load(folder), Calibration.load(folder))
