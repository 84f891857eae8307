"""Who can review an area and what it will get, worked out by hand."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.insights.people.review_capacity import INSIGHT, review_capacity
from tests.unit.insights.knowledge import BOT, NOBODY, Tables, Touch, tables_of
from tests.unit.insights.lifetimes import HEAD_TIME


def capacity(tables: Tables) -> pl.DataFrame:
    needed = {name: tables[name] for name in ("files", "touches", "file_owners", "people")}
    return review_capacity(**needed, head_time=HEAD_TIME)


def rows_by_area(*touched: Touch) -> Mapping[str, Mapping[str, Any]]:
    """The rows of a history, its oldest commits first."""
    oldest_first = sorted(touched, key=lambda touch: -touch[1])
    return {row["area"]: row for row in capacity(tables_of(oldest_first)).iter_rows(named=True)}


def test_an_area_with_one_reviewer_is_thin() -> None:
    (row,) = rows_by_area(("alma", 9, ["src/a.py"]), ("alma", 100, ["src/b.py"])).values()
    assert (row["files"], row["commits_90_days"], row["active_authors"]) == (2, 1, 1)
    assert (row["reviewers"], row["is_thin"]) == (["Alma"], True)
    assert row["load"] == pytest.approx(1 * 7 / 90)
    assert row["why"] == "2 commits in the last year, and Alma alone to review."


def test_two_reviewers_are_enough_and_who_touched_it_last_comes_first() -> None:
    """45 commits in 90 days are 45 x 7 / 90 = 3.5 a week, 1.75 for each of two."""
    row = rows_by_area(
        ("alma", 100, ["src/a.py"]),
        *[("bo", days, ["src/b.py"]) for days in range(1, 46)],
    )["src"]
    assert (row["reviewers"], row["is_thin"]) == (["Bo", "Alma"], False)
    assert row["load"] == pytest.approx(1.75)
    assert row["why"] == (
        "2 people can review; 45 commits in the last 90 days is 1.75 a week for each."
    )


def test_more_than_ten_commits_a_week_for_each_are_too_many() -> None:
    """300 commits in 90 days are 300 x 7 / 90 = 23.33 a week, 11.67 for each of two."""
    commits: list[Touch] = [("bo", 1 + index / 10, ["src/b.py"]) for index in range(300)]
    row = rows_by_area(("alma", 100, ["src/a.py"]), *commits)["src"]
    assert (len(row["reviewers"]), row["is_thin"]) == (2, True)
    assert row["why"].endswith("is 11.67 a week for each, more than 10.")


def test_who_has_gone_quiet_cannot_review() -> None:
    row = rows_by_area(("alma", 200, ["src/a.py"]), ("bo", 1, ["lib/b.py"]))["src"]
    assert (row["reviewers"], row["load"], row["is_thin"]) == ([], None, True)
    assert row["why"] == "1 commit in the last year, and nobody active who knows the area."


def test_an_area_without_a_commit_in_a_year_needs_no_reviewer() -> None:
    row = rows_by_area(("alma", 400, ["src/a.py"]), ("bo", 1, ["lib/b.py"]))["src"]
    assert (row["reviewers"], row["is_thin"]) == ([], False)
    assert row["why"] == "Nothing was changed here in the last year."


def test_it_takes_a_tenth_of_the_files_to_review_an_area() -> None:
    """Bo knows 2 of 20 files, Carl 1; one of Alma's files is theirs neither."""
    touched = rows_by_area(
        ("alma", 9, [f"src/a{number}.py" for number in range(17)]),
        ("bo", 8, ["src/b1.py", "src/b2.py"]),
        ("carl", 7, ["src/c.py"]),
    )
    assert touched["src"]["reviewers"] == ["Bo", "Alma"]


def test_five_commits_of_the_last_year_make_a_reviewer_of_an_old_area() -> None:
    """Alma made 200 before; Bo's 5 are less than a twentieth of all, but most of the year's."""
    old: list[Touch] = [("alma", 500 + number, ["src/a.py"]) for number in range(200)]
    new: list[Touch] = [("bo", 5 + number, ["src/a.py"]) for number in range(5)]
    assert rows_by_area(*old, *new)["src"]["reviewers"] == ["Bo"]
    assert rows_by_area(*old, *new[:4])["src"]["reviewers"] == []


def test_commits_of_bots_are_to_be_reviewed_but_bots_review_nothing() -> None:
    row = rows_by_area(("alma", 9, ["src/a.py"]), *[(BOT, 8, ["src/a.py"])] * 6)["src"]
    assert (row["commits_90_days"], row["active_authors"], row["reviewers"]) == (7, 1, ["Alma"])


def test_a_commit_to_several_files_of_an_area_is_one() -> None:
    row = rows_by_area(("alma", 9, ["src/a.py", "src/b.py", "lib/c.py"]))
    assert (row["src"]["commits_90_days"], row["lib"]["commits_90_days"]) == (1, 1)


def test_the_forecast_is_that_of_windows_of_28_days_from_the_first_whole_one() -> None:
    """Two commits each in windows 0 to 12, and one in window 13, in which the area began.

    Mean (26 + 1/2) / 13; of the ten windows that had three before them all held two commits.
    """
    commits: list[Touch] = [
        ("alma", 28 * window + day, ["src/a.py"]) for window in range(13) for day in (1, 20)
    ]
    row = rows_by_area(("alma", 28 * 13 + 5, ["src/a.py"]), *commits)["src"]
    assert row["forecast"] == pytest.approx(26.5 / 13)
    assert row["forecast_low"] <= 2 <= row["forecast_high"]
    assert row["coverage"] == 1.0


def test_a_young_area_has_no_forecast() -> None:
    row = rows_by_area(("alma", 9, ["src/a.py"]))["src"]
    assert (row["forecast"], row["forecast_low"], row["coverage"]) == (None, None, None)


def test_thin_areas_come_first_then_those_that_expect_most() -> None:
    """Alma and Bo share busy and calm; nobody but Carl knows lone, and old is idle."""
    both = ["busy/1.py", "busy/2.py", "calm/1.py", "calm/2.py"]
    touched: list[Touch] = [("alma", 130, both[::2]), ("bo", 129, both[1::2])]
    touched += [("alma", days, ["busy/1.py"]) for days in range(1, 100, 3)]
    touched += [("alma", 50, ["calm/1.py"]), ("bo", 2, []), ("carl", 128, ["lone/1.py"])]
    assert list(rows_by_area(*touched)) == ["lone", "busy", "calm"]


@pytest.mark.parametrize("touched", [NOBODY[0], NOBODY[2]])
def test_without_code_there_is_no_area(touched: list[Touch]) -> None:
    rows = capacity(tables_of(touched))
    assert rows.is_empty()
    assert rows.schema == pl.Schema({name: dtype for name, (dtype, _) in INSIGHT.columns.items()})


def test_where_only_bots_commit_nobody_can_review() -> None:
    row = rows_by_area(*NOBODY[1])["."]
    assert (row["commits_90_days"], row["active_authors"], row["reviewers"]) == (1, 0, [])
    assert row["is_thin"] is True
