"""What is said of scores: every measure with its interval, in numbers and in words."""

import numpy as np
import polars as pl
import pytest

from hyperion_pipelines.errors import FailedCheckError
from hyperion_pipelines.learning.evaluation import Evaluation, QueryEvaluation, evaluate
from hyperion_pipelines.learning.evaluation.reports import (
    FILES,
    evaluation_line,
    evaluation_markdown,
    query_line,
)

GENERATOR = np.random.default_rng(3)
LINES = np.floor(np.exp(GENERATOR.normal(3, 1.5, 300)))
PROBABILITIES = 1 / (1 + np.exp(2 - 0.3 * np.log1p(LINES) - GENERATOR.normal(size=300)))
LABELS = GENERATOR.random(300) < PROBABILITIES


def judged(rows: slice = slice(None)) -> Evaluation:
    return evaluate(
        LABELS[rows],
        PROBABILITIES[rows],
        probabilities=PROBABILITIES[rows],
        effort=LINES[rows],
        baseline=LINES[rows],
        threshold=0.3,
    )


def test_every_measure_lies_within_its_interval() -> None:
    numbers = judged().metrics()
    measures = [name for name in numbers if f"{name}_low" in numbers]
    assert len(measures) == 13
    for name in measures:
        assert numbers[f"{name}_low"] <= numbers[name] <= numbers[f"{name}_high"], name


def test_the_same_rows_are_judged_the_same() -> None:
    assert judged().metrics() == judged().metrics()


def test_of_one_class_alone_only_the_brier_score_is_told() -> None:
    clean = evaluate([False, False], [0.1, 0.2], probabilities=[0.1, 0.2], baseline=[1, 2])
    assert clean.metrics().keys() == {"n", "positives", "brier", "brier_low", "brier_high"}
    assert clean.auc is None
    assert "2 commits, 0 of them positive" in evaluation_line(clean)


def test_no_rows_measure_nothing() -> None:
    assert evaluate([], []).metrics() == {"n": 0, "positives": 0}


def test_scores_need_no_probabilities() -> None:
    """Scores such as log-odds rank; what needs a probability is left out."""
    ranked = evaluate([True, False], [3.0, -2.0], effort=[1, 2], threshold=0.5)
    assert ranked.auc == 1
    assert (ranked.brier, ranked.f1, ranked.popt, ranked.reliability) == (None,) * 4


@pytest.mark.parametrize(
    ("probabilities", "said"),
    [
        ([0.5], "shape"),
        ([0.5, np.nan], "no finite numbers"),
        ([0.5, 1.5], "between 0 and 1"),
    ],
)
def test_what_is_no_probability_is_refused(probabilities: list[float], said: str) -> None:
    with pytest.raises(FailedCheckError, match=said):
        evaluate([True, False], [1, 0], probabilities=probabilities)


EVALUATION = Evaluation(
    n=1200,
    positives=90,
    auc=0.78,
    average_precision=0.41,
    recall_at_20=0.61,
    popt=0.8,
    popt_null=0.75,
    auc_baseline=0.72,
    intervals={
        "auc": (0.75, 0.81),
        "average_precision": (0.35, 0.46),
        "popt": (0.7, 0.85),
        "recall_at_20": (0.55, 0.67),
    },
)


def test_an_evaluation_in_one_line() -> None:
    assert evaluation_line(EVALUATION) == (
        "finds 61% of the bugs in the riskiest 20% of commits; AUC 0.78 (0.75-0.81); "
        "lines added alone 0.72"
    )


def test_files_are_called_files() -> None:
    assert evaluation_line(EVALUATION, FILES) == (
        "finds 61% of the files with a fix in the riskiest 20% of files; AUC 0.78 (0.75-0.81); "
        "lines alone 0.72"
    )


def test_an_evaluation_as_markdown() -> None:
    assert evaluation_markdown(EVALUATION) == (
        "1,200 commits, 90 of them positive.\n"
        "\n"
        "| measure | value | 95% interval | beside it |\n"
        "|---|---:|---:|---|\n"
        "| AUC | 0.780 | 0.750 to 0.810 | lines added alone 0.720 |\n"
        "| Average precision | 0.410 | 0.350 to 0.460 |  |\n"
        "| Recall in the riskiest 20% of commits | 0.610 | 0.550 to 0.670 |  |\n"
        "| Popt | 0.800 | 0.700 to 0.850 | smallest first 0.750 |\n"
    )


def test_queries_in_one_line() -> None:
    ranks = pl.DataFrame({"query": [1], "reciprocal_rank": [1.0]})
    evaluation = QueryEvaluation(1, ranks, 0.52, 0.614, 0.48, {"mean_reciprocal_rank": (0.4, 0.5)})
    assert query_line(evaluation) == (
        "finds 52% of the answers among the first 5, 61% among the first 10; "
        "mean reciprocal rank 0.48 (0.40-0.50)"
    )
    assert query_line(QueryEvaluation(0, ranks)) == "nothing can be told: no query has an answer"
