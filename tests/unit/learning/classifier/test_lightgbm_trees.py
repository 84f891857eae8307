"""LightGBM's trees through its C API: the answers of its Python package, without importing that."""

import pickle
import subprocess
import sys
from pathlib import Path

import lightgbm
import numpy as np
import pytest
from numpy.typing import NDArray

from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.learning.classifier.lightgbm_trees import LightGbmTrees


def drawn(rows: int = 300) -> NDArray[np.float32]:
    """Numbers with gaps."""
    generator = np.random.default_rng(3)
    inputs = generator.normal(size=(rows, 4)).astype(np.float32)
    inputs[generator.random(inputs.shape) < 0.1] = np.nan
    return inputs


@pytest.fixture(params=["gbdt", "rf"])
def booster(request: pytest.FixtureRequest) -> lightgbm.Booster:
    bagging = {"bagging_freq": 1, "bagging_fraction": 0.6}
    parameters = {"objective": "binary", "boosting": request.param, "verbosity": -1, **bagging}
    labels = np.nan_to_num(drawn()[:, 0]) > 0
    return lightgbm.train(parameters, lightgbm.Dataset(drawn(), labels), 7)


def test_answers_equal_those_of_the_package_to_the_last_bit(booster: lightgbm.Booster) -> None:
    trees = LightGbmTrees(booster.model_to_string())
    inputs = drawn()
    np.testing.assert_array_equal(trees.scores(inputs), booster.predict(inputs, raw_score=True))
    contributions = booster.predict(inputs, pred_contrib=True)
    np.testing.assert_array_equal(trees.contributions(inputs), contributions)
    assert (trees.number, trees.features) == (7, 4)


def test_any_layout_of_the_inputs_gives_the_same_answers(booster: lightgbm.Booster) -> None:
    trees = LightGbmTrees(booster.model_to_string())
    inputs = drawn()
    np.testing.assert_array_equal(trees.scores(np.asfortranarray(inputs)), trees.scores(inputs))
    np.testing.assert_array_equal(trees.scores(inputs[::2]), trees.scores(inputs)[::2])


def test_the_package_reads_what_was_saved_and_the_other_way_round(
    booster: lightgbm.Booster, tmp_path: Path
) -> None:
    trees = LightGbmTrees(booster.model_to_string())
    trees.save(tmp_path / "ours.txt")
    booster.save_model(tmp_path / "theirs.txt")
    assert (tmp_path / "ours.txt").read_bytes() == (tmp_path / "theirs.txt").read_bytes()
    again = LightGbmTrees.load(tmp_path / "theirs.txt")
    np.testing.assert_array_equal(again.scores(drawn()), trees.scores(drawn()))


def test_a_copy_by_pickle_answers_alike(booster: lightgbm.Booster) -> None:
    trees = LightGbmTrees(booster.model_to_string())
    copy = pickle.loads(pickle.dumps(trees))  # noqa: S301 - written one line above
    np.testing.assert_array_equal(copy.scores(drawn()), trees.scores(drawn()))


def test_a_text_that_is_no_model_is_refused() -> None:
    with pytest.raises(HyperionError, match="LightGBM"):
        LightGbmTrees("no trees")


def test_rows_of_another_width_are_refused(booster: lightgbm.Booster) -> None:
    with pytest.raises(HyperionError, match="number of features"):
        LightGbmTrees(booster.model_to_string()).scores(drawn()[:, :3].copy())


def test_the_python_package_is_not_imported(booster: lightgbm.Booster, tmp_path: Path) -> None:
    booster.save_model(tmp_path / "trees.txt")
    code = f"""
import sys
from pathlib import Path
import numpy as np
from hyperion_pipelines.learning.classifier.lightgbm_trees import LightGbmTrees
LightGbmTrees.load(Path({str(tmp_path / "trees.txt")!r})).scores(np.zeros((1, 4), np.float32))
assert not {{"lightgbm", "pandas", "sklearn"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
