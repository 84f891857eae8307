"""The file model: how likely a file is to need a fix in the next 90 days.

It learns from the monthly panel (`learning.training.examples.file_examples`). `predictor` is the
model, `fitting` how it is fitted, `training` what it was worth.
"""

from hyperion_pipelines.learning.models.bug.fitting import out_of_fold
from hyperion_pipelines.learning.models.bug.predictor import BugPredictor
from hyperion_pipelines.learning.models.bug.training import BugTraining, train

__all__ = ["BugPredictor", "BugTraining", "out_of_fold", "train"]
