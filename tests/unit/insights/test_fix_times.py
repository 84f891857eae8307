"""How long bugs lived, worked out by hand, and which fixes did not hold."""

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from hyperion_pipelines.insights.quality.fix_times import (
    INSIGHT,
    MedianTimeToFix,
    fix_times,
    median_time_to_fix,
)
from tests.unit.insights.history_rows import NOW, before, changes_of, commits_of, labels_of

BUG = {"sha": "bug", "commit_time": before(300)}
FIX: dict[str, Any] = {"sha": "f1c" + "0" * 37, "commit_time": before(200), "is_fix": True}
LABELS = labels_of((FIX["sha"], "bug", 200))


def reopening(
    *later: dict[str, Any], labels: pl.DataFrame = LABELS, **fix: object
) -> tuple[str | None, str | None]:
    """By which commit and how the fix was reopened."""
    table = fix_times(commits_of(BUG, FIX | fix, *later), changes_of(), labels)
    (row,) = table.filter(pl.col("fix_sha") == FIX["sha"]).to_dicts()
    return row["reopened_by"], row["reopened_how"]


def a_fix(sha: str, days: float, **columns: object) -> dict[str, Any]:
    return {"sha": sha, "commit_time": before(days), "is_fix": True, **columns}


def test_a_bug_lived_from_the_latest_inducing_commit_to_its_fix() -> None:
    """R names the later of two: 300 - 200 days. Two files were changed by the fix."""
    older = {"sha": "older", "commit_time": before(900)}
    ag = labels_of((FIX["sha"], "older", 200)).filter(pl.col("algorithm") == "AG")
    table = fix_times(
        commits_of(older, BUG, FIX),
        changes_of((FIX["sha"], "a.py", 1, 1), (FIX["sha"], "b.py", 1, 1)),
        pl.concat([ag, LABELS]),
    )
    (row,) = table.to_dicts()
    assert (row["induced_time"], row["days_to_fix"], row["path_count"]) == (before(300), 100.0, 2)
    assert (row["author_name"], row["reopened_by"]) == ("Alma", None)


def test_where_r_names_none_the_latest_of_ag_counts() -> None:
    older = {"sha": "older", "commit_time": before(900)}
    labels = labels_of((FIX["sha"], "older", 200), (FIX["sha"], "bug", 200))
    table = fix_times(
        commits_of(older, BUG, FIX), changes_of(), labels.filter(pl.col("algorithm") == "AG")
    )
    assert table["days_to_fix"].to_list() == [100.0]


def test_the_newest_fix_comes_first_and_those_of_other_branches_are_left_out() -> None:
    labels = labels_of((FIX["sha"], "bug", 200), ("new", "bug", 100), ("side", "bug", 50))
    side = a_fix("side", 50, is_on_head=False)
    table = fix_times(commits_of(BUG, FIX, a_fix("new", 100), side), changes_of(), labels)
    assert table["fix_sha"].to_list() == ["new", FIX["sha"]]


@pytest.mark.parametrize("named", [FIX["sha"], FIX["sha"][:7]])
def test_a_fix_that_is_taken_back_is_reopened(named: str) -> None:
    revert = {
        "sha": "back",
        "commit_time": before(10),
        "is_revert": True,
        "body": f"This reverts commit {named}.",
    }
    assert reopening(revert) == ("back", "reverted")


@pytest.mark.parametrize(
    "fix", [{"subject": "Fix the price (#12)"}, {"body": "It fixes #12, at last."}]
)
def test_a_fix_whose_issue_is_fixed_once_more_is_reopened(fix: dict[str, Any]) -> None:
    again = a_fix("again", 20, issue_refs=["#12"])
    assert reopening(again, issue_refs=["#12"], **fix) == ("again", "same issue")


def test_an_issue_that_a_fix_only_mentions_is_not_its_own() -> None:
    again = a_fix("again", 20, issue_refs=["#12"])
    assert reopening(again, issue_refs=["#12"], body="Since #12; fixes #123.") == (None, None)


def test_one_piece_of_work_and_the_same_patch_elsewhere_reopen_nothing() -> None:
    fix: dict[str, Any] = {"subject": "Fix #12", "issue_refs": ["#12"]}
    soon = a_fix("soon", 200 - 0.5 / 24, subject="Fix #12 too", issue_refs=["#12"])
    same = a_fix("same", 100, **fix)
    assert reopening(soon, same, **fix) == (None, None)


@pytest.mark.parametrize(("days", "found"), [(110, True), (109, False)])
def test_a_fix_whose_lines_are_fixed_within_ninety_days_is_reopened(days: int, found: bool) -> None:
    labels = pl.concat([LABELS, labels_of(("again", FIX["sha"], days))])
    expected = ("again", "its lines were fixed again") if found else (None, None)
    assert reopening(a_fix("again", days), labels=labels) == expected


def test_the_earliest_sign_counts() -> None:
    labels = pl.concat([LABELS, labels_of(("again", FIX["sha"], 150))])
    issue = a_fix("issue", 170, issue_refs=["#12"])
    found = reopening(
        issue, a_fix("again", 150), labels=labels, subject="Fix #12", issue_refs=["#12"]
    )
    assert found == ("issue", "same issue")


def test_a_repository_without_labels_has_no_fix_times() -> None:
    table = fix_times(commits_of(), changes_of(), labels_of())
    assert table.is_empty()
    assert table.schema == pl.Schema({n: c.dtype for n, c in INSIGHT.columns.items()})
    assert median_time_to_fix(table) is None


def times_of(*days: float) -> pl.DataFrame:
    """Fix times of fixes made one day after the other, the last of them now."""
    times = [NOW - timedelta(days=ago) for ago in range(len(days) - 1, -1, -1)]
    return pl.DataFrame({"fix_time": times, "days_to_fix": [float(day) for day in days]})


def test_the_interval_of_the_median_is_that_of_the_order_statistics() -> None:
    """Of 10 values the 2nd and the 9th: 1 - 2 (1 + 10) / 1024 = 0.979 is 95 % and more.

    The 3rd and the 8th would have 1 - 2 (1 + 10 + 45) / 1024 = 0.891.
    """
    found = median_time_to_fix(times_of(*range(10, 0, -1)))
    assert found == MedianTimeToFix(5.5, 2.0, 9.0, 10)


def test_five_fixes_are_too_few_for_an_interval() -> None:
    """Even the least and the greatest of five hold the median with 1 - 2 / 32 = 0.94 only."""
    found = median_time_to_fix(times_of(1, 2, 3, 4, 5))
    assert found is not None
    assert found == MedianTimeToFix(3.0, None, None, 5)
    assert "interval" not in found.sentence


def test_the_median_may_be_that_of_recent_fixes() -> None:
    found = median_time_to_fix(times_of(90, 1, 3), since=before(1))
    assert found == MedianTimeToFix(2.0, None, None, 2)


def test_the_interval_holds_the_median_as_often_as_it_says() -> None:
    """Of 300 samples of an exponential law with median ln 2, at least 93 % of intervals hold it."""
    generator = np.random.default_rng(0)
    held = 0
    for _ in range(300):
        found = median_time_to_fix(times_of(*generator.exponential(1.0, 25)))
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        held += found.low <= np.log(2) <= found.high
    assert held >= 0.93 * 300


def test_the_sentence_says_what_is_not_counted() -> None:
    assert MedianTimeToFix(69.2, 57.0, 87.4, 1682).sentence == (
        "Half of the 1,682 fixed bugs whose origin is known were fixed within 70 days of the "
        "commit that brought them in (95 % interval 57.0 to 87.4 days); bugs that nobody has found "
        "yet are missing, and would make it longer."
    )
