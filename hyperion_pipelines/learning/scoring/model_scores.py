"""What a model says of rows, and why, under the model's name and version.

It is one half of a score; the other, where there is no model, is `fallback`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.errors import FailedCheckError
from hyperion_pipelines.features.catalogue import ENTITY, EVENT_TIME, FEATURES
from hyperion_pipelines.learning.classifier.inputs import relative_metrics
from hyperion_pipelines.learning.scoring.reasons import explain
from hyperion_pipelines.learning.scoring.standing import percentiles

TOLERANCE = 1e-3  # log-odds; contributions and predictions may be rounded to float32 on their way


class ExplainedModel(Protocol):
    """A model that answers in log-odds, and says exactly what each feature contributed to them."""

    def predict(self, features: pl.DataFrame) -> pl.DataFrame:
        """`key`, `log_odds`, `probability` and `served_by` of each of *features*, in order."""
        ...

    def contributions(self, features: pl.DataFrame) -> tuple[Sequence[str], NDArray[np.floating]]:
        """The d features' names, and for each row their contributions and the base: (n, d + 1)."""
        ...


@dataclass(frozen=True)
class ServedModel:
    """A model, with the name and version that its scores bear."""

    name: str
    version: str
    model: ExplainedModel

    def scores(self, features: pl.DataFrame, table: str) -> pl.DataFrame:
        """For each row of *features* (of *table*, one repository's) its score and the reasons.

        The model is given the rows with the names of examples, `key` and `time`, beside their own.
        Raises FailedCheckError where its answers are not for these rows, or its contributions do
        not add up to its log-odds.
        """
        rows = features.with_columns(key=ENTITY[table], time=EVENT_TIME[table])
        answers = self.model.predict(rows)
        names, contributions = self.model.contributions(rows)
        self._check(rows, answers, contributions)
        number = pl.Float32()
        why = explain(with_derived(features, table), contributions, names, table)
        return answers.select(
            model=pl.lit(self.name),
            model_version=pl.lit(self.version),
            served_by="served_by",
            probability=pl.col("probability").cast(number),
            log_odds=pl.col("log_odds").cast(number),
            percentile=percentiles(pl.col("log_odds")),
            base_log_odds=why["base_log_odds"].cast(number),
            other_contribution=why["other_contribution"].cast(number),
            reasons=why["reasons"],
        )

    def _check(
        self, rows: pl.DataFrame, answers: pl.DataFrame, contributions: NDArray[np.floating]
    ) -> None:
        named = f"version {self.version} of the model {self.name}"
        if not answers["key"].equals(rows["key"]):
            raise FailedCheckError(f"{named} answers for other rows than it was asked about")
        sums = contributions.sum(axis=1, dtype=np.float64)
        if not np.allclose(sums, answers["log_odds"].to_numpy(), rtol=0, atol=TOLERANCE):
            raise FailedCheckError(f"the contributions of {named} do not add up to its log-odds")


def with_derived(features: pl.DataFrame, table: str) -> pl.DataFrame:
    """*features* with what a model may derive of them, so that reasons can tell its value."""
    there = [known for known in FEATURES[table] if known.name in features.columns]
    metrics = relative_metrics({known.kamei: known.name for known in there if known.kamei})
    return features.with_columns(value.alias(name) for name, value in metrics.items())
