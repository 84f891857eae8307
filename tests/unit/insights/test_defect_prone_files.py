"""Which files keep getting fixed."""

from math import exp
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.insights.quality.defect_prone_files import INSIGHT, defect_prone_files
from hyperion_pipelines.insights.quality.fix_times import fix_times
from hyperion_pipelines.insights.shared.touches import touches
from tests.unit.insights.history_rows import (
    NOW,
    before,
    changes_of,
    commits_of,
    file_scores_of,
    files_of,
    labels_of,
    tree_of,
)

START = {"sha": "start", "commit_time": before(1000)}
OLD = {"sha": "old", "commit_time": before(500), "is_fix": True}
NEW = {"sha": "new", "commit_time": NOW, "is_fix": True}


def table_of(
    *commits: dict[str, Any],
    changes: pl.DataFrame | None = None,
    labels: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The table of commits that each touched a.py, if *changes* say nothing else."""
    history = commits_of(*commits)
    made = changes_of(*((row["sha"], "a.py", 1, 1) for row in commits))
    changes = made if changes is None else changes
    labels = labels_of() if labels is None else labels
    tree = tree_of("a.py", "b.py", tests=["test_a.py"])
    return defect_prone_files(
        files_of("a.py", "b.py", tests=["test_a.py"]),
        touches(history, changes, tree),
        labels,
        fix_times(history, changes, labels),
        file_scores_of({"path": "a.py", "probability": 0.25}),
        NOW,
    )


def test_the_fixes_of_a_file_are_counted_and_the_recent_ones_weigh_most() -> None:
    """Half of the history ago: 1 / (1 + e^(12 - 6)); today: 1 / (1 + e^0)."""
    (row,) = table_of(START, OLD, NEW).to_dicts()
    assert (row["fixes"], row["fixes_365_days"], row["fix_share"]) == (2, 1, 2 / 3)
    assert (row["last_fix"], row["probability"], row["median_days_to_fix"]) == (NOW, 0.25, None)
    assert row["score"] == pytest.approx(1 / (1 + exp(6)) + 1 / 2)


def test_one_fix_may_be_chance_and_tests_and_bots_do_not_count() -> None:
    robot = {"sha": "robot", "is_fix": True, "is_bot": True}
    changes = changes_of(
        ("old", "a.py", 1, 1),
        ("robot", "a.py", 1, 1),
        ("old", "test_a.py", 1, 1),
        ("new", "test_a.py", 1, 1),
    )
    assert table_of(START, OLD, NEW, robot, changes=changes).is_empty()


def test_the_bugs_of_a_file_are_those_that_were_brought_and_mended_in_it() -> None:
    """The label is of a.py; b.py was touched by both commits, but lost no line to the fix.

    The bug lived 1000 - 500 days.
    """
    changes = changes_of(
        *((sha, path, 1, 1) for sha in ("start", "old", "new") for path in ("a.py", "b.py"))
    )
    table = table_of(START, OLD, NEW, changes=changes, labels=labels_of(("old", "start", 500)))
    assert dict(table.select("path", "induced_bugs").iter_rows()) == {"a.py": 1, "b.py": 0}
    assert table["median_days_to_fix"].to_list() == [500.0, 500.0]


def test_a_file_keeps_its_bugs_when_it_is_renamed() -> None:
    changes = changes_of(
        *((sha, "was.py", 1, 1) for sha in ("start", "old")), ("new", "a.py", 1, 1)
    ).with_columns(status=pl.Series(["M", "M", "R"]), old_path=pl.Series([None, None, "was.py"]))
    labels = labels_of(("old", "start", 500), path="was.py")
    (row,) = table_of(START, OLD, NEW, changes=changes, labels=labels).to_dicts()
    assert (row["path"], row["fixes"], row["induced_bugs"]) == ("a.py", 2, 1)


def test_fixes_that_did_not_hold_are_counted() -> None:
    """A fix of 30 days ago whose lines the newest one mended."""
    first = {"sha": "first", "commit_time": before(30), "is_fix": True, "subject": "Fix it"}
    labels = labels_of(("first", "start", 30), ("new", "first", 0))
    (row,) = table_of(START, first, NEW, labels=labels).to_dicts()
    assert (row["induced_bugs"], row["reopened"]) == (2, 1)


def test_a_history_of_one_moment_has_finite_scores() -> None:
    (row,) = table_of(NEW, NEW | {"sha": "newer"}).to_dicts()
    assert row["score"] == 2 * 1 / 2


def test_without_commits_there_are_no_files() -> None:
    table = table_of()
    assert table.is_empty()
    assert table.schema == pl.Schema({n: c.dtype for n, c in INSIGHT.columns.items()})
