"""Training all models from the tables of repositories."""

import re
from pathlib import Path

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.features.catalogue import input_order
from hyperion_pipelines.learning.champions import Champions
from hyperion_pipelines.learning.models.shortage import Shortage
from hyperion_pipelines.learning.registry.pyfunc import MODELS
from hyperion_pipelines.learning.train import Training, train_models
from tests.made_up_tables import made_up_tables
from tests.unit.learning.conftest import TAGS, Trained, tables_of


def test_every_model_is_trained_after_those_whose_answers_it_weighs(trained: Trained) -> None:
    assert set(trained.results) == set(MODELS)
    assert list(trained.results)[-1] == "ensemble"


def test_a_candidate_says_what_it_learnt_from_and_until_when(trained: Trained) -> None:
    """The cut is that of the newest example of the train part."""
    for name, table, examples in (
        ("risk", "commit_features", trained.tables.commit_examples),
        ("bug", "file_features", trained.tables.file_examples),
    ):
        tags = trained.candidate(name).tags
        assert tags["data_version"] == TAGS["data_version"]
        assert all(feature in tags["features"] for feature in input_order(table))
        newest = examples.filter(examples["part"] == "train")["time"].max()
        assert tags["training_cut"] == str(newest)


def test_with_too_little_data_it_is_said_what_is_missing(tmp_path: Path) -> None:
    """A model that needs no labels may be trained all the same."""
    tables = tables_of(tmp_path, made_up_tables(40, read_filters(), years=1))
    results = dict(train_models(Training([tables], Champions(), TAGS)))
    assert set(results) == set(MODELS)
    for name in set(MODELS) - {"anomaly"}:
        shortage = results[name]
        assert isinstance(shortage, Shortage), name
        assert re.search(r"\d+ .*of the \d+", str(shortage)), shortage
