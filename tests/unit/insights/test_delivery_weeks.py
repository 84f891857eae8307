"""What the team delivered week by week, worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.insights.delivery.delivery_weeks import INSIGHT, delivery_weeks
from tests.unit.insights.history_rows import changes_of, commits_of

MONDAY = datetime(2024, 6, 3, tzinfo=UTC)
WEB_PAGE = {"committer_email": "noreply@github.com", "committer_id": "noreply@github.com"}


def at(days: float) -> dict[str, Any]:
    return {"commit_time": MONDAY + timedelta(days=days)}


def weeks_of(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return delivery_weeks(commits_of(*rows), changes_of()).to_dicts()


def test_commits_of_a_week_are_counted_with_what_they_changed() -> None:
    commits = commits_of(
        {"sha": "a", **at(0), "is_fix": True},
        {"sha": "b", "author_id": "bo", **at(6.9)},
        {"sha": "m", "parents": ["b", "a"], "is_merge": True, **at(6.95)},
    )
    (week,) = delivery_weeks(commits, changes_of(("a", "x", 5, 1), ("b", "y", 2, 0))).to_dicts()
    assert (week["week"], week["commits"], week["merges"]) == (date(2024, 6, 3), 2, 1)
    assert (week["authors"], week["fixes"], week["added"], week["deleted"]) == (2, 1, 7, 1)


def test_a_week_begins_on_monday_and_an_idle_one_is_a_row_of_zeros() -> None:
    """Sunday night is the week before; nothing is done in the week of the tenth."""
    weeks = weeks_of({"sha": "a", **at(-0.01)}, {"sha": "b", **at(0)}, {"sha": "c", **at(14)})
    assert [(str(week["week"]), week["commits"]) for week in weeks] == [
        ("2024-05-27", 1),
        ("2024-06-03", 1),
        ("2024-06-10", 0),
        ("2024-06-17", 1),
    ]
    assert weeks[2]["reviewed_share"] is None
    assert [week["velocity"] for week in weeks] == [3 / 4] * 4


def test_bots_commit_but_are_no_authors() -> None:
    (week,) = weeks_of({"sha": "a", "author_id": "robot", "is_bot": True, **at(0)})
    assert (week["commits"], week["authors"]) == (1, 0)


@pytest.mark.parametrize(
    "by_another", [{"reviewers": ["Bo"]}, {"committer_id": "bo", "committer_email": "bo@shop.org"}]
)
def test_what_another_person_saw_is_reviewed(by_another: dict[str, Any]) -> None:
    (week,) = weeks_of({"sha": "a", **at(0), **by_another}, {"sha": "b", **at(0)})
    assert (week["reviewed"], week["reviewed_share"]) == (1, 1 / 2)


@pytest.mark.parametrize(
    ("merger", "message", "reviewed"),
    [
        ("bo", {"subject": "Merge pull request #7 from alma/x"}, 1),
        ("bo", {"subject": "Merge branch 'x'", "body": "See merge request shop/shop!7"}, 1),
        ("alma", {"subject": "Merge pull request #7 from alma/x"}, 0),
        ("bo", {"subject": "Merge branch 'main' into x"}, 0),
    ],
)
def test_a_pull_request_is_reviewed_when_another_person_merged_it(
    merger: str, message: dict[str, Any], reviewed: int
) -> None:
    """Alma wrote both commits; b alone came by the request."""
    (week,) = weeks_of(
        {"sha": "a", **at(0)},
        {"sha": "b", "parents": ["a"], **at(0)},
        {"sha": "m", "parents": ["a", "b"], "is_merge": True, "author_id": merger}
        | message
        | at(1),
    )
    assert (week["commits"], week["reviewed"]) == (2, reviewed)


def test_what_a_web_page_committed_counts_neither_way() -> None:
    """Of three, one came through the page, and one of the two others was reviewed."""
    (week,) = weeks_of(
        {"sha": "a", **at(0), **WEB_PAGE},
        {"sha": "b", **at(0)},
        {"sha": "c", **at(0), "reviewers": ["Bo"]},
    )
    assert (week["reviewed"], week["review_unknown"], week["reviewed_share"]) == (1, 1, 1 / 2)


def test_no_share_is_told_where_most_came_through_a_web_page() -> None:
    page = [{"sha": sha, **at(0), **WEB_PAGE} for sha in "ab"]
    (week,) = weeks_of(*page, {"sha": "c", **at(0), "reviewers": ["Bo"]})
    assert (week["reviewed"], week["review_unknown"], week["reviewed_share"]) == (1, 2, None)


def test_a_lasting_change_of_pace_is_marked_once() -> None:
    """Twenty weeks of one commit, then twenty of sixteen."""
    rows = [
        {"sha": f"{week}-{number}", **at(7 * week)}
        for week in range(40)
        for number in range(1 if week < 20 else 16)
    ]
    weeks = delivery_weeks(commits_of(*rows), changes_of())
    assert weeks["is_change_point"].arg_true().to_list() == [20]
    assert weeks["velocity"].to_list() == [1.0] * 20 + [16.0] * 20


def test_other_branches_do_not_count_and_nothing_gives_no_weeks() -> None:
    table = delivery_weeks(commits_of({"sha": "a", "is_on_head": False}), changes_of())
    assert table.is_empty()
    assert table.schema == pl.Schema({n: c.dtype for n, c in INSIGHT.columns.items()})
