"""The ranking itself: LightGBM over the signals, its answers calibrated as probabilities.

Two objectives are tried (`OBJECTIVES`): each candidate right or wrong, and the order of a query's
candidates (LambdaMART: Burges, From RankNet to LambdaRank to LambdaMART, 2010).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.learning.classifier.calibration import Calibration, fit_calibration
from hyperion_pipelines.learning.classifier.lightgbm_trees import LightGbmTrees
from hyperion_pipelines.learning.models.impact.signals import SIGNALS

OBJECTIVES = ("binary", "lambdarank")
TREES = 150
PARAMETERS: Mapping[str, Any] = {
    "learning_rate": 0.06,
    "num_leaves": 15,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 127,
    "lambdarank_truncation_level": 20,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,  # more of them spin while they wait, where others work too
    "seed": 20_050_601,
    "verbosity": -1,
}
_TREES_FILE = "trees.txt"


@dataclass(frozen=True)
class Trees:
    """A fitted ranking, not calibrated."""

    fitted: LightGbmTrees

    def scores(self, rows: pl.DataFrame) -> NDArray[np.float64]:
        """A score for each row of signals, the higher the likelier; comparable in all queries."""
        if rows.is_empty():
            return np.zeros(0)
        return self.fitted.scores(_inputs(rows))


@dataclass(frozen=True)
class Ranker:
    """Trees and the calibration of their scores."""

    trees: Trees
    calibration: Calibration

    def probability(self, rows: pl.DataFrame) -> pl.Series:
        """The probability (f64) that each row's candidate changes with the given file."""
        scores = self.trees.scores(rows)
        return pl.Series("probability", self.calibration.probability(scores), pl.Float64)

    def save(self, folder: Path) -> None:
        """Write it as LightGBM's text and JSON."""
        self.calibration.save(folder)
        self.trees.fitted.save(folder / _TREES_FILE)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The ranker that `save` wrote."""
        trees = LightGbmTrees.load(folder / _TREES_FILE)
        return cls(Trees(trees), Calibration.load(folder))


def fit_trees(examples: pl.DataFrame, objective: str) -> Trees:
    """Trees fitted on *examples* (`query`, `is_relevant` and the signals), ordered by query."""
    import lightgbm

    rows = examples.drop_nulls("support")
    groups = rows["query"].rle().struct.field("len").to_numpy()
    data = lightgbm.Dataset(
        _inputs(rows),
        rows["is_relevant"].to_numpy().astype(np.int8),
        group=groups if objective == "lambdarank" else None,
        feature_name=list(SIGNALS),
        params={"verbosity": -1, "max_bin": PARAMETERS["max_bin"]},
    )
    booster = lightgbm.train({**PARAMETERS, "objective": objective}, data, TREES)
    return Trees(LightGbmTrees(booster.model_to_string()))


def fit_calibrated(trees: Trees, judged: Trees, examples: pl.DataFrame) -> Ranker:
    """*trees* with the calibration of what *judged* say of *examples*, which those have not seen.

    *judged* are the same trees, or fitted by the same recipe where *trees* have seen all there is.
    """
    rows = examples.drop_nulls("support")
    calibration = fit_calibration(judged.scores(rows), rows["is_relevant"].to_numpy())
    return Ranker(trees, calibration)


def _inputs(rows: pl.DataFrame) -> NDArray[np.float32]:
    return rows.select(SIGNALS).to_numpy().astype(np.float32, copy=False)
