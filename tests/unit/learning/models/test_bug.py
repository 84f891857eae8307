"""The file model: honest probabilities from a sample, pooled or a repository's own, never ahead."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.learning.classifier.vote import VoteParameters
from hyperion_pipelines.learning.evaluation.by_repository import ALL
from hyperion_pipelines.learning.models.bug import (
    BugPredictor,
    BugTraining,
    out_of_fold,
    train,
)
from hyperion_pipelines.learning.models.bug.fitting import settled_validation, training_sample
from hyperion_pipelines.learning.models.shortage import Shortage
from hyperion_pipelines.learning.training.splits import with_parts

START = datetime(2020, 1, 1, tzinfo=UTC)
FEATURES = ("lines", "fixes_365d", "authors_90d")
TREES = VoteParameters(forest_trees=5, boosting_trees=20, boosting_smallest_leaf=20)
RECIPES = {"few trees": TREES}


def panel(repository: str, *, files: int = 60, months: int = 30, sign: int = 1) -> pl.DataFrame:
    """A panel in which many authors mean fixes (where *sign* is -1, few do), and lines nothing."""
    draw = np.random.default_rng(len(repository))
    rows = files * months
    months_in = np.repeat(np.arange(months), files)
    authors = draw.uniform(0, 6, rows)
    chance = 1 / (1 + np.exp(4 - sign * 2 * (authors - 2)))
    is_fixed = draw.uniform(size=rows) < chance
    return pl.DataFrame(
        {
            "repository": repository,
            "key": [f"file{number}" for number in np.tile(np.arange(files), months)],
            "time": [START + timedelta(days=30 * int(month)) for month in months_in],
            "is_fixed": is_fixed,
            "effort": draw.uniform(10, 500, rows),
            "fixes_365d": draw.integers(0, 4, rows).astype(np.float32),
            "authors_90d": authors.astype(np.float32),
        }
    ).select(
        "repository",
        "key",
        pl.col("time").cast(pl.Datetime("us", "UTC")),
        positive_at=pl.when("is_fixed").then(pl.col("time") + timedelta(days=90)),
        negative_at=pl.col("time") + timedelta(days=90),
        effort="effort",
        lines=pl.col("effort").cast(pl.Float32),
        fixes_365d="fixes_365d",
        authors_90d="authors_90d",
    )


def trained(
    examples: pl.DataFrame,
    champion: BugPredictor | None = None,
    features: Sequence[str] = FEATURES,
) -> BugTraining:
    training = train(examples, features, champion, recipes=RECIPES)
    assert isinstance(training, BugTraining)
    return training


@pytest.fixture(scope="module", name="shop")
def _shop() -> pl.DataFrame:
    return with_parts(panel("shop"))


@pytest.fixture(scope="module", name="shops")
def _shops() -> pl.DataFrame:
    """Two repositories alike, one in which the opposite holds, and one too small for its own."""
    return with_parts(
        pl.concat(
            [
                panel("shop"),
                panel("bank"),
                panel("contrary", sign=-1),
                panel("tiny", files=2, months=20),
            ]
        )
    )


@pytest.fixture(scope="module", name="training")
def _training(shop: pl.DataFrame) -> BugTraining:
    return trained(shop)


@pytest.fixture(scope="module", name="of_shops")
def _of_shops(shops: pl.DataFrame) -> BugTraining:
    return trained(shops)


def test_what_foretells_fixes_is_learned_and_beats_both_baselines(training: BugTraining) -> None:
    evaluation = training.evaluations[ALL]
    assert evaluation.auc is not None
    assert evaluation.auc > 0.75
    alone = training.baselines.row(0, named=True)
    assert alone["repository"] == ALL
    assert training.contest.challenger > training.contest.baseline
    assert training.contest.baseline == max(alone["lines"], alone["fixes_365d"])
    assert training.contest.challenger == pytest.approx(evaluation.average_precision)


def test_probabilities_are_those_of_all_rows_though_few_of_them_trained(
    shop: pl.DataFrame,
) -> None:
    """Their mean is the share of fixed files, not that of the sample."""
    test = shop.filter(pl.col("part") == "test")
    believed = trained(shop).model.predict(test, "evaluated")["probability"].mean()
    assert believed == pytest.approx(test["label"].cast(pl.Float64).mean(), abs=0.05)


def test_a_sample_keeps_every_fixed_row_and_the_weight_of_the_others(shop: pl.DataFrame) -> None:
    train_part = shop.filter(pl.col("part") == "train")
    drawn, weights = training_sample(train_part, 100)
    clean = train_part.filter(~pl.col("label")).height
    assert drawn["label"].sum() == train_part["label"].sum()
    assert drawn.filter(~pl.col("label")).height == 100
    assert weights.sum() == pytest.approx(train_part.height)
    assert set(weights) == {1.0, clean / 100}


def test_a_sample_does_not_depend_on_the_order_of_the_rows(shop: pl.DataFrame) -> None:
    train_part = shop.filter(pl.col("part") == "train")
    shuffled = train_part.sample(fraction=1, shuffle=True, seed=1)
    assert_frame_equal(training_sample(train_part, 50)[0], training_sample(shuffled, 50)[0])


def test_validation_leaves_out_the_months_whose_outcome_lies_in_the_test_part(
    shop: pl.DataFrame,
) -> None:
    begins = shop.filter(pl.col("part") == "test")["time"].min()
    settled = settled_validation(shop)
    assert not settled.is_empty()
    assert settled.filter(pl.col("negative_at") > begins).is_empty()
    assert settled.height < shop.filter(pl.col("part") == "validation").height


def test_contributions_add_up_to_the_answer(of_shops: BugTraining, shops: pl.DataFrame) -> None:
    names, contributions = of_shops.model.contributions(shops)
    assert tuple(names) == FEATURES
    assert contributions.shape == (shops.height, len(FEATURES) + 1)
    answers = of_shops.model.predict(shops)["log_odds"].to_numpy()
    np.testing.assert_allclose(contributions.sum(axis=1), answers, atol=1e-6)


def test_a_repository_has_its_own_model_only_where_that_is_better(
    of_shops: BugTraining, shops: pl.DataFrame
) -> None:
    """The contrary one gains by it; the tiny one has too little for one."""
    served = of_shops.model.predict(shops).group_by("repository").agg(pl.col("served_by").unique())
    by_repository = dict(served.iter_rows())
    assert by_repository["contrary"] == ["own"]
    assert by_repository["tiny"] == ["pooled"]


def test_a_new_repository_is_served_on_its_first_day(of_shops: BugTraining) -> None:
    answers = of_shops.model.predict(panel("new", files=3, months=1))
    assert answers["served_by"].to_list() == ["pooled"] * 3
    assert answers["probability"].is_between(0, 1).all()


def test_answers_are_in_the_order_of_the_rows(of_shops: BugTraining, shops: pl.DataFrame) -> None:
    shuffled = shops.sample(fraction=1, shuffle=True, seed=1)
    answers = of_shops.model.predict(shuffled)
    assert_frame_equal(answers.select("repository", "key"), shuffled.select("repository", "key"))
    assert_frame_equal(answers, of_shops.model.predict(shops), check_row_order=False, abs_tol=1e-12)


def test_a_saved_model_answers_as_before(
    of_shops: BugTraining, shops: pl.DataFrame, tmp_path: Path
) -> None:
    of_shops.model.save(tmp_path)
    loaded = BugPredictor.load(tmp_path)
    assert_frame_equal(loaded.predict(shops), of_shops.model.predict(shops))
    assert_frame_equal(
        loaded.predict(shops, "evaluated"), of_shops.model.predict(shops, "evaluated")
    )
    assert loaded.parameters == of_shops.model.parameters
    assert {file.suffix for file in tmp_path.rglob("*.*")} == {".json", ".txt"}


def test_equal_examples_in_another_order_give_an_equal_model(
    training: BugTraining, shop: pl.DataFrame, tmp_path: Path
) -> None:
    training.model.save(tmp_path / "one")
    trained(shop.reverse()).model.save(tmp_path / "other")
    assert texts(tmp_path / "one") == texts(tmp_path / "other")


def texts(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): file.read_text()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_the_evaluated_fit_knows_nothing_of_the_test_part(
    training: BugTraining, shop: pl.DataFrame, tmp_path: Path
) -> None:
    """Other outcomes and features there leave it byte for byte as it is."""
    is_test = pl.col("part") == "test"
    changed = shop.with_columns(
        label=pl.when(is_test).then(~pl.col("label")).otherwise("label"),
        authors_90d=pl.when(is_test).then(-pl.col("authors_90d")).otherwise("authors_90d"),
    )
    training.model.pooled.evaluated.save(tmp_path / "one")
    trained(changed).model.pooled.evaluated.save(tmp_path / "other")
    assert texts(tmp_path / "one") == texts(tmp_path / "other")


def test_the_newest_month_is_judged_alone_too(training: BugTraining, shop: pl.DataFrame) -> None:
    assert training.newest[ALL].n == 60
    assert training.evaluations[ALL].n == shop.filter(pl.col("part") == "test").height


def test_a_champion_is_judged_on_the_same_rows(training: BugTraining, shop: pl.DataFrame) -> None:
    contest = trained(shop, training.model).contest
    assert contest.champion == contest.challenger == training.contest.challenger
    assert contest.difference == (0.0, 0.0, 0.0)


def test_a_champion_that_reads_other_columns_cannot_be_judged(
    training: BugTraining, shop: pl.DataFrame
) -> None:
    fewer = shop.drop("authors_90d")
    contest = trained(fewer, training.model, ("lines", "fixes_365d")).contest
    assert (contest.champion, contest.difference) == (None, None)


def test_answers_out_of_fold_do_not_know_what_became_of_their_rows(
    training: BugTraining, shop: pl.DataFrame
) -> None:
    """With other outcomes from a moment on, the answers up to that moment are the same."""
    moment = shop.filter(pl.col("part") == "train")["time"].quantile(0.6)
    is_later = pl.col("time") >= moment - pl.duration(days=90)
    fixed = pl.when(pl.col("positive_at").is_null()).then("negative_at")
    changed = shop.with_columns(positive_at=pl.when(is_later).then(fixed).otherwise("positive_at"))
    assert_frame_equal(
        out_of_fold(training.model, shop).filter(pl.col("time") <= moment),
        out_of_fold(training.model, changed).filter(pl.col("time") <= moment),
    )


def test_all_rows_from_the_first_fold_on_have_one_answer_out_of_fold(
    of_shops: BugTraining, shops: pl.DataFrame
) -> None:
    answers = out_of_fold(of_shops.model, shops)
    keys = ("repository", "key", "time")
    begins = answers.group_by("repository").agg(begin=pl.min("time"))
    expected = shops.join(begins, on="repository").filter(pl.col("time") >= pl.col("begin"))
    assert not answers.select(pl.struct(keys).is_duplicated().any()).item()
    assert answers.height == expected.height
    assert 0.7 < answers.height / shops.height < 0.95


def test_too_few_rows_are_a_shortage_that_says_what_there_is() -> None:
    shortage = train(with_parts(panel("shop", files=3)), FEATURES, recipes=RECIPES)
    assert isinstance(shortage, Shortage)
    assert "48 labelled file-months" in shortage
    assert "of the 100 and 10" in shortage


def test_a_test_part_without_fixes_is_a_shortage() -> None:
    quiet = with_parts(panel("shop")).with_columns(
        label=pl.col("label") & (pl.col("part") != "test")
    )
    shortage = train(quiet, FEATURES, recipes=RECIPES)
    assert isinstance(shortage, Shortage)
    assert "newest file-months were fixed" in shortage


def test_no_examples_are_a_shortage() -> None:
    assert isinstance(train(with_parts(panel("shop").clear()), FEATURES), Shortage)
