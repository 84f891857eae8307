"""Each headline: its number, its sentence, and from where on it is a concern."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl
import pytest

from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES
from hyperion_pipelines.insights.profile.headlines import HEADLINES, headlines
from hyperion_pipelines.insights.profile.model import Headline
from tests.unit.insights.profile_tables import HEAD_TIME, facts, rows, tree


def headline(table: str, *written: Mapping[str, object], **others: pl.DataFrame) -> Headline:
    """That of an insight with the rows *written*."""
    said = HEADLINES[table](facts({table: rows(table, *written), **others}))
    assert said is not None
    return said


def hot(path: str, share: float, trend: str = "steady") -> dict[str, object]:
    return {"path": path, "share": share, "trend": trend}


def test_hotspots_say_how_few_files_hold_half_and_which_rise() -> None:
    """The first holds 40 %, the first two 70 %: two files hold half."""
    said = headline("hotspots", hot("a.py", 0.4), hot("b.py", 0.3, "rising"), hot("c.py", 0.3))
    assert said.value == 2
    assert said.sentence == (
        "2 of 3 changed files hold half of all change in complex code; a.py is the hottest. "
        "b.py changes more often than a year ago."
    )
    assert said.is_concern
    alone = headline("hotspots", hot("a.py", 0.5), hot("b.py", 0.5))
    assert alone.sentence.startswith("One file holds half")
    assert not alone.is_concern


@pytest.mark.parametrize(
    ("now", "told", "is_concern"),
    [
        (10.5, "5 % harder to follow than", True),
        (10.4, "4 % harder to follow than", False),
        (9.0, "10 % easier to follow than", False),
        (10.04, "as hard to follow as", False),
    ],
)
def test_complexity_is_compared_with_that_of_twelve_months_before(
    now: float, told: str, is_concern: bool
) -> None:
    density = [10.0, *[50.0] * 11, now]
    months = [
        {"month": date(2023 + index // 12, index % 12 + 1, 1), "cognitive_per_100_lines": value}
        for index, value in enumerate(density)
    ]
    said = headline("complexity_trend", *months)
    assert told in said.sentence
    assert said.is_concern == is_concern


def test_a_history_of_less_than_a_year_has_no_trend() -> None:
    short = rows("complexity_trend", *[{"cognitive_per_100_lines": 1.0}] * 12)
    assert HEADLINES["complexity_trend"](facts({"complexity_trend": short})) is None


@pytest.mark.parametrize(("hours", "is_concern"), [(25.0, False), (26.0, True)])
def test_debt_above_a_twentieth_of_writing_the_code_is_a_concern(
    hours: float, is_concern: bool
) -> None:
    """1,000 lines at 30 minutes are 500 hours, a twentieth of which is 25."""
    said = headline("technical_debt", {"hours": hours - 1}, {"hours": 1.0})
    assert said.value == hours / 5
    assert said.is_concern == is_concern


def test_test_gaps_say_how_many_changes_came_without_a_test() -> None:
    """Of 8 + 2 commits, 2 + 2 came with a test: 6 of 10 without."""
    said = headline(
        "test_gaps",
        {"path": "a.py", "commits": 8, "commits_with_tests": 2},
        {"path": "b.py", "commits": 2, "commits_with_tests": 2},
    )
    assert said.value == 60
    assert said.sentence == (
        "60 % of the last year's changes to 2 files of complex code came without a test; "
        "of a.py, 6 of 8."
    )
    assert said.is_concern


def test_only_unexpected_coupling_is_a_concern() -> None:
    pair = {"path": "a.py", "other": "b.py", "support": 7}
    surprising = headline("change_coupling", pair, {**pair, "is_unexpected": True})
    assert surprising.value == 1
    assert surprising.sentence.endswith("a.py and b.py did so 7 times.")
    assert surprising.is_concern
    assert not headline("change_coupling", pair).is_concern


def test_the_age_of_a_typical_line_is_weighted_by_lines() -> None:
    """90 of the 100 lines lie in the file of age 10."""
    said = headline(
        "code_age",
        {"path": "old.py", "median_age_days": 900.0, "lines": 10},
        {"path": "new.py", "median_age_days": 10.0, "lines": 90},
    )
    assert said.value == 10


def test_survival_says_when_half_are_gone_or_how_far_it_can_tell() -> None:
    early, late = {"age_days": 0.0, "survival": 1.0}, {"age_days": 90.0, "survival": 0.6}
    assert headline("line_survival", early, late).value is None
    assert headline("line_survival", late, {"age_days": 120.0, "survival": 0.5}).value == 120


def test_young_lines_are_those_of_the_five_newest_years_at_the_newest_date() -> None:
    """At the end of 2024 lines of 2020 are young, of 2019 they are not: 30 of 100."""
    newest, earlier = date(2024, 12, 31), date(2023, 12, 31)
    said = headline(
        "lines_by_year",
        {"at": earlier, "origin_year": 2023, "lines": 999},
        {"at": newest, "origin_year": 2019, "lines": 70},
        {"at": newest, "origin_year": 2020, "lines": 30},
    )
    assert said.value == 30


@pytest.mark.parametrize(("factor", "is_concern"), [(2, True), (3, False)])
def test_a_truck_factor_up_to_two_is_a_concern(factor: int, is_concern: bool) -> None:
    row = {"factor": factor, "low": factor, "high": factor + 1, "sentence": "All is lost."}
    said = headline("truck_factor", {**row, "measure": "degree of authorship"})
    assert (said.value, said.low, said.high) == (factor, factor, factor + 1)
    assert said.is_concern == is_concern
    assert f"{factor} to {factor + 1} if doubtful identities are others'" in said.sentence


def test_files_of_data_are_known_by_nobody_and_not_asked_for() -> None:
    author = {"person_name": "Ada", "person_id": "ada", "is_active": True, "is_author": True}
    said = headline(
        "file_owners",
        {**author, "path": "a.py"},
        {**author, "path": "a.py", "person_id": "bo"},
        {**author, "path": "b.py"},
        {**author, "path": "c.py", "is_active": False},
        {**author, "path": "d.json", "is_active": False},
        tree=pl.concat([tree("a.py", "b.py", "c.py"), tree("d.json", language="JSON")]),
    )
    assert said.sentence == (
        "Of 3 source files, 67 % are known to fewer than two active people, 33 % to none."
    )
    assert said.is_concern


def test_knowledge_at_risk_names_hotspots_that_nobody_knows() -> None:
    gone = rows("departures", {"line_share": 0.25}, {"line_share": 0.75, "is_active": True})
    orphan = {"path": "a.py", "is_orphaned": True}
    said = headline("knowledge_at_risk", {**orphan, "hotspot_score": 3.0}, departures=gone)
    assert said.value == 25
    assert said.sentence.endswith("and nobody active knows one file; a.py still changes.")
    assert said.is_concern
    assert not headline("knowledge_at_risk", orphan, departures=gone).is_concern
    known = headline("knowledge_at_risk", {**orphan, "is_orphaned": False}, departures=gone)
    assert known.sentence.endswith("and somebody active knows every file.")


@pytest.mark.parametrize(("lines", "is_concern"), [(5, True), (4, False)])
def test_a_leaving_that_orphans_a_twentieth_of_the_lines_is_a_concern(
    lines: int, is_concern: bool
) -> None:
    person = {"person_name": "Ada", "is_active": True, "files_orphaned": 2, "lines": 100}
    said = headline("departures", {**person, "lines_orphaned": lines})
    assert said.sentence.startswith("If Ada left, 2 more files")
    assert said.is_concern == is_concern


def test_an_area_that_does_not_change_is_not_short_of_reviewers() -> None:
    still = {"area": "old", "is_thin": True, "commits_90_days": 0}
    assert not headline("review_capacity", still).is_concern
    said = headline("review_capacity", still, {**still, "area": ".", "commits_90_days": 1})
    assert said.sentence == "One area of 2 is short of reviewers: the top folder."
    assert said.is_concern


def test_secrets_at_head_are_a_concern_samples_and_suppressed_ones_are_not() -> None:
    secret = {"severity": "high", "is_at_head": True, "suppressed": None, "suppressed_until": None}
    accepted = {"fingerprint": "b", "suppressed": "known", "suppressed_until": HEAD_TIME.date()}
    expired = {"fingerprint": "c", "suppressed_until": HEAD_TIME.date() - timedelta(days=1)}
    said = headline(
        "exposed_secrets",
        {**secret, "fingerprint": "a", "path": "one"},
        {**secret, "fingerprint": "a", "path": "two"},
        {**secret, **accepted},
        {**secret, **expired, "suppressed": "was known"},
        {**secret, "fingerprint": "d", "severity": "low"},
        {**secret, "fingerprint": "e", "is_at_head": False},
    )
    assert said.value == 2
    assert said.sentence == (
        "2 secrets are in the files at HEAD; one more can still be read in the history; tests and "
        "samples are not counted."
    )
    assert said.is_concern
    assert not headline("exposed_secrets", {**secret, "severity": "low"}).is_concern


def test_commits_that_a_fallback_ranked_have_no_probability_to_speak_of() -> None:
    unjudged = rows("risky_commits", {"probability": None})
    assert HEADLINES["risky_commits"](facts({"risky_commits": unjudged})) is None
    assert headline("risky_commits", {"probability": 0.5}).is_concern
    assert not headline("risky_commits", {"probability": 0.49}).is_concern


def test_risk_by_month_compares_years_whose_bugs_are_known() -> None:
    """The year before: 12 of 120; the newest known: 24 of 120; the last month is not known yet."""
    months = [date(2022 + index // 12, index % 12 + 1, 1) for index in range(25)]
    inducing = [1] * 12 + [2] * 12 + [9]
    said = headline(
        "risk_by_month",
        *(
            {"month": month, "commits": 10, "known_inducing": found, "is_complete": found < 9}
            for month, found in zip(months, inducing, strict=True)
        ),
    )
    assert said.value == 20
    assert "the twelve months to December 2023" in said.sentence
    assert "10 % in the year before" in said.sentence
    assert said.is_concern


@pytest.mark.parametrize(("held", "is_concern"), [(17, True), (18, False)])
def test_fixes_that_do_not_hold_are_a_concern_from_15_percent_on(
    held: int, is_concern: bool
) -> None:
    """3 of 20 are 15 %, 3 of 21 are 14 %."""
    fixes = [{"days_to_fix": 10.0, "reopened_by": None}] * held
    said = headline("fix_times", *fixes, *[{"days_to_fix": 10.0, "reopened_by": "f"}] * 3)
    assert said.value == 10
    assert said.is_concern == is_concern


def test_delivery_tells_the_pace_before_and_what_was_reviewed() -> None:
    week = {"commits": 10, "reviewed": 2, "review_unknown": 5, "velocity": 20.0}
    turn = {**week, "velocity": 9.0, "is_change_point": True, "week": date(2024, 7, 1)}
    said = headline("delivery_weeks", week, turn)
    assert said.sentence == (
        "The team makes 9.0 commits a week since July 2024, 20.0 before; "
        "of the last year's commits, 40 % were seen by somebody else."
    )
    assert said.is_concern
    untold = headline("delivery_weeks", {**week, "review_unknown": 6})
    assert "git does not tell" in untold.sentence
    assert not untold.is_concern


def test_hours_outside_are_nights_and_weekends() -> None:
    said = headline(
        "work_hours",
        {"weekday": 1, "hour": 22, "commits": 2},
        {"weekday": 1, "hour": 5, "commits": 1},
        {"weekday": 6, "hour": 12, "commits": 1},
        {"weekday": 5, "hour": 21, "commits": 6},
    )
    assert said.value == 10
    assert said.low is not None
    assert said.high is not None
    assert said.low < 10 < said.high
    assert said.sentence == (
        "10 % of the commits are made on weekends, and 30 % between 22 and 6 o'clock, by their "
        "authors' own clocks."
    )


def test_releases_tell_the_usual_time_and_the_newest() -> None:
    newest = {"tag": "v2", "time": HEAD_TIME - timedelta(days=3), "days_since_previous": 12.0}
    said = headline("releases", newest, {"tag": "v1", "days_since_previous": None})
    assert said.sentence == (
        "Of the newest releases, half followed within 12 days; the newest, v2, is 3 days older "
        "than the newest commit."
    )
    only = headline("releases", {**newest, "days_since_previous": None})
    assert only.sentence.startswith("There is one release;")


def test_concerns_come_first_and_insights_without_rows_say_nothing() -> None:
    said = headlines(
        facts(
            {
                "work_hours": rows("work_hours", {"weekday": 1, "hour": 12, "commits": 1}),
                "hotspots": rows("hotspots", hot("a.py", 1.0, "rising")),
                "releases": rows("releases"),
            }
        )
    )
    assert [each.insight for each in said] == ["hotspots", "work_hours"]


def test_every_insight_has_a_headline() -> None:
    assert set(HEADLINES) == set(INSIGHT_TABLES)
