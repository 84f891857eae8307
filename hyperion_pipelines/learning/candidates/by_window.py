"""How the risk model's recipe would have done all along: its AUC in sliding windows."""

from collections.abc import Sequence

import polars as pl

from hyperion_pipelines.learning.classifier.shared import fit_shared
from hyperion_pipelines.learning.classifier.vote import VoteParameters
from hyperion_pipelines.learning.evaluation import evaluate
from hyperion_pipelines.learning.models.minima import POOLED
from hyperion_pipelines.learning.models.risk import commit_columns
from hyperion_pipelines.learning.training.windows import Window, sliding_windows

NEWEST = 8  # windows: two years
COLUMNS = pl.Schema(
    {
        "repository": pl.String,
        "time": pl.Datetime("us", "UTC"),
        "n": pl.Int64,
        "positives": pl.Int64,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
    }
)


def auc_by_window(
    examples: pl.DataFrame, features: Sequence[str], parameters: VoteParameters
) -> pl.DataFrame:
    """`COLUMNS` of the newest windows of the repository with the most *examples*.

    In each, votes are fitted to the two years before `time` and judged by the 90 days after it;
    `value` is their AUC, `low` and `high` the ends of its 95 % interval. Windows with too little to
    fit on, or with one class alone to judge by, are left out.
    """
    largest = examples["repository"].mode().sort().first()
    windows = sliding_windows(examples.filter(pl.col("repository") == largest))
    telling = [window for window in windows if _is_telling(window)][-NEWEST:]
    rows = [_row(window, features, parameters) for window in telling]
    return pl.DataFrame(rows, schema=COLUMNS)


def _is_telling(window: Window) -> bool:
    return POOLED.is_met_by(window.fit) and window.judge["label"].n_unique() == 2


def _row(window: Window, features: Sequence[str], parameters: VoteParameters) -> dict[str, object]:
    vote = fit_shared(window.fit, commit_columns(features), parameters=parameters)
    judge = window.judge
    found = evaluate(judge["label"].to_numpy(), vote.log_odds(judge))
    low, high = found.intervals["auc"]
    return {
        "repository": window.repository,
        "time": window.fit_end,
        "n": found.n,
        "positives": found.positives,
        "value": found.auc,
        "low": low,
        "high": high,
    }
