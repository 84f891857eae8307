"""Evaluations of rows of several repositories: of all together, and of each."""

import numpy as np
import polars as pl

from hyperion_pipelines.learning.evaluation.classification import evaluate
from hyperion_pipelines.learning.evaluation.reports import Evaluation

ALL = "all repositories"


def evaluate_by_repository(
    judged: pl.DataFrame, *, baseline: str, threshold: float, log_odds: str = "log_odds"
) -> dict[str, Evaluation]:
    """What the answers in the column *log_odds* are worth: of `ALL` rows, and by repository.

    *judged* has `repository`, bool `label`, `effort` (lines), the answers, and the feature
    *baseline*, which counts as 0 where it is null; *threshold* is a probability.
    """
    return {
        name: evaluate(
            rows["label"].to_numpy(),
            rows[log_odds].to_numpy(),
            probabilities=1 / (1 + np.exp(-rows[log_odds].to_numpy())),
            effort=rows["effort"].to_numpy(),
            baseline=rows[baseline].cast(pl.Float64).fill_null(0.0).to_numpy(),
            threshold=threshold,
        )
        for name, rows in with_all(judged).items()
    }


def with_all(rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """All *rows*, under `ALL`, and those of each repository by its name."""
    repositories = rows.partition_by("repository", maintain_order=True)
    return {ALL: rows} | {own["repository"][0]: own for own in repositories}
