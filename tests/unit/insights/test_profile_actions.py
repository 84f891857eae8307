"""Each rule for what to do this week: what it finds, what it leaves, and how it says it."""

from collections.abc import Mapping
from datetime import timedelta

import polars as pl
import pytest

from hyperion_pipelines.insights.profile.actions import MOST, RULES, Rule, actions
from hyperion_pipelines.insights.profile.facts import Facts
from hyperion_pipelines.insights.profile.model import Action
from tests.unit.insights.profile_tables import HEAD_TIME, facts, rows

SECRET = {
    "path": "deploy/key.pem",
    "line": 1,
    "what": "A private key.",
    "shown": "----...",
    "added_by": "Ada",
    "exposure_days": 10.0,
    "severity": "high",
    "is_at_head": True,
    "suppressed": None,
    "suppressed_until": None,
}
COMMIT = {
    "sha": "1234567890abcdef",
    "subject": "Speed it up",
    "author_name": "Ada",
    "probability": 0.6,
    "percentile": 95.0,
    "reasons": ["adds 300 lines"],
    "evidence": ["It adds 300 lines in 4 files."],
    "reviewers": ["Bo", "Cy"],
}
TARGET = {
    "path": "a.py",
    "function": "parse",
    "start_line": 5,
    "end_line": 95,
    "changes": 3,
    "why": ["It is hard to follow.", "It changes."],
    "effort_hours": 2.2,
}


def found(table: str, *written: Mapping[str, object], **others: pl.DataFrame) -> list[Action]:
    """What is to be done because of the rows *written* of one table."""
    return actions(facts({table: rows(table, *written), **others}))


def test_a_secret_at_head_is_rotated_before_all_else() -> None:
    (action,) = found("exposed_secrets", SECRET)
    assert action.what == "Rotate the secret in deploy/key.pem, then take it out of the file."
    assert action.why.startswith(
        "A private key. It has been readable for 10 days, since Ada added it:"
    )
    assert action.evidence == ["deploy/key.pem:1", "----..."]
    assert action.urgency == 0.95


def test_the_secrets_of_a_file_are_one_thing_to_do() -> None:
    (action,) = found("exposed_secrets", SECRET, {**SECRET, "line": 9})
    assert action.what == "Rotate the 2 secrets in deploy/key.pem, then take them out of the file."


@pytest.mark.parametrize(
    "harmless",
    [
        {"is_at_head": False},
        {"severity": "low"},
        {"suppressed": "revoked", "suppressed_until": HEAD_TIME.date()},
        {"suppressed": "revoked", "suppressed_until": None},
    ],
)
def test_secrets_that_are_gone_samples_or_accepted_are_left(harmless: dict[str, object]) -> None:
    assert found("exposed_secrets", {**SECRET, **harmless}) == []


def test_a_secret_that_was_accepted_for_a_time_comes_back() -> None:
    expired = {"suppressed": "soon", "suppressed_until": HEAD_TIME.date() - timedelta(days=1)}
    assert len(found("exposed_secrets", {**SECRET, **expired})) == 1


def test_a_secret_that_a_merge_brought_names_nobody() -> None:
    (action,) = found("exposed_secrets", {**SECRET, "added_by": None, "exposure_days": None})
    assert "It has been readable: every clone" in action.why


def test_a_risky_commit_is_looked_at_again_by_named_people() -> None:
    (action,) = found("risky_commits", COMMIT)
    assert action.what == "Have Bo and Cy look at 1234567890 by Ada once more: “Speed it up”."
    assert action.why == (
        "With a probability of 60 % it brought in a bug; what says so most: adds 300 lines."
    )
    assert action.evidence[0] == "1234567890abcdef"
    assert action.urgency == pytest.approx(0.7 + 0.25 * 0.6)


def test_without_reviewers_somebody_looks() -> None:
    (action,) = found("risky_commits", {**COMMIT, "reviewers": [], "subject": "x" * 90})
    assert action.what.startswith("Look at 1234567890")
    assert action.what.endswith(f"{'x' * 80}…”.")


@pytest.mark.parametrize("usual", [{"percentile": 94.9}, {"probability": None}])
def test_usual_commits_and_those_no_model_judged_are_left(usual: dict[str, object]) -> None:
    assert found("risky_commits", {**COMMIT, **usual}) == []


def test_a_dangerous_call_says_what_to_do_instead() -> None:
    call = {"path": "a.c", "line": 7, "call": "gets", "danger": "It overflows.", "fix": "Use f."}
    unsuppressed = {"suppressed": None, "suppressed_until": None}
    (action,) = found(
        "dangerous_code",
        {**call, **unsuppressed, "severity": "high"},
        {**call, **unsuppressed, "severity": "medium"},
        {**call, "suppressed": "never reached", "suppressed_until": None, "severity": "high"},
    )
    assert action.what == "Replace gets in a.c, line 7. Use f."
    assert action.why == "It overflows."


def test_a_fix_of_the_last_year_that_did_not_hold_is_checked() -> None:
    fix = {"fix_sha": "aaaaaaaaaaaa", "subject": "Mend", "reopened_how": "reverted"}
    old = HEAD_TIME - timedelta(days=366)
    (action,) = found(
        "fix_times",
        {**fix, "reopened_by": "bbbbbbbbbbbb"},
        {**fix, "reopened_by": None},
        {**fix, "reopened_by": "cccccccccccc", "fix_time": old},
    )
    assert action.why == "The fix of 2024-10-18 did not hold: reverted, in bbbbbbbbbb."
    assert action.urgency == 0.5


def test_lines_that_were_fixed_again_are_the_weakest_sign() -> None:
    again = {"reopened_by": "b", "reopened_how": "its lines were fixed again"}
    assert found("fix_times", again)[0].urgency == 0.4


def test_a_main_hotspot_that_nobody_knows_is_read() -> None:
    orphan = {
        "path": "a.py",
        "owner_name": "Ada",
        "lines": 200,
        "gone_share": 0.9,
        "is_orphaned": True,
    }
    minor, cold = {**orphan, "path": "minor.py"}, {**orphan, "path": "cold.py"}
    known = {**orphan, "path": "known.py", "is_orphaned": False}
    shares = {"a.py": 0.5, "known.py": 0.4, "minor.py": 0.1}
    hotspots = rows("hotspots", *({"path": path, "share": s} for path, s in shares.items()))
    (action,) = found("knowledge_at_risk", orphan, minor, cold, known, hotspots=hotspots)
    assert action.what == "Have two people read a.py, and let them change it next."
    assert "90 % of its 200 lines; Ada, who knew it best" in action.why


def test_who_alone_knows_hotspots_walks_somebody_through_them() -> None:
    """Ada alone knows a and c, Ada and Bo know b; d is beyond the main hotspots."""
    shares = {"a.py": 0.4, "b.py": 0.3, "c.py": 0.2, "d.py": 0.1}
    hotspots = rows("hotspots", *({"path": path, "share": s} for path, s in shares.items()))
    author = {"person_name": "Ada", "person_id": "ada", "is_active": True, "is_author": True}
    owners = [{**author, "path": path} for path in shares]
    gone = {**author, "person_id": "cy", "is_active": False, "path": "a.py"}
    bo = {**author, "person_id": "bo", "person_name": "Bo", "path": "b.py"}
    (action,) = found("file_owners", *owners, gone, bo, hotspots=hotspots)
    assert action.what == "Have Ada walk somebody through a.py and c.py."
    assert action.evidence == ["a.py", "c.py", "Ada"]


def test_a_hot_area_with_one_reviewer_needs_another() -> None:
    area = {
        "area": "src",
        "is_thin": True,
        "commits_90_days": 9,
        "reviewers": ["Ada"],
        "forecast": 3.2,
        "forecast_low": 0,
        "forecast_high": 8,
    }
    two = {**area, "reviewers": ["Ada", "Bo"]}
    cold, still = {**area, "area": "docs"}, {**area, "commits_90_days": 0}
    hotspots = rows("hotspots", {"area": "src"})
    (action,) = found("review_capacity", area, two, cold, still, hotspots=hotspots)
    assert action.what == "Find a second reviewer for src."
    assert action.why == (
        "9 commits changed it in 90 days, the next four weeks should bring about 3 (0 to 8), and "
        "Ada alone can review them."
    )
    young = {**area, "forecast": None, "forecast_low": None, "forecast_high": None}
    (action,) = found("review_capacity", young, hotspots=hotspots)
    assert action.why == "9 commits changed it in 90 days, and Ada alone can review them."
    nobody = found("review_capacity", {**area, "reviewers": []}, hotspots=hotspots)
    assert nobody[0].what == "Find two reviewers for src."


def test_a_function_that_changes_is_split() -> None:
    (action,) = found("refactoring_targets", TARGET, {**TARGET, "changes": 1})
    assert action.what == "Split parse() in a.py, line 5."
    assert action.why == (
        "It is hard to follow. It changes. By SonarSource's figures it takes about 2 hours."
    )
    assert action.evidence == ["a.py:5-95"]


def test_a_short_refactoring_is_told_in_minutes() -> None:
    assert (
        "about 30 minutes" in found("refactoring_targets", {**TARGET, "effort_hours": 0.5})[0].why
    )


def test_a_file_most_of_whose_changes_came_without_a_test_gets_one() -> None:
    gap = {"path": "a.py", "commits": 4, "cyclomatic": 30, "tests": ["test_a.py"]}
    (action,) = found(
        "test_gaps",
        {**gap, "commits_with_tests": 1},
        {**gap, "commits_with_tests": 2},
        {**gap, "commits": 2, "commits_with_tests": 0},
    )
    assert action.what == "Write tests for what was last changed in a.py."
    assert action.why == (
        "3 of the 4 commits to it in the last year came without a test, and it has 30 paths "
        "through its functions; test_a.py changed with it most."
    )


def test_unexpected_coupling_is_looked_into() -> None:
    pair = {"path": "a.py", "other": "b/c.py", "support": 8, "commits": 10, "confidence": 0.8}
    (action,) = found(
        "change_coupling", {**pair, "is_unexpected": True, "lift": 12.0}, {**pair, "path": "z.py"}
    )
    assert action.what == "Find out what a.py and b/c.py share, and give it one place."
    assert "8 of the 10 commits to a.py changed b/c.py too (80 %, 12 times" in action.why


def test_a_document_that_fell_behind_is_updated() -> None:
    document = {"path": "README.md", "subject": ["a.py"], "commits_since": 5}
    (action,) = found("stale_documents", document, {**document, "commits_since": 4})
    assert action.what == "Bring README.md up to date with a.py, or delete it."


def test_two_of_a_kind_at_most_the_second_after_other_kinds() -> None:
    said = actions(
        facts(
            {
                "refactoring_targets": rows("refactoring_targets", *[TARGET] * 4),
                "stale_documents": rows("stale_documents", {"commits_since": 9}),
                "test_gaps": rows("test_gaps", {"commits": 9}),
            }
        )
    )
    assert [(action.insight, action.urgency) for action in said] == [
        ("refactoring_targets", 0.6),
        ("test_gaps", 0.55),
        ("refactoring_targets", 0.36),
        ("stale_documents", 0.3),
    ]


def _rule(name: str, urgency: float) -> Rule:
    def find(_: Facts) -> list[Action]:
        return [Action(what=name, why="", evidence=[], insight="releases", urgency=urgency)]

    return Rule(("releases",), find)


def test_the_most_urgent_are_kept_in_an_order_of_their_own() -> None:
    """Of what is as urgent, the first by name stays, in whatever order the rules are asked."""
    rules = [_rule(name, 0.5) for name in "hgfedcba"] + [_rule("urgent", 0.9)]
    there = facts({"releases": rows("releases", {"tag": "v1"})})
    said = [action.what for action in actions(there, rules)]
    assert said == ["urgent", *"abcdef"]
    assert len(said) == MOST
    assert said == [action.what for action in actions(there, rules[::-1])]


def test_tables_without_rows_and_tables_never_made_ask_for_nothing() -> None:
    empty = {table: rows(table) for rule in RULES for table in rule.tables}
    assert actions(facts(empty)) == []
    assert actions(facts({})) == []
