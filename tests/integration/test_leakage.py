"""No model knows its future: what comes after the cut leaves the evaluated fit as it is."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.learning.models.risk import RiskPredictor, RiskTraining
from hyperion_pipelines.learning.training.examples import labelled
from hyperion_pipelines.learning.training.splits import with_parts
from tests.commit_examples import FEATURES, generated

TREES = ("forest.txt", "boosting.txt", "standing.json", "standing.npz")


@pytest.fixture(scope="module")
def examples() -> pl.DataFrame:
    """Two repositories of one span of time, with their parts."""
    return with_parts(pl.concat([generated("one"), generated("two", seed=2)]))


def shuffled(examples: pl.DataFrame, *parts: str) -> pl.DataFrame:
    """*examples* with the features, labels and reveals of these parts dealt out anew."""
    numbered = examples.with_row_index("row")
    chosen = numbered.filter(pl.col("part").cast(pl.String).is_in(parts))
    dealt = np.random.default_rng(11).permutation(chosen.height)
    facts = ["label", "positive_at", "effort", *FEATURES]
    mixed = chosen.drop(facts).with_columns(chosen[dealt].select(facts).get_columns())
    rest = numbered.filter(~pl.col("row").is_in(chosen["row"].implode()))
    return pl.concat([rest, mixed.select(rest.columns)]).sort("row").drop("row")


def trained(examples: pl.DataFrame) -> RiskTraining:
    training = RiskPredictor.train(examples, FEATURES)
    assert isinstance(training, RiskTraining), training
    return training


def evaluated_files(training: RiskTraining, folder: Path) -> dict[str, bytes]:
    training.model.save(folder)
    files = (folder / "evaluated").rglob("*")
    return {str(file.relative_to(folder)): file.read_bytes() for file in files if file.is_file()}


def test_shuffling_what_follows_validation_leaves_the_evaluated_fit_byte_for_byte(
    examples: pl.DataFrame, tmp_path: Path
) -> None:
    before = trained(examples)
    after = trained(shuffled(examples, "test", "young"))
    files = evaluated_files(before, tmp_path / "before")
    assert any(name.endswith("forest.txt") for name in files)
    assert evaluated_files(after, tmp_path / "after") == files
    assert after.parameters == before.parameters
    assert_frame_equal(after.recipes, before.recipes)
    assert after.threshold == before.threshold


def test_the_shuffle_is_seen_by_what_may_see_it(examples: pl.DataFrame) -> None:
    """The figures and the served fit know the test part: the test above would notice a leak."""
    before, after = trained(examples), trained(shuffled(examples, "test", "young"))
    assert after.contest != before.contest
    assert (
        after.model.predict(examples)["log_odds"] != before.model.predict(examples)["log_odds"]
    ).any()


def test_shuffling_validation_too_moves_the_calibration_and_the_choice_of_votes_alone(
    examples: pl.DataFrame, tmp_path: Path
) -> None:
    before = trained(examples)
    after = trained(shuffled(examples, "validation", "test", "young"))
    files = evaluated_files(before, tmp_path / "before")
    changed = evaluated_files(after, tmp_path / "after")
    for name in files.keys() & changed.keys():
        if name.endswith(TREES):
            assert changed[name] == files[name], name
    assert changed["evaluated/shared.json"] != files["evaluated/shared.json"]
    assert_frame_equal(after.recipes, before.recipes)


@pytest.mark.parametrize("repository", ["one", "two"])
def test_a_history_cut_at_the_training_cut_has_the_same_train_part(
    examples: pl.DataFrame, repository: str
) -> None:
    """Neither later commits nor bugs revealed later have a say in what is learned from."""
    whole = examples.filter(pl.col("repository") == repository)
    train = whole.filter(pl.col("part") == "train").drop("part")
    cut = whole.filter(pl.col("part") == "validation")["time"].min()
    unknown = pl.lit(None, pl.Datetime("us", "UTC"))
    is_known = pl.col("positive_at") <= cut
    history = whole.filter(pl.col("time") < cut).drop("part", "label")
    then = history.with_columns(
        positive_at=pl.when(is_known).then("positive_at").otherwise(unknown)
    )
    again = labelled(then, pl.lit(cut))
    assert not train.filter(pl.col("positive_at") > cut).is_empty(), "no bug is revealed later"
    assert_frame_equal(again.drop("positive_at"), train.drop("positive_at"))
