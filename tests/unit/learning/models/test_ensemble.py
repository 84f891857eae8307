"""The ensemble: weights that only add, learned on validation alone, and a priority by them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.learning.evaluation.by_repository import ALL
from hyperion_pipelines.learning.models.ensemble import (
    ANSWERS,
    Ensemble,
    EnsembleTraining,
    bug_of_commits,
    train,
)
from hyperion_pipelines.learning.models.shortage import Shortage

START = datetime(2024, 1, 1, tzinfo=UTC)
TIME = pl.Datetime("us", "UTC")
CHANGES = pl.Schema(
    {"sha": pl.String, "path": pl.String, "old_path": pl.String, "status": pl.String}
)
COMMITS = pl.Schema({"sha": pl.String, "commit_time": TIME})
PANEL = pl.Schema({"key": pl.String, "time": TIME, "probability": pl.Float64})


def commits_answered(repository: str = "shop", count: int = 1000) -> pl.DataFrame:
    """Answers of which risk says most, anomaly something, bug nothing, and impact the opposite."""
    draw = np.random.default_rng(len(repository))
    risk, anomaly, bug, impact = draw.normal(size=(4, count))
    chance = 1 / (1 + np.exp(1 - 1.5 * risk - 0.75 * anomaly + impact))
    return pl.DataFrame(
        {
            "repository": repository,
            "sha": [f"{repository}{number}" for number in range(count)],
            "part": ["train"] * (count // 2)
            + ["validation"] * (count // 4)
            + ["test"] * (count // 4),
            "label": draw.uniform(size=count) < chance,
            "effort": draw.uniform(1, 500, count),
            "lines_added": draw.uniform(1, 500, count),
            "risk": 3 * risk - 2,
            "anomaly": 0.1 * anomaly + 0.5,
            "bug": 0.1 * bug + 0.5,
            "impact": impact + 3,
        }
    )


def trained(answers: pl.DataFrame, champion: Ensemble | None = None) -> EnsembleTraining:
    training = train(answers, champion)
    assert isinstance(training, EnsembleTraining)
    return training


@pytest.fixture(scope="module", name="answers")
def _answers() -> pl.DataFrame:
    return commits_answered()


@pytest.fixture(scope="module", name="training")
def _training(answers: pl.DataFrame) -> EnsembleTraining:
    return trained(answers)


def test_an_answer_weighs_by_what_it_tells_and_never_against_itself(
    training: EnsembleTraining,
) -> None:
    shares = training.model.shares
    assert shares["risk"] > shares["anomaly"] > shares["bug"]
    assert shares["impact"] == 0
    assert sum(shares.values()) == pytest.approx(1)


def test_together_they_are_worth_more_than_risk_or_lines_alone(
    training: EnsembleTraining,
) -> None:
    ours, risk = (found[ALL].auc for found in (training.evaluations, training.risk_alone))
    assert ours is not None
    assert risk is not None
    assert ours > risk
    assert training.gain_on_risk[0] > 0
    assert training.contest.challenger > training.contest.baseline
    assert training.evaluations[ALL].popt is not None


def test_weights_are_learned_on_the_validation_part_alone(
    training: EnsembleTraining, answers: pl.DataFrame
) -> None:
    """Other labels before and after it change nothing."""
    is_other = pl.col("part") != "validation"
    changed = answers.with_columns(
        label=pl.when(is_other).then(~pl.col("label")).otherwise("label")
    )
    assert trained(changed).model == training.model


def test_the_unit_of_an_answer_does_not_matter(
    training: EnsembleTraining, answers: pl.DataFrame
) -> None:
    in_thousandths = answers.with_columns(pl.col("anomaly") * 1000 + 7)
    shares = trained(in_thousandths).model.shares
    assert shares == pytest.approx(training.model.shares, abs=1e-4)


def test_parts_add_up_to_the_log_odds(training: EnsembleTraining, answers: pl.DataFrame) -> None:
    parts = training.model.parts(answers)
    assert parts.columns == ["repository", "sha", "base", *ANSWERS, "log_odds"]
    total = parts.select(pl.sum_horizontal("base", *ANSWERS)).to_series()
    np.testing.assert_allclose(total, parts["log_odds"])
    assert parts["base"].n_unique() == 1


def test_a_missing_answer_moves_nothing(training: EnsembleTraining, answers: pl.DataFrame) -> None:
    whole = training.model.parts(answers)
    without = training.model.parts(answers.with_columns(anomaly=pl.lit(None, pl.Float64)))
    assert set(without["anomaly"]) == {0.0}
    assert_frame_equal(without.drop("anomaly", "log_odds"), whole.drop("anomaly", "log_odds"))


@pytest.mark.parametrize("kind", [pl.Null(), pl.Float32()])
def test_an_answer_that_no_commit_has_is_left_to_the_others(
    answers: pl.DataFrame, kind: pl.DataType
) -> None:
    training = trained(answers.with_columns(impact=pl.lit(None, kind)))
    assert training.model.shares["impact"] == 0
    assert training.model.shares["risk"] > 0.5


def test_a_priority_is_a_percentile_of_its_repository(training: EnsembleTraining) -> None:
    """The same answers have the same priorities beside a repository of higher ones."""
    shop = commits_answered("shop", 40)
    bank = commits_answered("bank", 40).with_columns(pl.col("risk") + 9)
    alone = training.model.priority(shop)
    together = training.model.priority(pl.concat([bank, shop]))
    assert_frame_equal(together.filter(pl.col("repository") == "shop"), alone)
    assert alone["priority"].sort().to_list() == pytest.approx(np.arange(40) * 2.5 + 1.25)
    assert together.schema["priority"] == pl.Float32
    assert set(alone["ranked_by"]) == {"models"}


def test_a_riskier_commit_comes_first(training: EnsembleTraining) -> None:
    rows = commits_answered("shop", 8).with_columns(
        pl.lit(0.5).alias("anomaly"), pl.lit(0.5).alias("bug"), pl.lit(3.0).alias("impact")
    )
    priority = training.model.priority(rows)["priority"]
    assert priority.arg_sort().to_list() == rows["risk"].arg_sort().to_list()


def test_commits_without_any_answer_are_ranked_by_their_lines_and_said_to_be(
    training: EnsembleTraining,
) -> None:
    nothing = [pl.lit(None, pl.Float64).alias(name) for name in ANSWERS]
    rows = commits_answered("shop", 8).with_columns(nothing)
    priorities = training.model.priority(rows)
    assert set(priorities["ranked_by"]) == {"lines_added"}
    order = rows["lines_added"].arg_sort().to_list()
    assert priorities["priority"].arg_sort().to_list() == order


def test_one_commit_without_answers_stands_among_the_others_by_its_lines(
    training: EnsembleTraining,
) -> None:
    rows = commits_answered("shop", 8)
    largest = pl.col("lines_added") == pl.col("lines_added").max()
    rows = rows.with_columns(pl.when(~largest).then(pl.col(name)).alias(name) for name in ANSWERS)
    (found,) = training.model.priority(rows).filter(rows.select(largest).to_series()).to_dicts()
    assert (found["priority"], found["ranked_by"]) == (93.75, "lines_added")


def test_a_saved_ensemble_is_the_same(training: EnsembleTraining, tmp_path: Path) -> None:
    training.model.save(tmp_path)
    assert Ensemble.load(tmp_path) == training.model


def test_each_repository_is_judged_too() -> None:
    both = pl.concat([commits_answered("shop"), commits_answered("bank")])
    training = trained(both)
    assert set(training.evaluations) == set(training.risk_alone) == {ALL, "shop", "bank"}
    assert training.evaluations[ALL].n == 500


def test_a_champion_is_judged_on_the_same_commits(
    training: EnsembleTraining, answers: pl.DataFrame
) -> None:
    contest = trained(answers, training.model).contest
    assert contest.champion == contest.challenger
    assert contest.difference == (0.0, 0.0, 0.0)


def test_few_commits_are_a_shortage_that_says_how_many_there_are() -> None:
    shortage = train(commits_answered("shop", 40))
    assert isinstance(shortage, Shortage)
    assert "10 labelled commits" in shortage
    assert "of the 100 and 10" in shortage


def test_answers_that_speak_against_themselves_are_a_shortage(answers: pl.DataFrame) -> None:
    missing = [pl.lit(None, pl.Float64).alias(name) for name in ("risk", "anomaly", "bug")]
    assert isinstance(train(answers.with_columns(missing)), Shortage)


def test_a_test_part_without_bugs_is_a_shortage(answers: pl.DataFrame) -> None:
    is_test = pl.col("part") == "test"
    assert isinstance(train(answers.with_columns(pl.col("label") & ~is_test)), Shortage)


def day(days: float) -> datetime:
    return START + timedelta(days=days)


def bugs(
    changes: Sequence[tuple[str, str, str | None, str]],
    commits: list[tuple[str, datetime]],
    panel: list[tuple[str, datetime, float]],
) -> dict[str, float | None]:
    found = bug_of_commits(
        pl.DataFrame(changes, CHANGES, orient="row"),
        pl.DataFrame(commits, COMMITS, orient="row"),
        pl.DataFrame(panel, PANEL, orient="row"),
    )
    return dict(found.iter_rows())


def test_a_commit_is_due_what_any_of_its_files_is_as_they_stood_before_it() -> None:
    """1 - .8 * .5, and a month later 1 - .1 * .9; a new file adds nothing."""
    panel = [("a", day(0), 0.2), ("b", day(0), 0.5), ("a", day(31), 0.9), ("b", day(31), 0.1)]
    changes = [(sha, path, None, "M") for sha in ("one", "two") for path in ("a", "b", "new")]
    found = bugs(changes, [("one", day(20)), ("two", day(40))], panel)
    assert found == pytest.approx({"one": 0.6, "two": 0.91})


def test_a_window_that_ends_after_the_commit_is_not_known() -> None:
    panel = [("a", day(31), 0.9)]
    changes = [("early", "a", None, "M"), ("at once", "a", None, "M")]
    commits = [("early", day(30.9)), ("at once", day(31))]
    assert bugs(changes, commits, panel) == {"early": None, "at once": pytest.approx(0.9)}


def test_a_renamed_file_is_looked_up_under_its_old_path() -> None:
    panel = [("old", day(0), 0.7), ("new", day(0), 0.1)]
    assert bugs([("one", "new", "old", "R")], [("one", day(1))], panel) == pytest.approx(
        {"one": 0.7}
    )


def test_a_copy_is_a_new_file() -> None:
    panel = [("old", day(0), 0.7)]
    assert bugs([("one", "new", "old", "C")], [("one", day(1))], panel) == {"one": None}


def test_a_file_that_was_long_gone_is_not_known() -> None:
    panel = [("a", day(0), 0.7), ("b", day(300), 0.2)]
    assert bugs([("one", "a", None, "A")], [("one", day(301))], panel) == {"one": None}


def test_commits_keep_their_order_and_those_that_touch_nothing_have_none() -> None:
    found = bugs([("b", "x", None, "M")], [("b", day(9)), ("a", day(1))], [("x", day(8), 0.3)])
    assert list(found.items()) == [("b", pytest.approx(0.3)), ("a", None)]
