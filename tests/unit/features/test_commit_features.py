"""The features of commits are those of a brute-force recomputation, and know no future."""

from collections import Counter

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.features.catalogue import COMMIT_FEATURES, input_order
from hyperion_pipelines.features.commit_features import commit_features
from hyperion_pipelines.features.inputs import FeatureTables
from hyperion_pipelines.schemas import TABLES
from tests.feature_histories import NO_COMMITS, cut_off, tables
from tests.feature_oracle import commit_rows

FILTERS = read_filters()


def test_the_catalogue_has_38_features_in_four_groups() -> None:
    """The hour's sine and cosine are one feature; coverage has no number of its own."""
    numbered = [
        feature for feature in COMMIT_FEATURES if feature.name not in {"hour_cos", "coverage_mean"}
    ]
    counts = Counter(feature.group for feature in numbered)
    assert counts == {"code": 12, "team": 8, "business": 10, "temporal": 8}


def test_all_14_change_metrics_of_kamei_are_there() -> None:
    named = [feature.kamei for feature in COMMIT_FEATURES if feature.kamei]
    expected = "ns nd nf entropy la ld lt fix ndev age nuc exp rexp sexp"
    assert sorted(named) == sorted(expected.split())


def test_a_model_reads_the_columns_of_the_table_in_their_order() -> None:
    keys = ["repository", "sha", "commit_time"]
    assert TABLES["commit_features"].names() == keys + input_order("commit_features")


@settings(max_examples=60, deadline=None)
@given(tables())
def test_the_features_are_those_of_a_recomputation_from_all_earlier_commits(
    history: FeatureTables,
) -> None:
    assert_frame_equal(
        commit_features(history, FILTERS),
        commit_rows(history, FILTERS),
        rel_tol=1e-5,
        abs_tol=1e-5,
    )


@settings(max_examples=40, deadline=None)
@given(tables(), st.data())
def test_no_feature_of_a_commit_changes_when_later_commits_are_cut_off(
    history: FeatureTables, data: st.DataObject
) -> None:
    kept = data.draw(st.integers(0, history.commits.height))
    before = cut_off(history, kept)
    features = commit_features(before, FILTERS)
    whole = commit_features(history, FILTERS)
    assert_frame_equal(features, whole.head(features.height), check_exact=True)


@settings(max_examples=40, deadline=None)
@given(tables())
def test_what_has_a_default_is_never_null_and_keeps_to_its_range(history: FeatureTables) -> None:
    features = commit_features(history, FILTERS)
    for feature in COMMIT_FEATURES:
        column = features[feature.name]
        assert feature.default is None or column.null_count() == 0, feature.name
        assert feature.minimum is None or (column.drop_nulls() >= feature.minimum).all()
        assert feature.maximum is None or (column.drop_nulls() <= feature.maximum).all()


def test_a_repository_without_commits_has_no_rows_but_all_columns() -> None:
    features = commit_features(NO_COMMITS, FILTERS)
    assert features.is_empty()
    assert pl.Schema({"repository": pl.String, **features.schema}) == TABLES["commit_features"]
