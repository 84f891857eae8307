"""Training of the detector: grown on all commits, judged on planted ones by one grown on the older.

What becomes of the result is the registry's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from hyperion_pipelines.learning.models.anomaly.detector import (
    FEWEST_COMMITS,
    PARAMETERS,
    AnomalyDetector,
)
from hyperion_pipelines.learning.models.anomaly.planted import PlantedTrial, evaluated_on_planted
from hyperion_pipelines.learning.models.shortage import Shortage
from hyperion_pipelines.learning.registry.candidate import Contest


@dataclass(frozen=True)
class AnomalyTraining:
    """The detector to be served, and the trial of one that was grown in the same way.

    `contest` sets it beside lines added, and the detector to be served beside the champion.
    """

    detector: AnomalyDetector
    trial: PlantedTrial
    contest: Contest
    parameters: Mapping[str, int | float]

    def metrics(self) -> dict[str, float]:
        """The figures, flat."""
        return {
            "average_precision": self.trial.average_precision,
            "average_precision_baseline": self.trial.baseline,
            "repositories": len(self.detector.forests),
        }


def train(
    features: pl.DataFrame, champion: AnomalyDetector | None = None
) -> AnomalyTraining | Shortage:
    """The training on *features* of one or more repositories, or what is missing for it.

    *features* are `commit_features` joined with `commit_signals` on `sha`.
    """
    trial = evaluated_on_planted(features)
    if trial is None:
        counts = features.filter(~pl.col("is_root")).group_by("repository").len()["len"]
        most = counts.max() or 0
        return Shortage(
            f"{most} commits in the longest history; its oldest 85 % must be at least "
            f"{FEWEST_COMMITS} to say what is usual"
        )
    detector = AnomalyDetector.grow(features)
    contest = trial.contest() if champion is None else _contest(detector, champion, trial, features)
    return AnomalyTraining(detector, trial, contest, PARAMETERS)


def _contest(
    detector: AnomalyDetector,
    champion: AnomalyDetector,
    trial: PlantedTrial,
    features: pl.DataFrame,
) -> Contest:
    """The *detector* against the *champion* on the same planted commits.

    A champion that does not know all of the repositories has nothing to say of the others.
    """
    ours, theirs = (evaluated_on_planted(features, each) for each in (detector, champion))
    if not champion.forests.keys() >= detector.forests.keys() or ours is None or theirs is None:
        return replace(trial.contest(), is_champion_outdated=True)
    return ours.contest(theirs)
