"""Reasons add up to the score that they explain, the strongest first, and compare what they say."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hyperion_pipelines.features.catalogue import input_order
from hyperion_pipelines.learning.scoring.reasons import FEWEST_PEERS, explain
from hyperion_pipelines.schemas import REASON
from tests.unit.learning.scoring.boosted_model import BoostedModel

TABLE = "commit_features"
NAMES = input_order(TABLE)
FLAGS = ("is_fix", "weekend")


def random_features(rows: int, seed: int = 7) -> pl.DataFrame:
    """Commits whose features are drawn from nothing in particular; some coverage is not known."""
    random = np.random.default_rng(seed)
    drawn = pl.DataFrame(
        {name: random.lognormal(1, 1.5, rows).round() for name in NAMES}
    ).with_columns(pl.col(FLAGS) > 3)
    hours = random.integers(0, 24, rows) * (2 * math.pi / 24)
    unknown = pl.Series(random.random(rows) < 0.3)
    return drawn.with_columns(
        hour_sin=pl.Series(np.sin(hours)),
        hour_cos=pl.Series(np.cos(hours)),
        coverage_mean=pl.when(~unknown).then(0.5),
    )


EIGHT = random_features(8)


def total(explained: pl.DataFrame) -> np.ndarray:
    """What base, reasons and the rest add up to, row by row."""
    told = pl.col("reasons").list.eval(pl.element().struct.field("contribution")).list.sum()
    return (
        explained.select(pl.col("base_log_odds") + told + pl.col("other_contribution"))
        .to_series()
        .to_numpy()
    )


def reasons_of(
    values: Mapping[str, Sequence[float | None]],
    contributions: Sequence[Sequence[float]],
    k: int = 5,
) -> list[list[dict[str, object]]]:
    """The reasons of each row, whose features are *values*; the base is 0."""
    with_base = np.array([[*row, 0.0] for row in contributions])
    explained = explain(pl.DataFrame(values), with_base, list(values), TABLE, k)
    return explained["reasons"].to_list()


@pytest.fixture(scope="module")
def features() -> pl.DataFrame:
    return random_features(600)


@pytest.fixture(scope="module")
def model(features: pl.DataFrame) -> BoostedModel:
    risk = pl.col("lines_added").log1p() - pl.col("author_experience").log1p() / 2
    late = (pl.col("hour_cos") > 0.5).cast(pl.Float64)
    is_risky = features.select(risk + late + pl.col("is_fix") > 2).to_series()
    return BoostedModel.fit(features, NAMES, is_risky)


@pytest.mark.parametrize("k", [1, 5, len(NAMES)])
def test_the_reasons_for_a_real_models_scores_add_up_to_them(
    features: pl.DataFrame, model: BoostedModel, k: int
) -> None:
    names, contributions = model.contributions(features)
    explained = explain(features, contributions, names, TABLE, k)
    log_odds = model.predict(features.with_columns(key=pl.lit("")))["log_odds"].to_numpy()
    np.testing.assert_allclose(total(explained), log_odds, rtol=0, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    contributions=arrays(np.float32, (8, len(NAMES) + 1), elements=st.floats(-8, 8, width=32)),
    k=st.integers(1, 50),
)
def test_whatever_the_contributions_base_reasons_and_others_add_up(
    contributions: np.ndarray, k: int
) -> None:
    explained = explain(EIGHT, contributions, NAMES, TABLE, k)
    expected = contributions.sum(axis=1, dtype=np.float64)
    np.testing.assert_allclose(total(explained), expected, rtol=0, atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(arrays(np.int8, (8, 11)), st.integers(1, 12))
def test_no_feature_that_is_left_out_is_stronger_than_one_that_is_told(
    contributions: np.ndarray, k: int
) -> None:
    names = [name for name in NAMES if not name.startswith("hour")][:10]
    strongest = -np.sort(-np.abs(contributions[:, :-1].astype(int)), axis=1)[:, :k]
    reasons = explain(EIGHT, contributions, names, TABLE, k)["reasons"].to_list()
    told = [[abs(reason["contribution"]) for reason in row] for row in reasons]
    assert told == [row[row > 0].tolist() for row in strongest]


def test_the_strongest_come_first_whichever_way_they_pull() -> None:
    values = {"files": [3], "reviewers": [0], "lines_added": [9]}
    (reasons,) = reasons_of(values, [[0.2, -0.7, 0.5]], k=2)
    assert [reason["text"] for reason in reasons] == [
        "its message names no reviewer",
        "adds 9 lines",
    ]
    assert [reason["contribution"] for reason in reasons] == [-0.7, 0.5]
    assert [reason["value"] for reason in reasons] == [0, 9]


def test_what_contributed_nothing_is_no_reason() -> None:
    values = {"files": [3, 3], "lines_added": [9, 9]}
    first, second = reasons_of(values, [[0, 0.5], [0, 0]])
    assert [reason["feature"] for reason in first] == ["lines_added"]
    assert second == []


@pytest.mark.parametrize("hour", range(24))
def test_the_hours_sine_and_cosine_are_one_reason(hour: int) -> None:
    """As they come from the lake, in single precision."""
    angle = np.float32(hour / 24 * 2 * math.pi)
    values = {
        "hour_sin": [float(np.sin(angle))],
        "files": [3],
        "hour_cos": [float(np.cos(angle))],
    }
    (reasons,) = reasons_of(values, [[0.25, 0.3, 0.125]])
    assert reasons[0] == {
        "feature": "hour",
        "value": hour,
        "contribution": 0.375,
        "text": f"made between {hour:02}:00 and {hour:02}:59, by the author's clock",
    }
    assert [reason["feature"] for reason in reasons] == ["hour", "files"]


def test_values_are_compared_with_the_other_rows() -> None:
    commits = 100
    values = {"lines_added": [float(n) for n in range(commits)]}
    texts = [reasons[0]["text"] for reasons in reasons_of(values, [[0.5]] * commits)]
    assert texts[99] == "adds 99 lines, more than 99 of 100 commits here"
    assert texts[80] == "adds 80 lines, more than 80 of 100 commits here"
    assert texts[50] == "adds 50 lines"
    assert texts[5] == "adds 5 lines, fewer than 94 of 100 commits here"


def test_equal_values_are_neither_more_nor_fewer() -> None:
    values = {"lines_added": [7.0] * 95 + [8.0] * 5}
    texts = [reasons[0]["text"] for reasons in reasons_of(values, [[0.5]] * 100)]
    assert set(texts) == {"adds 7 lines", "adds 8 lines, more than 95 of 100 commits here"}


def test_a_few_rows_are_no_measure() -> None:
    values = {"lines_added": [float(n) for n in range(FEWEST_PEERS - 1)]}
    reasons = reasons_of(values, [[0.5]] * (FEWEST_PEERS - 1))
    assert reasons[-1][0]["text"] == f"adds {FEWEST_PEERS - 2} lines"


def test_one_commit_is_compared_with_its_repositorys() -> None:
    one = pl.DataFrame({"lines_added": [500.0]})
    repository = pl.DataFrame({"lines_added": [*map(float, range(1, 200)), None]})
    explained = explain(one, np.array([[0.5, 0.0]]), ["lines_added"], TABLE, peers=repository)
    (reason,) = explained["reasons"][0]
    assert reason["text"] == "adds 500 lines, more than 100 of 100 commits here"


def test_a_missing_value_is_said_to_be_missing() -> None:
    (reasons,) = reasons_of({"coverage_mean": [None]}, [[0.5]])
    assert reasons[0]["value"] is None
    assert reasons[0]["text"] == "no coverage report says how much of its files is tested"


def test_features_that_the_words_do_not_know_are_said_by_their_names() -> None:
    features = pl.DataFrame({"wmc": [31.0], "is_generated": [True]})
    explained = explain(features, np.array([[0.5, 0.2, 0.0]]), features.columns, "releases")
    assert [reason["text"] for reason in explained["reasons"][0]] == [
        "wmc: 31",
        "is generated: yes",
    ]


def test_a_feature_without_a_column_is_named() -> None:
    features = pl.DataFrame({"files": [3.0]})
    names = ["lines_added_per_author"]
    explained = explain(features, np.array([[0.5, 0.0]]), names, TABLE)
    assert explained["reasons"][0].to_list() == [
        {
            "feature": "lines_added_per_author",
            "value": None,
            "contribution": 0.5,
            "text": "lines added per author",
        }
    ]


def test_no_rows_have_no_reasons() -> None:
    explained = explain(random_features(0), np.empty((0, len(NAMES) + 1)), NAMES, TABLE)
    assert explained.schema == {
        "base_log_odds": pl.Float64,
        "other_contribution": pl.Float64,
        "reasons": pl.List(REASON),
    }
    assert explained.is_empty()
