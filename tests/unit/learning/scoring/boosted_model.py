"""A small real model for tests of scores: LightGBM's, with its own exact contributions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import lightgbm as lgb
import numpy as np
import polars as pl
from numpy.typing import NDArray

TREES = 20


@dataclass(frozen=True)
class BoostedModel:
    """It answers for rows of features that have a `key`."""

    names: Sequence[str]
    booster: lgb.Booster
    served_by: str = "own"

    @classmethod
    def fit(cls, features: pl.DataFrame, names: Sequence[str], labels: pl.Series) -> Self:
        """A model of *labels*, which are of *features*' rows; the same for the same rows."""
        parameters = {"objective": "binary", "num_leaves": 7, "min_data_in_leaf": 5, "verbose": -1}
        fixed = {"deterministic": True, "force_row_wise": True, "num_threads": 1}
        data = lgb.Dataset(_inputs(features, names), labels.cast(pl.Float64).to_numpy())
        return cls(names, lgb.train({**parameters, **fixed}, data, TREES))

    def predict(self, features: pl.DataFrame) -> pl.DataFrame:
        """The log-odds and what follows from them."""
        raw: Any = self.booster.predict(_inputs(features, self.names), raw_score=True)
        log_odds = pl.col("log_odds")
        return features.select("key", log_odds=pl.Series(raw, dtype=pl.Float64)).with_columns(
            probability=1 / (1 + (-log_odds).exp()), served_by=pl.lit(self.served_by)
        )

    def contributions(self, features: pl.DataFrame) -> tuple[Sequence[str], NDArray[np.float64]]:
        """The contributions of each feature, and the base."""
        parts: Any = self.booster.predict(_inputs(features, self.names), pred_contrib=True)
        return self.names, np.asarray(parts, np.float64)


def _inputs(features: pl.DataFrame, names: Sequence[str]) -> NDArray[np.float64]:
    return features.select(pl.col(names).cast(pl.Float64)).to_numpy()
