"""Pictures of evaluations: small PNG files that show what they were given."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from matplotlib import pyplot

from hyperion_pipelines.learning.evaluation import evaluate
from hyperion_pipelines.learning.evaluation.plots import (
    evaluation_figures,
    importance_plot,
    roc_plot,
    windows_plot,
)

GENERATOR = np.random.default_rng(5)
LINES = np.floor(np.exp(GENERATOR.normal(3, 1.5, 2000)))
PROBABILITIES = 1 / (1 + np.exp(2 - 0.3 * np.log1p(LINES) - GENERATOR.normal(size=2000)))
LABELS = GENERATOR.random(2000) < PROBABILITIES
PNG = b"\x89PNG\r\n\x1a\n"
LARGEST = 60 * 1024  # bytes


def figures(rows: slice = slice(None)) -> dict[str, bytes]:
    labels, probabilities, lines = LABELS[rows], PROBABILITIES[rows], LINES[rows]
    judged = evaluate(labels, probabilities, probabilities=probabilities, samples=2)
    return evaluation_figures(judged, labels, probabilities, lines, ("lines added", lines))


def windows(values: list[float | None]) -> bytes:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    times = [start + timedelta(days=90 * number) for number in range(len(values))]
    frame = pl.DataFrame({"time": times, "value": values}).with_columns(
        low=pl.col("value") - 0.1, high=pl.col("value") + 0.1
    )
    return windows_plot(frame, "AUC")


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    return figures()


def test_an_evaluation_has_four_small_pictures(drawn: dict[str, bytes]) -> None:
    assert drawn.keys() == {
        "roc.png",
        "precision_recall.png",
        "reliability.png",
        "effort.png",
    }
    for name, picture in drawn.items():
        assert picture.startswith(PNG), name
        assert len(picture) <= LARGEST, name


def test_rows_of_one_class_have_no_pictures() -> None:
    labels = np.zeros(2, bool)
    judged = evaluate(labels, [0.1, 0.2], probabilities=[0.1, 0.2])
    assert evaluation_figures(judged, labels, [0.1, 0.2], [1, 2], ("lines added", [1, 2])) == {}


def test_a_picture_changes_with_what_it_shows(drawn: dict[str, bytes]) -> None:
    assert importance_plot({"lines_added": 1.0}) != importance_plot({"lines_added": 2.0})
    assert drawn["roc.png"] != roc_plot(LABELS, {"model": PROBABILITIES})
    assert windows([0.7, 0.8, 0.75]) != windows([0.7, 0.6, 0.75])


def test_a_window_that_could_not_be_judged_is_a_gap() -> None:
    assert windows([0.7, None, 0.75, 0.8]).startswith(PNG)


def test_only_the_most_important_features_are_shown() -> None:
    many = {f"feature_{number}": float(number) for number in range(50)}
    shown = {name: value for name, value in many.items() if value >= 30}
    assert importance_plot(many) == importance_plot(shown)


def test_nothing_global_is_drawn_on() -> None:
    """Pyplot keeps every figure until it is closed; these it does not know."""
    importance_plot({"lines_added": 1.0})
    assert pyplot.get_fignums() == []
