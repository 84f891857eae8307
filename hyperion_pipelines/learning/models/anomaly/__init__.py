"""The anomaly model: how odd a commit is in its repository, and why.

`commit_signals` adds to the catalogue's features what an author is used to (signals), `Rarity`
turns both into bits (rarity), an isolation forest over these says how odd (detector), `usual` and
`reasons` say why; `planted` judges a detector, `training` makes one.
"""

from hyperion_pipelines.learning.models.anomaly.detector import AnomalyDetector
from hyperion_pipelines.learning.models.anomaly.planted import PlantedTrial, evaluated_on_planted
from hyperion_pipelines.learning.models.anomaly.signals import commit_signals
from hyperion_pipelines.learning.models.anomaly.training import AnomalyTraining, train

__all__ = [
    "AnomalyDetector",
    "AnomalyTraining",
    "PlantedTrial",
    "commit_signals",
    "evaluated_on_planted",
    "train",
]
