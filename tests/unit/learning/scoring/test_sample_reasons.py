"""What is said of commits of the sample repository that git tells the same of."""

import numpy as np
import polars as pl
import pytest

from hyperion_pipelines.features.catalogue import input_order
from hyperion_pipelines.features.commit_features import commit_features
from hyperion_pipelines.learning.scoring.commit_scores import commit_scores
from hyperion_pipelines.learning.scoring.model_scores import ServedModel
from hyperion_pipelines.learning.scoring.reasons import explain
from hyperion_pipelines.sample import write_sample_repository
from tests.unit.features.feature_tables import FILTERS, feature_tables
from tests.unit.learning.scoring.boosted_model import BoostedModel

NAMES = input_order("commit_features")
# José, Monday 2024-02-12 12:59 +01:00, "fix(pricing): totals do not fall below zero (SHOP-146)":
# one line of one file; features/test_sample_features.py has what git says of both.
COUPONS = (
    "d9a8b88",
    {
        "lines_added": "adds 1 line",
        "files": "touches 1 file",
        "test_share": "no test changes with it",
        "is_fix": "its message says that it mends a defect",
        "dependents": "1 file imports its files",
        "priority": "its message speaks of a fix",
        "author_experience": "the author's 55th commit here",
        "author_commits_30d": "the author made 5 other commits in the 30 days before",
        "file_authors": "2 people have changed its files before",
        "ownership": "the author made 83 % of the earlier changes to its files",
        "prior_changes": "its files were changed by 6 earlier commits",
        "prior_fixes_365d": "its files were fixed once in the year before",
        "days_since_change": "its files were last changed 5 months before, on average",
        "collaborators_90d": "nobody else changed its files in the 90 days before",
        "reviewers": "its message names no reviewer",
        "hour": "made between 12:00 and 12:59, by the author's clock",
        "weekend": "made on a weekday",
    },
)
# Liam, Thursday 2024-03-07 22:05 -08:00, "Move the checkout to a folder (SHOP-151)"
CHECKOUT = (
    "3d7a175",
    {
        "lines_deleted": "deletes 3 lines",
        "files": "touches 5 files",
        "directories": "touches 2 directories",
        "test_share": "67 % of its changed lines are in tests",
        "is_fix": "its message does not say that it mends a defect",
        "priority": "its message says nothing that sounds urgent",
        "ownership": "the author made 5 % of the earlier changes to its files",
        "collaborators_90d": "1 other person changed its files in the 90 days before",
        "reviewers": "its message names 1 reviewer",
        "hour": "made between 22:00 and 22:59, by the author's clock",
    },
)


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    sample = write_sample_repository(tmp_path_factory.mktemp("sample")).git_dir
    return commit_features(feature_tables(sample), FILTERS)


@pytest.mark.parametrize(("sha", "expected"), [COUPONS, CHECKOUT], ids=["coupons", "checkout"])
def test_what_is_said_of_two_commits_is_what_git_says(
    features: pl.DataFrame, sha: str, expected: dict[str, str]
) -> None:
    commit = features.filter(pl.col("sha").str.starts_with(sha))
    alike = np.full((1, len(NAMES) + 1), 0.1)
    explained = explain(commit, alike, NAMES, "commit_features", k=len(NAMES))
    said = {reason["feature"]: reason["text"] for reason in explained["reasons"][0]}
    assert {feature: said[feature] for feature in expected} == expected


def test_a_large_commit_is_said_to_be_large_among_the_samples(features: pl.DataFrame) -> None:
    large = features.select(pl.col("lines_added") > 30).to_series()
    risk = ServedModel("risk", "1", BoostedModel.fit(features, NAMES, large))
    riskiest = commit_scores(features, risk).sort("log_odds").tail(1)
    first = riskiest["reasons"][0][0]
    assert first["feature"] == "lines_added"
    assert first["text"].startswith("adds ")
    assert first["text"].endswith(" of 100 commits here")
