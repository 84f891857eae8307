"""What the registry is given of each model is what the training found, and the model answers."""

from collections.abc import Callable, Mapping
from math import isfinite

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.learning.candidates.judged_rows import sample_of
from hyperion_pipelines.learning.champions import Champions
from hyperion_pipelines.learning.registry.pyfunc import MODELS
from tests.unit.learning.conftest import SLUG, Trained

PNG = b"\x89PNG"
CLASSIFIERS = ("risk", "bug", "ensemble")  # judged by labels, pictured in curves

Answer = Callable[[Champions, pl.DataFrame], pl.DataFrame | None]
ANSWERS: Mapping[str, Answer] = {
    "risk": lambda models, asked: models.risk and models.risk.predict(asked),
    "anomaly": lambda models, asked: (
        models.anomaly and models.anomaly.score(asked).drop("anomaly_reasons")
    ),
    "bug": lambda models, asked: models.bug and models.bug.predict(asked),
    "impact": lambda models, asked: models.impact and models.impact.predict(asked),
    "ensemble": lambda models, asked: models.ensemble and models.ensemble.priority(asked),
}


@pytest.mark.parametrize("name", MODELS)
def test_the_saved_model_answers_the_example_as_the_candidate_says(
    trained: Trained, name: str
) -> None:
    candidate = trained.candidate(name)
    answered = ANSWERS[name](trained.models, candidate.input_example)
    assert answered is not None
    assert answered.height == candidate.input_example.height > 0
    assert_frame_equal(answered, candidate.output_example, abs_tol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_the_contest_is_about_a_metric_that_is_reported(trained: Trained, name: str) -> None:
    candidate = trained.candidate(name)
    contest = candidate.contest
    assert candidate.metrics[contest.metric] == pytest.approx(contest.challenger)
    assert all(isfinite(value) for value in candidate.metrics.values())
    assert candidate.name == name


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_comes_with_its_curves_and_figures_of_each_repository(
    trained: Trained, name: str
) -> None:
    candidate = trained.candidate(name)
    assert {"roc.png", "precision_recall.png", "reliability.png"} <= set(candidate.figures)
    assert all(image.startswith(PNG) for image in candidate.figures.values())
    evaluations = candidate.tables["evaluations"]
    assert SLUG in evaluations["repository"]
    of_all = evaluations.row(by_predicate=pl.col("repository") != SLUG, named=True)
    assert of_all["average_precision"] == candidate.metrics["average_precision"]


@pytest.mark.parametrize("name", ["risk", "bug"])
def test_a_model_with_exact_contributions_is_pictured_by_them(trained: Trained, name: str) -> None:
    assert trained.candidate(name).figures["importance.png"].startswith(PNG)


def test_the_ensemble_says_what_it_gains_on_risk_alone(trained: Trained) -> None:
    metrics = trained.candidate("ensemble").metrics
    low, gain, high = (
        metrics[name] for name in ("gain_on_risk_low", "gain_on_risk", "gain_on_risk_high")
    )
    assert low <= gain <= high
    alone = trained.candidate("ensemble").tables["evaluations_of_risk_alone"]
    of_all = alone.row(by_predicate=pl.col("repository") != SLUG, named=True)
    assert gain == pytest.approx(metrics["average_precision"] - of_all["average_precision"])


@pytest.mark.parametrize(("height", "most", "shown"), [(10, 4, [0, 3, 6, 9]), (3, 4, [0, 1, 2])])
def test_a_sample_is_spread_evenly_and_never_larger_than_asked(
    height: int, most: int, shown: list[int]
) -> None:
    rows = pl.DataFrame({"row": range(height)})
    assert sample_of(rows, most)["row"].to_list() == shown
