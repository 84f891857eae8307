"""The impact model: for changed files, which other files will have to change.

The flow is `changes` (a repository's history, ready to be asked), `queries` (what commits ask),
`candidates`, `signals`, `ranker`; `examples`, `training` and `back_test` fit and judge it, `model`
answers, `reasons` says why.
"""

from hyperion_pipelines.learning.models.impact.changes import (
    ChangeHistory,
    ImpactTables,
    read_changes,
)
from hyperion_pipelines.learning.models.impact.model import ImpactAnalyzer
from hyperion_pipelines.learning.models.impact.training import ImpactTraining, train

__all__ = [
    "ChangeHistory",
    "ImpactAnalyzer",
    "ImpactTables",
    "ImpactTraining",
    "read_changes",
    "train",
]
