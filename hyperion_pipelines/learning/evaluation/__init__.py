"""How good scores are: measures with intervals, their words and their pictures.

It judges what it is given, labels and scores. Which rows judge is the business of `training`, what
follows for a model that of `registry`.
"""

from hyperion_pipelines.learning.evaluation.classification import evaluate
from hyperion_pipelines.learning.evaluation.intervals import (
    paired_difference,
    paired_mean_difference,
)
from hyperion_pipelines.learning.evaluation.probabilities import best_f1_threshold
from hyperion_pipelines.learning.evaluation.queries import evaluate_queries
from hyperion_pipelines.learning.evaluation.reports import Evaluation, QueryEvaluation

__all__ = [
    "Evaluation",
    "QueryEvaluation",
    "best_f1_threshold",
    "evaluate",
    "evaluate_queries",
    "paired_difference",
    "paired_mean_difference",
]
