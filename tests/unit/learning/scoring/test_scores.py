"""The tables of scores, by a real small model and, where none is trained, by the named fallback."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from hyperion_pipelines.errors import FailedCheckError
from hyperion_pipelines.learning.scoring.commit_scores import commit_scores
from hyperion_pipelines.learning.scoring.file_scores import file_scores
from hyperion_pipelines.learning.scoring.model_scores import ServedModel
from hyperion_pipelines.schemas import TIME
from tests.unit.learning.scoring.boosted_model import BoostedModel

NAMES = ("lines_added", "author_experience", "is_fix")
START = datetime(2025, 1, 1, tzinfo=UTC)
SCORE = {
    "model": pl.String,
    "model_version": pl.String,
    "served_by": pl.String,
    "probability": pl.Float32,
    "log_odds": pl.Float32,
    "percentile": pl.Float32,
    "base_log_odds": pl.Float32,
    "other_contribution": pl.Float32,
    "reasons": pl.List(
        pl.Struct(
            {
                "feature": pl.String,
                "value": pl.Float64,
                "contribution": pl.Float64,
                "text": pl.String,
            }
        )
    ),
}
ANOMALIES = pl.DataFrame(
    {
        "repository": ["shop", "shop"],
        "sha": [f"{3:040}", f"{1:040}"],
        "anomaly": [0.25, 0.75],
        "anomaly_percentile": [40.0, 99.5],
        "anomaly_reasons": [
            [],
            [{"feature": "files", "value": 212.0, "typical": 2.0, "text": "touches 212 files"}],
        ],
    }
)


def commits(count: int) -> pl.DataFrame:
    """As many commits, in the columns that the tests' model reads."""
    random = np.random.default_rng(5)
    return pl.DataFrame(
        {
            "repository": ["shop"] * count,
            "sha": [f"{number:040}" for number in range(count)],
            "commit_time": [START + timedelta(hours=number) for number in range(count)],
            "lines_added": random.lognormal(3, 1, count).round(),
            "author_experience": random.integers(0, 60, count).astype(np.float64),
            "is_fix": random.random(count) < 0.3,
        },
        schema_overrides={
            "commit_time": TIME,
            "lines_added": pl.Float32,
            "author_experience": pl.Float32,
        },
    )


@pytest.fixture(scope="module")
def features() -> pl.DataFrame:
    return commits(300)


@pytest.fixture(scope="module")
def risk(features: pl.DataFrame) -> ServedModel:
    is_risky = features.select(pl.col("lines_added") > 20 + pl.col("author_experience")).to_series()
    return ServedModel("risk", "3", BoostedModel.fit(features, NAMES, is_risky))


def files() -> pl.DataFrame:
    """Four files now, and one that is gone since; of one of them the lines are not known."""
    now = START + timedelta(days=31)
    return pl.DataFrame(
        {
            "path": ["a.py", "gone.py", "a.py", "b.py", "c.py", "logo.png"],
            "window_end": [START, START, now, now, now, now],
            "lines": [10.0, 900.0, 20.0, 400.0, 20.0, None],
        },
        schema_overrides={"window_end": TIME, "lines": pl.Float32},
    )


def test_the_columns_of_commit_scores(features: pl.DataFrame, risk: ServedModel) -> None:
    """They are the same with and without models."""
    anomaly_reason = {
        "feature": pl.String,
        "value": pl.Float64,
        "typical": pl.Float64,
        "text": pl.String,
    }
    expected = {
        "sha": pl.String,
        "commit_time": TIME,
        **SCORE,
        "anomaly": pl.Float32,
        "anomaly_percentile": pl.Float32,
        "anomaly_reasons": pl.List(pl.Struct(anomaly_reason)),
        "priority": pl.Float32,
        "priority_version": pl.String,
    }
    priorities = features.select("sha", priority=pl.lit(50.0))
    with_all = commit_scores(
        features, risk, anomalies=ANOMALIES, priorities=priorities, priority_version="2"
    )
    assert with_all.schema == expected
    assert commit_scores(features, risk).schema == expected
    assert commit_scores(features, None).schema == expected
    assert commit_scores(features.clear(), risk).schema == expected
    assert commit_scores(features.clear(), None).schema == expected


def test_the_columns_of_file_scores() -> None:
    expected = {"path": pl.String, "window_end": TIME, **SCORE}
    assert file_scores(files(), None).schema == expected
    assert file_scores(files().clear(), None).schema == expected


def test_a_commits_score_is_the_models_answer(features: pl.DataFrame, risk: ServedModel) -> None:
    scores = commit_scores(features, risk)
    answers = risk.model.predict(features.with_columns(key="sha"))
    assert scores["sha"].equals(features["sha"])
    assert scores["log_odds"].to_list() == pytest.approx(answers["log_odds"].to_list(), abs=1e-6)
    assert scores.select("model", "model_version", "served_by").unique().rows() == [
        ("risk", "3", "own")
    ]
    odds = scores["log_odds"].cast(pl.Float64).exp()
    assert scores["probability"].to_list() == pytest.approx((odds / (1 + odds)).to_list(), abs=1e-6)


def test_what_is_stored_adds_up_to_the_log_odds(features: pl.DataFrame, risk: ServedModel) -> None:
    scores = commit_scores(features, risk)
    told = pl.col("reasons").list.eval(pl.element().struct.field("contribution")).list.sum()
    total = scores.select(pl.col("base_log_odds") + told + pl.col("other_contribution"))
    assert total.to_series().to_list() == pytest.approx(scores["log_odds"].to_list(), abs=1e-5)


def test_a_percentile_counts_equal_ones_half() -> None:
    scores = file_scores(files(), None)
    shares = dict(scores.select("path", "percentile").iter_rows())
    assert shares == {"logo.png": 12.5, "a.py": 50.0, "c.py": 50.0, "b.py": 87.5}


def test_a_repository_served_by_the_pooled_model_says_so(
    features: pl.DataFrame, risk: ServedModel
) -> None:
    assert isinstance(risk.model, BoostedModel)
    pooled = replace(risk, model=replace(risk.model, served_by="pooled"))
    assert commit_scores(features, pooled)["served_by"].unique().to_list() == ["pooled"]


def test_anomalies_and_priorities_go_to_their_commits() -> None:
    features = commits(4)
    priorities = pl.DataFrame({"sha": [f"{2:040}"], "priority": [88.0]})
    scores = commit_scores(
        features, None, anomalies=ANOMALIES, priorities=priorities, priority_version="7"
    )
    assert scores["anomaly"].to_list() == [None, 0.75, None, 0.25]
    assert scores["anomaly_percentile"].to_list() == [None, 99.5, None, 40.0]
    assert scores["anomaly_reasons"][1][0]["text"] == "touches 212 files"
    assert scores["priority"].to_list() == [None, None, 88.0, None]
    assert scores["priority_version"].to_list() == [None, None, "7", None]


def test_without_a_model_commits_are_ranked_by_lines_added_and_say_so() -> None:
    scores = commit_scores(commits(50), None)
    ranked = scores.sort("percentile")["sha"].to_list()
    assert ranked == commits(50).sort("lines_added", maintain_order=True)["sha"].to_list()
    assert scores["model"].unique().to_list() == ["fallback-lines-added"]
    assert scores["served_by"].unique().to_list() == ["fallback"]
    unknown = ("model_version", "probability", "log_odds", "base_log_odds", "other_contribution")
    assert scores.select(pl.col(unknown).null_count()).row(0) == (50,) * len(unknown)
    assert scores["reasons"][0].to_list() == [
        {
            "feature": "lines_added",
            "value": commits(50)["lines_added"][0],
            "contribution": None,
            "text": "no model is served yet: ranked by lines added",
        }
    ]


def test_without_a_model_files_are_ranked_by_lines_and_say_so() -> None:
    scores = file_scores(files(), None)
    assert scores["model"].unique().to_list() == ["fallback-lines"]
    texts = scores["reasons"].list.first().struct.field("text").unique().to_list()
    assert texts == ["no model is served yet: ranked by lines"]


@dataclass(frozen=True)
class Deriving(BoostedModel):
    """A model that divides its one metric by the files, and tells that as what it reads."""

    def contributions(self, features: pl.DataFrame) -> tuple[Sequence[str], NDArray[np.float64]]:
        """The contribution of the metric, under the name of what was derived of it."""
        _, contributions = super().contributions(features)
        return ["lines_added_per_file"], contributions


def test_what_a_model_derives_is_told_with_its_value() -> None:
    features = commits(60).with_columns(files=pl.lit(2.0))
    labels = features.select(pl.col("lines_added") > 20).to_series()
    model = Deriving.fit(features, ["lines_added"], labels)
    largest = commit_scores(features, ServedModel("risk", "1", model)).join(
        features.top_k(1, by="lines_added"), on="sha"
    )
    reason = largest["reasons"][0][0]
    assert reason["value"] == largest["lines_added"].item() / 2
    assert reason["text"].startswith(f"adds {reason['value']:.0f} lines a file, on average, more")


def test_only_files_of_the_newest_window_are_scored() -> None:
    scores = file_scores(files(), None)
    assert scores["path"].to_list() == ["a.py", "b.py", "c.py", "logo.png"]
    assert scores["window_end"].unique().to_list() == [START + timedelta(days=31)]


def test_a_models_reasons_for_a_file_are_of_its_newest_window() -> None:
    newest = files().filter(pl.col("window_end") > START)
    model = BoostedModel.fit(
        pl.concat([newest] * 20), ["lines"], pl.Series([False, True, False, False] * 20)
    )
    scores = file_scores(files(), ServedModel("bug", "1", model))
    reasons = dict(scores.select("path", "reasons").iter_rows())
    assert reasons["b.py"][0]["text"] == "has 400 lines"
    assert reasons["b.py"][0]["contribution"] > 0
    assert reasons["logo.png"][0]["text"].startswith("its lines are not known")


@dataclass(frozen=True)
class Rounding(BoostedModel):
    """A model whose contributions do not add up: each is rounded to a whole number."""

    def contributions(self, features: pl.DataFrame) -> tuple[Sequence[str], NDArray[np.float64]]:
        """The names, and what is left of their contributions."""
        names, exact = super().contributions(features)
        return names, exact.round()


@dataclass(frozen=True)
class Reordering(BoostedModel):
    """A model that answers in an order of its own."""

    def predict(self, features: pl.DataFrame) -> pl.DataFrame:
        """The answers, the lowest first."""
        return super().predict(features).sort("log_odds")


@pytest.mark.parametrize(
    ("kind", "fault"), [(Rounding, "do not add up to its log-odds"), (Reordering, "other rows")]
)
def test_answers_that_do_not_fit_the_rows_are_refused(
    features: pl.DataFrame, risk: ServedModel, kind: type[BoostedModel], fault: str
) -> None:
    assert isinstance(risk.model, BoostedModel)
    wrong = kind(risk.model.names, risk.model.booster)
    with pytest.raises(FailedCheckError, match=f"version 3 of the model risk.*{fault}"):
        commit_scores(features, replace(risk, model=wrong))
