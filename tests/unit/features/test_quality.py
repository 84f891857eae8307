"""The feature store's own metrics, worked out by hand on a few rows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.errors import FailedCheckError
from hyperion_pipelines.features.catalogue import COMMIT_FEATURES, FILE_FEATURES
from hyperion_pipelines.features.monitoring.quality import defaults, quality, skew
from hyperion_pipelines.schemas import COMMITS, TABLES

NEWEST = datetime(2026, 3, 1, tzinfo=UTC)
NOW = NEWEST + timedelta(days=4)


def rows_of(table: str, rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Rows at the default of every feature that they do not name."""
    features = {"commit_features": COMMIT_FEATURES, "file_features": FILE_FEATURES}[table]
    default: dict[str, Any] = {feature.name: feature.default for feature in features}
    schema = {name: kind for name, kind in TABLES[table].items() if name != "repository"}
    return pl.DataFrame([default | row for row in rows], schema=schema)


def commits_at(*times: datetime, **columns: bool) -> pl.DataFrame:
    """Commits, non-merges on HEAD's history but for what *columns* say of the last."""
    usual = {"is_merge": False, "is_on_head": True}
    rows = [{**usual, "commit_time": time} for time in times]
    return pl.DataFrame([*rows[:-1], rows[-1] | columns], schema=COMMITS)


def commit_rows(*rows: dict[str, Any]) -> pl.DataFrame:
    shas: list[dict[str, Any]] = [
        {"sha": f"{number}", "commit_time": NEWEST} for number in range(len(rows))
    ]
    return rows_of("commit_features", [sha | row for sha, row in zip(shas, rows, strict=True)])


def test_rows_and_entities_are_counted() -> None:
    """A file has a row for each window end."""
    ends = [NEWEST - timedelta(days=30), NEWEST]
    frame = rows_of(
        "file_features",
        [{"path": path, "window_end": end} for path in ("a.py", "b.py") for end in ends],
    )
    measured = quality("file_features", frame, commits_at(NEWEST), now=NOW)
    assert (measured["rows"], measured["entities"]) == (4, 2)


def test_freshness_is_told_in_days() -> None:
    later = NEWEST + timedelta(days=1.5)
    measured = quality("commit_features", commit_rows({}), commits_at(NEWEST, later), now=NOW)
    assert (measured["behind_days"], measured["age_days"]) == (1.5, 4)


def test_merges_need_no_row_and_other_branches_none_of_files() -> None:
    later = NEWEST + timedelta(days=1)
    merge = commits_at(NEWEST, later, is_merge=True)
    branch = commits_at(NEWEST, later, is_on_head=False)
    rows, files = commit_rows({}), rows_of("file_features", [{"path": "a", "window_end": NEWEST}])
    assert quality("commit_features", rows, merge, now=NOW)["behind_days"] == 0
    assert quality("commit_features", rows, branch, now=NOW)["behind_days"] == 1
    assert quality("file_features", files, branch, now=NOW)["behind_days"] == 0


def test_nulls_are_counted_where_they_may_be() -> None:
    """Of the features of a commit, coverage_mean alone may be null."""
    frame = commit_rows({"coverage_mean": 0.5}, {}, {}, {})
    measured = quality("commit_features", frame, commits_at(NEWEST), now=NOW)
    assert measured["null_rate"] == 0.75


def test_defaults_and_constants_are_counted() -> None:
    """Of 39 features with a default one is never there; it is constant all the same."""
    frame = commit_rows({"files": 2, "lines_added": 1}, {"files": 2})
    measured = quality("commit_features", frame, commits_at(NEWEST), now=NOW)
    assert measured["default_rate"] == pytest.approx((37 + 0.5 + 0) / 39)
    assert measured["constant_features"] == 38
    shares = defaults("commit_features", frame)
    assert shares.tail(2).rows() == [("lines_added", 0.5, False), ("files", 0.0, True)]
    assert shares.height == 39


def test_an_empty_table_has_counts_alone() -> None:
    nothing = rows_of("commit_features", [])
    measured = quality("commit_features", nothing, pl.DataFrame(schema=COMMITS), now=NOW)
    assert measured == {"rows": 0, "entities": 0}


def test_rows_without_a_commit_to_come_from_are_refused() -> None:
    with pytest.raises(FailedCheckError, match="commit_time"):
        quality("commit_features", commit_rows({}), pl.DataFrame(schema=COMMITS), now=NOW)


def test_equal_rows_in_any_order_have_no_skew() -> None:
    frame = commit_rows({"files": 1}, {"files": 0.1}, {"coverage_mean": 0.3})
    expected = {"entities": 3, "missing_rate": 0, "skew": 0}
    assert skew("commit_features", frame.reverse(), frame) == expected


def test_skew_is_the_share_of_cells_that_differ() -> None:
    offline = commit_rows({"files": 1, "coverage_mean": 0.5}, {"files": 2})
    online = commit_rows({"files": 1}, {"files": 3})
    measured = skew("commit_features", online, offline)
    assert measured["missing_rate"] == 0
    assert measured["skew"] == pytest.approx(2 / (2 * 40))


def test_an_entity_that_is_not_served_differs_in_every_cell() -> None:
    offline = commit_rows({}, {}, {}, {})
    measured = skew("commit_features", offline.head(3), offline)
    assert (measured["missing_rate"], measured["skew"]) == (0.25, pytest.approx(0.25))


def test_what_should_not_be_served_is_not_counted_and_nothing_has_no_skew() -> None:
    frame = commit_rows({}, {})
    expected = {"entities": 0, "missing_rate": 0, "skew": 0}
    assert skew("commit_features", frame, frame.clear()) == expected
