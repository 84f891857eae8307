"""Single voters: LightGBM's boosting and random forest, and XGBoost's boosting where installed.

Each answers in log-odds and says exactly what every input added to an answer (TreeSHAP: Lundberg
et al., From local explanations to global understanding with explainable AI for trees, Nature
Machine Intelligence 2, 2020). How voters are joined is the business of `vote`.
"""

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.learning.classifier.lightgbm_trees import LightGbmTrees

SEED = 20_130_601
# Equal inputs give an equal model, on any number of threads.
_LIGHTGBM = {
    "objective": "binary",
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": SEED,
    "verbosity": -1,
}


class Voter(Protocol):
    """A fitted model of one kind."""

    def log_odds(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """An answer for each row."""
        ...

    def contributions(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """What each column added to each row's answer, then the base: (n, d + 1)."""
        ...

    def save(self, file: Path) -> None:
        """Write it in its library's own text format."""
        ...


@dataclass(frozen=True)
class LightGbmVoter:
    """Trees of LightGBM; their sum is the answer, their mean where they are a forest."""

    trees: LightGbmTrees
    is_forest: bool

    @classmethod
    def load(cls, file: Path, *, is_forest: bool) -> Self:
        """The voter that `save` wrote."""
        return cls(LightGbmTrees.load(file), is_forest)

    def log_odds(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """An answer for each row."""
        return self.trees.scores(inputs) / self._divisor

    def contributions(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """What each column added to each row's answer, then the base: (n, d + 1)."""
        return self.trees.contributions(inputs) / self._divisor

    def save(self, file: Path) -> None:
        """Write it as text."""
        self.trees.save(file)

    @property
    def _divisor(self) -> int:
        return self.trees.number if self.is_forest else 1


@dataclass(frozen=True)
class XgBoostVoter:
    """Trees of XGBoost, boosted."""

    booster: Any  # the library is optional

    @classmethod
    def load(cls, file: Path) -> Self:
        """The voter that `save` wrote. Raises HyperionError where XGBoost is not installed."""
        if not is_xgboost_installed():
            raise HyperionError(
                f"{file} is a model of XGBoost, which is not installed: install xgboost-cpu"
            )
        return cls(_xgboost().Booster(model_file=str(file)))

    def log_odds(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """An answer for each row."""
        margins = self.booster.inplace_predict(inputs, predict_type="margin")
        return np.asarray(margins, np.float64)

    def contributions(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """What each column added to each row's answer, then the base: (n, d + 1)."""
        matrix = _xgboost().DMatrix(inputs)
        return np.asarray(self.booster.predict(matrix, pred_contribs=True), np.float64)

    def save(self, file: Path) -> None:
        """Write it as JSON."""
        self.booster.save_model(str(file))


def fit_lightgbm(
    inputs: NDArray[np.float32],
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64] | None,
    parameters: Mapping[str, Any],
    trees: int,
) -> LightGbmVoter:
    """Fit *trees* trees; LightGBM's *parameters* say whether they are boosted or a forest."""
    import lightgbm

    data = lightgbm.Dataset(inputs, labels, weight=weights, params={"verbosity": -1})
    booster = lightgbm.train({**_LIGHTGBM, **parameters}, data, trees)
    fitted = LightGbmTrees(booster.model_to_string())
    return LightGbmVoter(fitted, is_forest=parameters.get("boosting") == "rf")


def fit_xgboost(
    inputs: NDArray[np.float32],
    labels: NDArray[np.bool_],
    weights: NDArray[np.float64] | None,
    parameters: Mapping[str, Any],
    trees: int,
) -> XgBoostVoter:
    """Fit *trees* boosted trees by XGBoost's *parameters*; it must be installed."""
    library = _xgboost()
    data = library.DMatrix(inputs, labels, weight=weights)
    common = {"objective": "binary:logistic", "tree_method": "hist", "seed": SEED, "verbosity": 0}
    return XgBoostVoter(library.train({**common, **parameters}, data, trees))


def is_xgboost_installed() -> bool:
    """Whether XGBoost can vote here."""
    return importlib.util.find_spec("xgboost") is not None


def _xgboost() -> ModuleType:
    return importlib.import_module("xgboost")
