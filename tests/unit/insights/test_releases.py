"""What was released when, and what was new in it."""

from typing import Any

import polars as pl

from hyperion_pipelines.insights.delivery.releases import releases
from tests.unit.insights.history_rows import before, commits_of, tags_of


def rows_of(tags: pl.DataFrame, *commits: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Tag, commits, fixes, days since the previous one, authors."""
    columns = ("tag", "commits", "fixes", "days_since_previous", "authors")
    return releases(tags, commits_of(*commits)).select(columns).rows()


def test_a_release_has_the_commits_since_the_one_before_the_newest_first() -> None:
    tags = tags_of(("v1", "a", before(30)), ("v2", "d", before(20)))
    found = rows_of(
        tags,
        {"sha": "a"},
        {"sha": "b", "parents": ["a"], "is_fix": True},
        {"sha": "c", "parents": ["b"], "author_id": "bo"},
        {"sha": "d", "parents": ["c"], "author_id": "robot", "is_bot": True},
        {"sha": "e", "parents": ["d"]},
    )
    assert found == [("v2", 3, 1, 10.0, 2), ("v1", 1, 0, None, 1)]


def test_merges_bring_commits_but_are_not_counted() -> None:
    found = rows_of(
        tags_of(("v1", "m", before(1))),
        {"sha": "a"},
        {"sha": "b", "parents": ["a"]},
        {"sha": "m", "parents": ["a", "b"], "is_merge": True},
    )
    assert found == [("v1", 2, 0, None, 1)]


def test_a_maintenance_release_counts_what_its_branch_alone_has() -> None:
    """1.1 comes after 2.0 in time, and shares a with it, which 1.0 had released."""
    tags = tags_of(("1.0", "a", before(9)), ("2.0", "b", before(5)), ("1.1", "x", before(2)))
    found = rows_of(
        tags,
        {"sha": "a"},
        {"sha": "b", "parents": ["a"]},
        {"sha": "x", "parents": ["a"], "is_on_head": False},
    )
    assert found == [("1.1", 1, 0, 3.0, 1), ("2.0", 1, 0, 4.0, 1), ("1.0", 1, 0, None, 1)]


def test_a_release_that_no_branch_holds_has_its_time_alone() -> None:
    found = rows_of(tags_of(("v1", "gone", before(1))), {"sha": "a"})
    assert found == [("v1", None, None, None, None)]


def test_tags_without_a_number_are_no_releases_and_a_commit_is_released_once() -> None:
    tags = tags_of(("playpen", "a", before(1)), ("v1.0", "a", before(1)), ("1.0", "a", before(1)))
    assert rows_of(tags, {"sha": "a"}) == [("v1.0", 1, 0, None, 1)]


def test_without_tags_there_are_no_releases() -> None:
    assert rows_of(tags_of(), {"sha": "a"}) == []
