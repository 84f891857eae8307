"""The models that answer: the champions in a home, loaded, with their versions.

Which version is champion is the registry's business; they are read from the home's files, without
MLflow.
"""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from hyperion_pipelines.features.catalogue import input_order
from hyperion_pipelines.learning.registry.published import PublishedModels
from hyperion_pipelines.learning.registry.pyfunc import MODELS, load_model

if TYPE_CHECKING:
    from hyperion_pipelines.learning.models.anomaly import AnomalyDetector
    from hyperion_pipelines.learning.models.bug import BugPredictor
    from hyperion_pipelines.learning.models.ensemble import Ensemble
    from hyperion_pipelines.learning.models.impact import ImpactAnalyzer
    from hyperion_pipelines.learning.models.risk import RiskPredictor


@dataclass(frozen=True)
class Champions:
    """Each model, None where there is none; `versions` has those that there are, by name."""

    risk: "RiskPredictor | None" = None
    anomaly: "AnomalyDetector | None" = None
    bug: "BugPredictor | None" = None
    impact: "ImpactAnalyzer | None" = None
    ensemble: "Ensemble | None" = None
    versions: dict[str, str] = field(default_factory=dict[str, str])

    def that_answer(self) -> "Champions":
        """Those that can be asked: not the ones that read features which there are no longer."""
        commits, files = set(input_order("commit_features")), set(input_order("file_features"))
        risk = self.risk if self.risk and commits.issuperset(self.risk.features) else None
        bug = self.bug if self.bug and files.issuperset(self.bug.features) else None
        return replace(self, risk=risk, bug=bug)


def load_champions(published: PublishedModels) -> Champions:
    """The champions that are published now."""
    found = {name: published.champion(name) for name in MODELS}
    there = {name: champion for name, champion in found.items() if champion is not None}
    models: dict[str, Any] = {
        name: load_model(name, published.folder(champion)) for name, champion in there.items()
    }
    versions = {name: str(champion.version) for name, champion in there.items()}
    return Champions(**models, versions=versions)
