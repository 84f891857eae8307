"""The soft vote: a random forest and boosted trees, joined by the mean of their log-odds.

A mean of log-odds, not of probabilities, so that what an input contributed to the vote is the mean
of what it contributed to each voter: exact, and adding up to the answer. numpy in, numpy out;
frames, scaling and calibration are others' business (`inputs`, `calibration`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hyperion_pipelines.learning.classifier.voters import (
    LightGbmVoter,
    Voter,
    XgBoostVoter,
    fit_lightgbm,
    fit_xgboost,
    is_xgboost_installed,
)

FOREST, BOOSTING, XGBOOST = "forest", "boosting", "xgboost"
_FILES = {FOREST: "forest.txt", BOOSTING: "boosting.txt", XGBOOST: "xgboost.json"}
_VOTE = "vote.json"


@dataclass(frozen=True)
class VoteParameters:
    """The size and the restraint of the trees: of the forest, and of either boosting.

    Exact contributions cost a tree's leaves times the square of its depth: small, shallow trees
    answer why at once. XGBoost votes where it is asked to, and installed. `docs/experiments.md` has
    what each choice gave.
    """

    forest_trees: int = 10
    forest_leaves: int = 32
    forest_depth: int = 5
    forest_smallest_leaf: int = 20
    forest_rows: float = 0.632
    forest_columns: float = 0.4
    boosting_trees: int = 100
    boosting_leaves: int = 8
    boosting_depth: int = 4
    boosting_smallest_leaf: int = 50
    boosting_columns: float = 0.5
    learning_rate: float = 0.1
    l2: float = 10.0
    with_xgboost: bool = False


# Contributions at 20,000 rows a second on two cores, for .003 of the area under the ROC curve.
DEFAULT = VoteParameters()
# A depth of -1 is bounded by the leaves alone.
THOROUGH = VoteParameters(
    forest_trees=100,
    forest_leaves=64,
    forest_depth=-1,
    boosting_trees=200,
    boosting_depth=-1,
    learning_rate=0.05,
    with_xgboost=True,
)


@dataclass(frozen=True)
class Vote:
    """Fitted voters over the same columns, whose *names* they have."""

    names: tuple[str, ...]
    voters: dict[str, Voter]

    def log_odds(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """The mean of the voters' log-odds, one for each row of *inputs* (n, d)."""
        return np.mean([voter.log_odds(inputs) for voter in self.voters.values()], axis=0)

    def contributions(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """What each column added to the log-odds, the base last: (n, d + 1), rows add up."""
        return np.mean([voter.contributions(inputs) for voter in self.voters.values()], axis=0)

    def save(self, folder: Path) -> None:
        """Write the voters in their libraries' own text formats, and which they are."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, voter in self.voters.items():
            voter.save(folder / _FILES[name])
        described = {"names": list(self.names), "voters": list(self.voters)}
        (folder / _VOTE).write_text(json.dumps(described, indent=2))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The vote that `save` wrote. Raises HyperionError where a voter's library is missing."""
        described: dict[str, list[str]] = json.loads((folder / _VOTE).read_text())
        voters = {name: _load(name, folder / _FILES[name]) for name in described["voters"]}
        return cls(tuple(described["names"]), voters)


def fit_vote(
    inputs: NDArray[np.float32],
    labels: NDArray[np.bool_],
    *,
    names: Sequence[str],
    weights: NDArray[np.float64] | None = None,
    parameters: VoteParameters = DEFAULT,
) -> Vote:
    """Fit the voters to *inputs* (n, d; NaN is missing) and *labels* (n); the same every time.

    Raises ValueError where the shapes do not agree, or labels are of one class only.
    """
    if inputs.shape != (len(labels), len(names)):
        message = f"{len(labels)} labels and {len(names)} names for inputs of shape {inputs.shape}"
        raise ValueError(message)
    if labels.all() or not labels.any():
        raise ValueError("labels of one class only: there is nothing to tell apart")
    voters: dict[str, Voter] = {
        FOREST: fit_lightgbm(inputs, labels, weights, _forest(parameters), parameters.forest_trees),
        BOOSTING: fit_lightgbm(
            inputs, labels, weights, _boosting(parameters), parameters.boosting_trees
        ),
    }
    if parameters.with_xgboost and is_xgboost_installed():
        voters[XGBOOST] = fit_xgboost(
            inputs, labels, weights, _xgboost(parameters), parameters.boosting_trees
        )
    return Vote(tuple(names), voters)


def _forest(parameters: VoteParameters) -> dict[str, Any]:
    return {
        "boosting": "rf",
        "num_leaves": parameters.forest_leaves,
        "max_depth": parameters.forest_depth,
        "bagging_freq": 1,
        "bagging_fraction": parameters.forest_rows,
        "feature_fraction_bynode": parameters.forest_columns,
        "min_data_in_leaf": parameters.forest_smallest_leaf,
    }


def _boosting(parameters: VoteParameters) -> dict[str, Any]:
    return {
        "num_leaves": parameters.boosting_leaves,
        "max_depth": parameters.boosting_depth,
        "learning_rate": parameters.learning_rate,
        "feature_fraction": parameters.boosting_columns,
        "min_data_in_leaf": parameters.boosting_smallest_leaf,
        "lambda_l2": parameters.l2,
    }


def _xgboost(parameters: VoteParameters) -> dict[str, Any]:
    return {
        "max_leaves": parameters.boosting_leaves,
        "grow_policy": "lossguide",
        "max_depth": max(parameters.boosting_depth, 0),  # 0: bounded by the leaves alone
        "eta": parameters.learning_rate,
        "colsample_bytree": parameters.boosting_columns,
        "lambda": parameters.l2,
    }


def _load(name: str, file: Path) -> Voter:
    if name == XGBOOST:
        return XgBoostVoter.load(file)
    return LightGbmVoter.load(file, is_forest=name == FOREST)
