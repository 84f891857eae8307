"""What the candidates of all models that tell positive rows from others have in common."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.learning.evaluation import Evaluation
from hyperion_pipelines.learning.evaluation.plots import evaluation_figures, importance_plot

EXAMPLE_ROWS = 5  # that a signature is told from
IMPORTANCE_ROWS = 2_000  # among which features' contributions are averaged


def figures_of(
    evaluation: Evaluation, judged: pl.DataFrame, baseline: tuple[str, pl.Series]
) -> dict[str, bytes]:
    """The pictures of an *evaluation* of *judged*: `label`, `probability` and `effort`."""
    named, values = baseline
    return evaluation_figures(
        evaluation,
        judged["label"].to_numpy(),
        judged["probability"].to_numpy(),
        judged["effort"].to_numpy(),
        (named, values.cast(pl.Float64).fill_null(0.0).to_numpy()),
    )


def importances(names: tuple[str, ...], contributions: NDArray[np.float64]) -> dict[str, bytes]:
    """The picture of what each of *names* moves a score by, on the mean of *contributions*."""
    means = np.abs(contributions[:, :-1]).mean(axis=0)
    return {"importance.png": importance_plot(dict(zip(names, means.tolist(), strict=True)))}


def evaluations_table(evaluations: Mapping[str, Evaluation]) -> pl.DataFrame:
    """A row per repository, and one of all: every measure that is defined, and its interval."""
    rows = [{"repository": name, **each.metrics()} for name, each in evaluations.items()]
    return pl.DataFrame(rows, infer_schema_length=None)


def sample_of(rows: pl.DataFrame, most: int) -> pl.DataFrame:
    """At most so many of *rows*, evenly spread."""
    return rows.gather_every(max(1, -(-rows.height // most)))
