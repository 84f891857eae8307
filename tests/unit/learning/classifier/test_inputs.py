"""What a classifier reads: metrics relative to what is changed, and standings in a repository."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hyperion_pipelines.learning.classifier.inputs import (
    LEAST_ROWS,
    InputColumns,
    Standing,
    relative_metrics,
)

KAMEI = {"la": "added", "ld": "deleted", "lt": "length", "nf": "files"}


def rows(repository: str, values: list[float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"repository": [repository] * len(values), "x": values},
        schema={"repository": pl.String, "x": pl.Float64},
    )


def test_metrics_are_relative_to_the_change_and_to_the_files() -> None:
    commit = pl.DataFrame({"added": [30], "deleted": [9], "length": [99.0], "files": [3]})
    values = commit.select(
        value.alias(name) for name, value in relative_metrics(KAMEI).items()
    ).row(0, named=True)
    assert values == {
        "deleted_share": 9 / 40,
        "churn_per_file": 13.0,
        "lines_added_per_file": 10.0,
        "lines_added_per_line_before": 0.3,
        "lines_deleted_per_line_before": 0.09,
    }


def test_a_commit_of_nothing_has_relative_metrics() -> None:
    commit = pl.DataFrame({"added": [0], "deleted": [0], "length": [0], "files": [0]})
    values = commit.select(value.alias(name) for name, value in relative_metrics(KAMEI).items())
    assert set(values.row(0)) == {0.0}


def test_only_what_has_its_metrics_is_made() -> None:
    assert relative_metrics({}) == {}
    assert set(relative_metrics({"la": "added", "lt": "length"})) == {"lines_added_per_line_before"}


def test_the_names_are_those_of_the_columns_in_their_order() -> None:
    columns = InputColumns(("files", "added", "length"), {"la": "added", "lt": "length"})
    commit = pl.DataFrame({"added": [30], "length": [99.0], "files": [3]})
    assert columns.names == ("files", "added", "length", "lines_added_per_line_before")
    np.testing.assert_allclose(columns.numbers(commit), [[3, 30, 99, 0.3]], rtol=1e-6)


def test_a_value_stands_above_the_share_that_is_smaller_equal_ones_counted_half() -> None:
    standing = Standing.of(rows("shop", [float(x) for x in range(1000)]), InputColumns(("x",), {}))
    found = standing.numbers(rows("shop", [-5.0, 250.0, 500.0, 5000.0]))[:, 0]
    np.testing.assert_allclose(found, [0, 0.25, 0.5, 1], atol=0.005)
    equal = Standing.of(rows("shop", [1.0] * 50), InputColumns(("x",), {}))
    assert equal.numbers(rows("shop", [1.0]))[0, 0] == 0.5


def test_a_missing_value_stays_missing() -> None:
    standing = Standing.of(rows("shop", [1.0, None, 3.0]), InputColumns(("x",), {}))
    found = standing.numbers(rows("shop", [None, 2.0]))[:, 0]
    assert np.isnan(found[0])
    assert not np.isnan(found[1])


def test_each_repository_has_its_own_standing() -> None:
    both = pl.concat([rows("small", [1.0, 2.0, 3.0]), rows("large", [100.0, 200.0, 300.0])])
    found = Standing.of(both, InputColumns(("x",), {})).numbers(both)[:, 0]
    np.testing.assert_array_equal(found[:3], found[3:])


def test_an_unknown_repository_stands_among_its_own_rows_when_these_are_many() -> None:
    known = rows("known", [float(x) for x in range(200)])
    standing = Standing.of(known, InputColumns(("x",), {}))
    many = rows("new", [1e6 + x for x in range(LEAST_ROWS)])
    assert standing.numbers(many)[:, 0].mean() == pytest.approx(0.5, abs=0.01)
    assert standing.numbers(many.head(3))[:, 0].tolist() == [1, 1, 1]


def test_a_loaded_standing_is_the_saved_one(tmp_path: Path) -> None:
    both = pl.concat([rows("a", [1.0, 2.0, 5.0]), rows("b", [3.0, None, 9.0])])
    standing = Standing.of(both, InputColumns(("x",), {"la": "x"}))
    standing.save(tmp_path)
    loaded = Standing.load(tmp_path)
    assert loaded.columns == standing.columns
    np.testing.assert_array_equal(loaded.numbers(both), standing.numbers(both))
