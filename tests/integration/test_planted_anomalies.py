"""Odd commits planted into the sample repository are found by the pipeline and the detector."""

import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.learning.models.anomaly import AnomalyDetector
from hyperion_pipelines.sample import write_sample_repository
from tests.anomalies import detector_inputs, plant_anomalies
from tests.homes import allow_dagsters_own_warning, open_home
from tests.integration.pipeline import analyse

pytestmark = allow_dagsters_own_warning

# What the reasons have to name, in these words.
NAMED = {
    "night": ("5,000 lines added", "the first commit of this author", "made at 04:10"),
    "deletion": ("22 files deleted", "lines deleted"),
    "binaries": ("12 binary files added", "touches binary files, which none of the author's"),
    "release": ("made on release/1.x, which none of the author's 20", "touches code, which none"),
}

Scores = Mapping[str, dict[str, Any]]


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Scores:
    """The row of scores of each planted commit, all four planted into one history."""
    folder = tmp_path_factory.mktemp("planted")
    sample = write_sample_repository(folder).git_dir
    clone = folder / "clone.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", sample, clone], check=True)
    planted = plant_anomalies(clone)
    result = analyse(folder / "home", clone, groups=("git", "code", "features"))
    assert result.success
    features = detector_inputs(open_home(folder / "home"), "shop")
    scored = AnomalyDetector.grow(features).score(features)
    return {
        name: scored.row(by_predicate=pl.col("sha") == sha, named=True)
        for name, sha in asdict(planted).items()
    }


@pytest.mark.parametrize("name", NAMED)
def test_a_planted_commit_is_among_the_oddest_hundredth(scores: Scores, name: str) -> None:
    assert scores[name]["anomaly_percentile"] >= 99


@pytest.mark.parametrize("name", NAMED)
def test_the_reasons_name_what_is_odd_about_a_planted_commit(scores: Scores, name: str) -> None:
    said = "\n".join(reason["text"] for reason in scores[name]["anomaly_reasons"])
    assert [words for words in NAMED[name] if words not in said] == []
