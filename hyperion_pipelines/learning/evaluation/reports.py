"""What an evaluation found, as numbers to keep and as words for people.

How it was found is the business of `classification` and `queries`; pictures are that of `plots`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from hyperion_pipelines.learning.evaluation.intervals import Interval


@dataclass(frozen=True)
class Evaluation:
    """What scores of rows were worth, each measure a share of 1; None where it is undefined.

    `recall_at_5`, `_10`, `_20`: share of the positive rows among those per cent of the rows that
    have the highest score. `recall_at_20_effort` and `popt` are those of `effort`, `_null` means
    smallest change first. `baseline` means one feature alone, such as lines added. `f1` is that of
    calling positive what has `threshold` or more. `reliability` is the frame of `probabilities`,
    None without any. `intervals` has the 95 % interval of each measure by its name.
    """

    n: int
    positives: int
    auc: float | None = None
    average_precision: float | None = None
    brier: float | None = None
    threshold: float | None = None
    f1: float | None = None
    recall_at_5: float | None = None
    recall_at_10: float | None = None
    recall_at_20: float | None = None
    recall_at_20_effort: float | None = None
    recall_at_20_effort_null: float | None = None
    popt: float | None = None
    popt_null: float | None = None
    auc_baseline: float | None = None
    average_precision_baseline: float | None = None
    reliability: pl.DataFrame | None = None
    intervals: Mapping[str, Interval] = field(default_factory=dict[str, Interval])

    def metrics(self) -> dict[str, float]:
        """The numbers that are defined, flat: measure `x`, its bounds `x_low` and `x_high`."""
        return _flat(vars(self), self.intervals)


@dataclass(frozen=True)
class QueryEvaluation:
    """How early the right answers came, over queries; None where there was no query.

    `recall_at_5`, `_10`: mean over the queries of the share of their relevant answers among the
    first 5 and 10. `mean_reciprocal_rank`: mean of 1 / rank of the first relevant answer.
    `reciprocal_ranks` has the columns `query` and `reciprocal_rank`, in the order of `query`.
    """

    queries: int
    reciprocal_ranks: pl.DataFrame
    recall_at_5: float | None = None
    recall_at_10: float | None = None
    mean_reciprocal_rank: float | None = None
    intervals: Mapping[str, Interval] = field(default_factory=dict[str, Interval])

    def metrics(self) -> dict[str, float]:
        """The numbers that are defined, flat: measure `x`, its bounds `x_low` and `x_high`."""
        return _flat(vars(self), self.intervals)


def _flat(measures: Mapping[str, object], intervals: Mapping[str, Interval]) -> dict[str, float]:
    numbers = {
        name: float(value) for name, value in measures.items() if isinstance(value, int | float)
    }
    bounds = {
        f"{name}_{end}": bound
        for name, interval in intervals.items()
        for end, bound in zip(("low", "high"), interval, strict=True)
    }
    return numbers | bounds


@dataclass(frozen=True)
class Wording:
    """What rows, positive rows and the baseline are called."""

    rows: str = "commits"
    positives: str = "bugs"
    baseline: str = "lines added"


COMMITS = Wording()
FILES = Wording("files", "files with a fix", "lines")


def evaluation_line(evaluation: Evaluation, wording: Wording = COMMITS) -> str:
    """An evaluation in one line: what is found in the riskiest 20 %, the AUC, the baseline's.

    Where the rows are all positive or all negative, it says so instead.
    """
    if evaluation.auc is None or evaluation.recall_at_20 is None:
        return (
            f"nothing can be told from {evaluation.n} {wording.rows}, "
            f"{evaluation.positives} of them positive"
        )
    found = f"finds {evaluation.recall_at_20:.0%} of the {wording.positives}"
    parts = [
        f"{found} in the riskiest 20% of {wording.rows}",
        f"AUC {evaluation.auc:.2f}{_in_brackets(evaluation.intervals.get('auc'))}",
    ]
    if evaluation.auc_baseline is not None:
        parts.append(f"{wording.baseline} alone {evaluation.auc_baseline:.2f}")
    return "; ".join(parts)


def query_line(evaluation: QueryEvaluation) -> str:
    """An evaluation of queries in one line, or that there were none."""
    mean = evaluation.mean_reciprocal_rank
    if evaluation.recall_at_5 is None or evaluation.recall_at_10 is None or mean is None:
        return "nothing can be told: no query has an answer"
    return (
        f"finds {evaluation.recall_at_5:.0%} of the answers among the first 5, "
        f"{evaluation.recall_at_10:.0%} among the first 10; mean reciprocal rank {mean:.2f}"
        f"{_in_brackets(evaluation.intervals.get('mean_reciprocal_rank'))}"
    )


def evaluation_markdown(evaluation: Evaluation, wording: Wording = COMMITS) -> str:
    """An evaluation as a Markdown table: each defined measure, its interval, what it stands beside.

    Beside AUC and average precision stands the baseline, beside effort-aware measures the null.
    """
    measures = {
        "auc": "AUC",
        "average_precision": "Average precision",
        "brier": "Brier score (0 is best)",
        "f1": "F1 at the chosen threshold",
        "recall_at_5": f"Recall in the riskiest 5% of {wording.rows}",
        "recall_at_10": f"Recall in the riskiest 10% of {wording.rows}",
        "recall_at_20": f"Recall in the riskiest 20% of {wording.rows}",
        "recall_at_20_effort": "Recall in 20% of the lines",
        "popt": "Popt",
    }
    beside = {"_baseline": f"{wording.baseline} alone", "_null": "smallest first"}
    numbers = evaluation.metrics()
    lines = [
        f"{evaluation.n:,} {wording.rows}, {evaluation.positives:,} of them positive.",
        "",
        "| measure | value | 95% interval | beside it |",
        "|---|---:|---:|---|",
    ]
    for name, title in measures.items():
        if name in numbers:
            compared = [
                f"{what} {numbers[name + suffix]:.3f}"
                for suffix, what in beside.items()
                if name + suffix in numbers
            ]
            interval = _bounds(evaluation.intervals.get(name))
            lines.append(f"| {title} | {numbers[name]:.3f} | {interval} | {''.join(compared)} |")
    return "\n".join(lines) + "\n"


def _in_brackets(interval: Interval | None) -> str:
    return "" if interval is None else f" ({interval[0]:.2f}-{interval[1]:.2f})"


def _bounds(interval: Interval | None) -> str:
    return "" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}"
