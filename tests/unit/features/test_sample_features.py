"""Features of the sample repository: those that git itself leads to, and those of the oracle."""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import cos, log, pi, sin
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.features.catalogue import FILE_TARGET
from hyperion_pipelines.features.commit_features import commit_features
from hyperion_pipelines.features.file_features import file_features
from hyperion_pipelines.features.inputs import FeatureTables
from hyperion_pipelines.sample import write_sample_repository
from tests.feature_oracle import commit_rows
from tests.file_feature_oracle import file_rows
from tests.histories import git
from tests.unit.features.feature_tables import FILTERS, feature_tables

# `git log --follow --numstat -M SHA -- PATH` and `git log --all --no-merges` led to these.
COUPONS, CHECKOUT = "d9a8b88", "3d7a175"
VALUES: Mapping[str, Mapping[str, float]] = {
    # José, Monday 2024-02-12 12:59 +01:00, "fix(pricing): totals do not fall below zero
    # (SHOP-146)": one line of shop/pricing/coupons.py, which was once shop/coupons.py.
    COUPONS: {
        "lines_added": 1,
        "lines_deleted": 1,
        "lines_before": 22 + 3 + 3 + 0 + 3 + 1 - 1,
        "files": 1,
        "subsystems": 1,
        "directories": 1,
        "entropy": 0,
        "test_share": 0,
        "is_fix": True,
        "dependents": 1,  # its test: `git grep coupons 6568c87`, the last commit of 2023
        "priority": 0.5,
        "author_experience": 18 + 36,  # as Jose and as José
        "author_commits_30d": 4 + 1,
        "file_authors": 2,
        "ownership": 5 / 6,  # Ada moved it
        "prior_changes": 6,
        "prior_fixes_365d": 1,  # 8bc6f3b
        "days_since_change": (1707739158 - 1693502019) / 86400,
        "churn_30d": 0,
        "collaborators_90d": 0,
        "reviewers": 0,
        "hour_sin": 0,
        "hour_cos": -1,
        "weekend": False,
        "velocity_7d": 6 / (284 * 7 / 365),
    },
    # Liam, Thursday 2024-03-07 22:05 -08:00, "Move the checkout to a folder (SHOP-151)": basket.js
    # (once cart.js), steps.js and validate.js of web/src, and the tests of the first and the last.
    CHECKOUT: {
        "lines_added": 3,
        "lines_deleted": 3,
        "lines_before": (45 + 16 + 28 + 15 + 12) / 5,
        "files": 5,
        "subsystems": 1,
        "directories": 2,
        "entropy": log(3) / log(5),  # two lines in three of the five
        "test_share": 4 / 6,
        "is_fix": False,
        "priority": 0.1,
        "author_experience": 28,
        "author_commits_30d": 1,
        "file_authors": 2,
        "ownership": 1 / 19,  # d71ced2; all others are Mei's
        "prior_changes": 8 + 4 + 5 + 1 + 1,
        "prior_fixes_365d": 3,  # 55e8d1d, e3019fb, bbaa9b9: their bodies say what they fix
        "days_since_change": 1709877944 / 86400
        - (1709861455 + 1707113292 + 1701665789 + 1686370296 + 1699869719) / 86400 / 5,
        "churn_30d": 4,  # 6962355, fc36244
        "collaborators_90d": 1,
        "reviewers": 1,
        "hour_sin": sin(22 / 24 * 2 * pi),
        "hour_cos": cos(22 / 24 * 2 * pi),
        "weekend": False,
        "velocity_7d": 6 / (297 * 7 / 365),
    },
}
COUPONS_IN_MARCH = {
    "lines": 31,
    "commits_365d": 7,  # its first is 361 days old
    "authors_365d": 2,
    "top_author_share_365d": 6 / 7,
    "churn_365d": 22 + 3 + 3 + 0 + 3 + 2 + 2,
    "fixes_365d": 2,
    "commits_30d": 1,
    "fixes_30d": 1,
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample_repository(tmp_path_factory.mktemp("sample")).git_dir


@pytest.fixture(scope="module")
def tables(sample: Path) -> FeatureTables:
    return feature_tables(sample)


def test_the_features_of_its_commits_are_those_of_the_oracle(tables: FeatureTables) -> None:
    features, expected = commit_features(tables, FILTERS), commit_rows(tables, FILTERS)
    assert features.height > 500
    assert_frame_equal(features, expected, rel_tol=1e-5, abs_tol=1e-5)


def test_the_features_of_its_files_are_those_of_the_oracle(tables: FeatureTables) -> None:
    features, expected = file_features(tables, FILTERS), file_rows(tables, FILTERS)
    assert features.height > 1000
    assert_frame_equal(features, expected, rel_tol=1e-5, abs_tol=1e-5)


@pytest.mark.parametrize("sha", VALUES)
def test_the_features_of_two_commits_are_what_git_says(tables: FeatureTables, sha: str) -> None:
    features = commit_features(tables, FILTERS).filter(pl.col("sha").str.starts_with(sha))
    found = features.select(VALUES[sha].keys()).row(0, named=True)
    assert found == pytest.approx(VALUES[sha], rel=1e-5, abs=1e-6)


def test_the_features_of_a_file_are_what_git_says(tables: FeatureTables) -> None:
    march = datetime(2024, 3, 1, tzinfo=UTC)
    features = file_features(tables, FILTERS).filter(
        path="shop/pricing/coupons.py", window_end=march
    )
    found = features.select(COUPONS_IN_MARCH.keys()).row(0, named=True)
    assert found == pytest.approx(COUPONS_IN_MARCH, rel=1e-5)


def test_no_feature_changes_when_git_forgets_what_came_after_a_release(
    tables: FeatureTables, tmp_path: Path
) -> None:
    """No branch was open then: what the release holds is all that was made before it."""
    cut = write_sample_repository(tmp_path).git_dir
    for branch in ("experiment/prices", "experiment/recommendations"):
        git(cut, "update-ref", "-d", f"refs/heads/{branch}")
    git(cut, "update-ref", "refs/heads/main", "refs/tags/v1.0.0")
    then = feature_tables(cut)
    features, panel = commit_features(then, FILTERS), file_features(then, FILTERS)
    whole = commit_features(tables, FILTERS)
    assert 200 < features.height < whole.height
    assert_frame_equal(features, whole.head(features.height), check_exact=True)
    was_then = pl.col("window_end") <= features["commit_time"].max()
    panel, whole_panel = (
        known.filter(was_then).drop(FILE_TARGET.name)
        for known in (panel, file_features(tables, FILTERS))
    )
    assert panel.height > 200
    assert_frame_equal(panel, whole_panel, check_exact=True)
