"""Which lines count, and when they were born and removed."""

from datetime import datetime

import pytest

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.insights.lines.line_lifetimes import LineLifetimes, line_lifetimes
from hyperion_pipelines.schemas import COMMITS, LINE_ORIGINS, LINE_REMOVALS
from tests.unit.insights.lifetimes import HEAD_TIME, commits_at, days_before_head, lifetimes_from


def fates(lifetimes: LineLifetimes) -> set[tuple[datetime, datetime | None, int]]:
    """(born, removed, lines) of each group."""
    return set(lifetimes.frame.select("born", "removed", "lines").iter_rows())


def test_lines_live_from_their_commit_to_the_commit_that_removes_them() -> None:
    lifetimes = lifetimes_from(
        commits_at({"one": 30, "two": 10, "head": 0}),
        origins=[("a.py", "one", 5), ("b.py", "one", 2), ("b.py", "head", 1)],
        removals=[("two", "a.py", "one", 4), ("head", "old.py", "two", 3)],
    )
    assert lifetimes.head_time == HEAD_TIME
    assert fates(lifetimes) == {
        (days_before_head(30), None, 7),
        (HEAD_TIME, None, 1),
        (days_before_head(30), days_before_head(10), 4),
        (days_before_head(10), HEAD_TIME, 3),
    }


def test_surviving_lines_are_as_old_as_their_commit_was_at_head() -> None:
    lifetimes = lifetimes_from(
        commits_at({"one": 30, "head": 0}),
        origins=[("a.py", "one", 5)],
        removals=[("head", "a.py", "one", 9)],
    )
    (line,) = lifetimes.surviving.iter_rows(named=True)
    assert (line["age"].days, line["lines"]) == (30, 5)


@pytest.mark.parametrize(
    "path", ["vendor/big.py", "package-lock.json", "data_pb2.py", "picture.unknown"]
)
def test_lines_that_are_not_own_code_count_neither_alive_nor_removed(path: str) -> None:
    lifetimes = lifetimes_from(
        commits_at({"one": 30, "head": 0}),
        origins=[(path, "one", 1000), ("tests/test_a.py", "one", 1)],
        removals=[("head", path, "one", 1000)],
    )
    assert fates(lifetimes) == {(days_before_head(30), None, 1)}


def test_removals_by_commits_that_head_does_not_reach_do_not_count() -> None:
    lifetimes = lifetimes_from(
        commits_at({"one": 30, "side": 5, "head": 0}, off_head=["side"]),
        origins=[("a.py", "one", 5)],
        removals=[("side", "a.py", "one", 5)],
    )
    assert fates(lifetimes) == {(days_before_head(30), None, 5)}


def test_a_clock_that_runs_ahead_of_heads_is_taken_for_heads() -> None:
    lifetimes = lifetimes_from(
        commits_at({"one": 30, "ahead": -400, "head": 0}),
        origins=[("a.py", "ahead", 5)],
        removals=[("ahead", "a.py", "one", 3)],
    )
    assert fates(lifetimes) == {(HEAD_TIME, None, 5), (days_before_head(30), HEAD_TIME, 3)}


def test_a_line_removed_before_its_birth_had_no_life() -> None:
    lifetimes = lifetimes_from(
        commits_at({"late": 10, "early": 30, "head": 0}),
        origins=[],
        removals=[("early", "a.py", "late", 3)],
    )
    assert fates(lifetimes) == {(days_before_head(10), days_before_head(10), 3)}


def test_without_commits_there_are_no_lifetimes() -> None:
    commits, origins, removals = (
        schema.to_frame() for schema in (COMMITS, LINE_ORIGINS, LINE_REMOVALS)
    )
    assert line_lifetimes(commits, origins, removals, read_filters()) is None
