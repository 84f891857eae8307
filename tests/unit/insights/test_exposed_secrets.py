"""What is said of secrets in a history, on tables of a few rows."""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.insights.security.exposed_secrets import INSIGHT, exposed_secrets
from hyperion_pipelines.insights.security.suppressions import (
    NO_SUPPRESSIONS,
    Suppression,
    Suppressions,
)
from hyperion_pipelines.schemas import COMMITS, SECRETS

START = datetime(2024, 1, 1, tzinfo=UTC)
HEAD = START + timedelta(days=100)
HOT = [f"hot{number}.py" for number in range(11)]
NAMES = {"ada": "Ada", "bo": "Bo"}


def commits() -> pl.DataFrame:
    """Twenty, one a day; ada and bo take turns."""
    rows = [
        {
            "sha": f"{position:040d}",
            "position": position,
            "author_id": list(NAMES)[position % 2],
            "author_name": "as recorded",
            "commit_time": START + timedelta(days=position),
        }
        for position in range(20)
    ]
    return pl.DataFrame(rows, schema_overrides=COMMITS)


def row(position: int, change: str = "added", **values: object) -> dict[str, object]:
    """A row of the table secrets, of the commit at *position*."""
    of_file: dict[str, object] = {"path": "app.py", "line": 7, "head_line": None}
    rule: dict[str, object] = {"rule": "github-token", "fingerprint": "f", "shown": "ghp_•"}
    found = {"sha": f"{position:040d}", "change": change} | of_file | rule | values
    return {"present_path": found["path"]} | found


def judge(
    *rows: dict[str, object], suppressions: Suppressions = NO_SUPPRESSIONS
) -> list[dict[str, object]]:
    people = pl.DataFrame({"person_id": list(NAMES), "person_name": list(NAMES.values())})
    secrets = pl.DataFrame(rows, schema={name: SECRETS[name] for name in SECRETS})
    hotspots = pl.DataFrame({"path": HOT})
    table = exposed_secrets(
        secrets, commits(), hotspots, people, suppressions, read_filters(), HEAD
    )
    assert table.schema == pl.Schema(
        {name: column.dtype for name, column in INSIGHT.columns.items()}
    )
    return table.to_dicts()


def test_a_secret_at_head_is_exposed_until_now() -> None:
    """Added on day 2 of 100."""
    (found,) = judge(row(2, head_line=9))
    assert (found["is_at_head"], found["line"], found["exposure_days"]) == (True, 9, 98.0)
    assert (found["added_by"], found["added_time"]) == ("Ada", START + timedelta(days=2))
    assert (found["removed_sha"], found["removed_time"]) == (None, None)
    assert found["severity"] == "critical"
    assert found["why"] == (
        "Ada added it on 2024-01-03. Line 9 still has it. "
        "Rotate it, then take it out of the file; the history keeps it."
    )


def test_a_removed_secret_stays_in_the_history() -> None:
    """Exposed from day 2 to day 5; less grave by one step."""
    (found,) = judge(row(2), row(5, "removed", line=8))
    assert (found["is_at_head"], found["line"], found["exposure_days"]) == (False, 8, 3.0)
    assert (found["removed_sha"], found["severity"]) == (f"{5:040d}", "high")
    assert found["why"] == (
        "Ada added it on 2024-01-03. Bo removed it on 2024-01-06, after 3 days. "
        "Rotate it: it stays in the history even though the file no longer has it."
    )


def test_what_came_back_counts_from_its_first_commit() -> None:
    (found,) = judge(row(2, head_line=7), row(5, "removed", head_line=7), row(9, head_line=7))
    assert (found["added_sha"], found["removed_sha"]) == (f"{2:040d}", None)
    assert found["exposure_days"] == 98.0


def test_what_only_another_branch_or_a_merge_has_is_said_so() -> None:
    (found,) = judge(row(2))
    assert "a merge dropped it, or another branch holds it" in str(found["why"])
    (found,) = judge(row(5, "removed"))
    assert str(found["why"]).startswith("A merge brought it. Bo removed it on 2024-01-06")


def test_a_file_is_followed_through_its_renames() -> None:
    (found,) = judge(row(2, path="old.py", present_path="new.py"), row(5, "removed", path="new.py"))
    assert (found["path"], found["exposure_days"]) == ("new.py", 3.0)


def test_tests_examples_and_other_peoples_code_are_low() -> None:
    for path, word in (
        ("tests/a.py", "test"),
        ("examples/a.py", "example"),
        ("docs/a.md", "documentation"),
        ("vendor/a.py", "other people's code"),
    ):
        (found,) = judge(row(2, path=path, head_line=7))
        assert found["severity"] == "low"
        assert word in str(found["why"])


def test_severity_then_head_then_exposure_decide_the_order() -> None:
    found = judge(
        row(1, path="gone", rule="stripe-key"),
        row(2, path="late", rule="slack-token", head_line=1),
        row(1, path="early", rule="slack-token", head_line=1),
        row(3, path="grave", head_line=1),
    )
    assert [(one["path"], one["severity"]) for one in found] == [
        ("grave", "critical"),
        ("early", "high"),
        ("late", "high"),
        ("gone", "high"),
    ]


def test_the_ten_first_hotspots_are_named() -> None:
    found = judge(*(row(1, path=path, head_line=1) for path in (HOT[9], HOT[10])))
    assert {str(one["path"]): one["is_hotspot"] for one in found} == {HOT[9]: True, HOT[10]: False}


def test_what_is_suppressed_comes_last_and_what_expired_says_so() -> None:
    def until(day: date, path: str) -> Suppression:
        return Suppression(rule="github-token", path=path, reason="known", until=day)

    accepted = Suppressions(
        suppressions=(until(date(2024, 4, 10), "held.py"), until(date(2024, 4, 9), "over.py"))
    )
    rows = [row(1, path="held.py", head_line=1), row(1, path="over.py", head_line=1)]
    low = row(1, path="tests/a.py", head_line=1)
    found = judge(*rows, low, suppressions=accepted)
    assert [(one["path"], one["suppressed"]) for one in found] == [
        ("over.py", None),
        ("tests/a.py", None),
        ("held.py", "known"),
    ]
    assert str(found[0]["why"]).endswith("Its suppression expired on 2024-04-09.")


def test_without_secrets_there_is_nothing_to_say() -> None:
    assert judge() == []
