"""The panel of files is that of a brute-force recomputation; its targets alone know the future."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.features.catalogue import FILE_FEATURES, FILE_TARGET, input_order
from hyperion_pipelines.features.file_features import file_features
from hyperion_pipelines.features.inputs import FeatureTables
from hyperion_pipelines.schemas import TABLES, TIME
from tests.feature_histories import NO_COMMITS, cut_off, tables
from tests.file_feature_oracle import file_rows

FILTERS = read_filters()


def test_a_model_reads_the_columns_of_the_table_in_their_order_without_the_target() -> None:
    keys = ["repository", "path", "window_end"]
    read = input_order("file_features")
    assert TABLES["file_features"].names() == [*keys, *read, FILE_TARGET.name]


@settings(max_examples=40, deadline=None)
@given(tables(most=10))
def test_the_panel_is_that_of_a_recomputation_at_every_windows_end(history: FeatureTables) -> None:
    assert_frame_equal(
        file_features(history, FILTERS), file_rows(history, FILTERS), rel_tol=1e-5, abs_tol=1e-5
    )


@settings(max_examples=40, deadline=None)
@given(tables(most=10), st.data())
def test_nothing_but_the_target_of_a_row_changes_when_what_came_after_it_is_cut_off(
    history: FeatureTables, data: st.DataObject
) -> None:
    before = cut_off(history, data.draw(st.integers(0, history.commits.height)))
    past = before.commits.filter("is_on_head", ~pl.col("is_merge"))["commit_time"].max()
    # The last end of the shorter history is no end of the longer one.
    was_then = pl.col("window_end") <= pl.lit(past, TIME)
    features, whole = (
        file_features(known, FILTERS).filter(was_then).drop(FILE_TARGET.name)
        for known in (before, history)
    )
    assert_frame_equal(features, whole, check_exact=True)


@settings(max_examples=40, deadline=None)
@given(tables(most=10))
def test_every_row_keeps_to_the_ranges_and_has_no_null_where_there_is_a_default(
    history: FeatureTables,
) -> None:
    features = file_features(history, FILTERS)
    for feature in FILE_FEATURES:
        column = features[feature.name]
        assert feature.default is None or column.null_count() == 0, feature.name
        assert feature.minimum is None or (column >= feature.minimum).all(), feature.name
        assert feature.maximum is None or (column <= feature.maximum).all(), feature.name


def test_a_repository_without_commits_has_no_panel_but_all_columns() -> None:
    features = file_features(NO_COMMITS, FILTERS)
    assert features.is_empty()
    assert pl.Schema({"repository": pl.String, **features.schema}) == TABLES["file_features"]
