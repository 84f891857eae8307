"""The whole profile: of tables, of tables that are not there, and as a document."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import polars as pl

from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES, insight_of
from hyperion_pipelines.insights.profile.build import ProfileContext, build_profile
from hyperion_pipelines.insights.profile.model import Profile
from hyperion_pipelines.insights.profile.schema import profile_schema
from tests.unit.insights.profile_tables import rows, tree
from tests.unit.report.profiles import redis_profile

DOCS = Path(__file__).resolve().parents[3] / "docs"
INSIGHTS = {table: insight_of(table) for table in INSIGHT_TABLES}
START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 9, 1, tzinfo=UTC)


def base() -> dict[str, pl.DataFrame]:
    """A history of three commits, two of them by Ada, the last by a bot; one is on no HEAD."""
    commits = pl.DataFrame(
        {
            "sha": ["a", "b", "c", "d"],
            "author_id": ["ada", "ada", "bot", "bo"],
            "commit_time": [START, END, END, END],
            "is_merge": [False, True, False, False],
            "is_fix": [False, True, False, True],
            "is_on_head": [True, True, True, False],
        },
        schema_overrides={"commit_time": pl.Datetime("us", "UTC")},
    )
    identities = pl.DataFrame(
        {
            "person_id": ["ada", "bot", "bo"],
            "person_name": ["Ada", "bot", "Bo"],
            "is_bot": [False, True, False],
        }
    )
    files = [
        tree("a.py", "b.py"),
        tree("c.c", language="C", lines=300),
        tree("vendor/v.py", is_vendored=True),
        tree("README", language=None),
        tree("docs/d.md", language="Markdown", is_documentation=True),
    ]
    return {
        "commits": commits,
        "identities": identities,
        "tree": pl.concat(files, how="vertical_relaxed"),
    }


def context(
    *, absent: frozenset[str] = frozenset(), outdated: frozenset[str] = frozenset()
) -> ProfileContext:
    """That of a shop, all of whose insights are asked."""
    return ProfileContext("shop", "b", "hyperion 0", INSIGHTS, absent=absent, outdated=outdated)


def empty_tables() -> dict[str, pl.DataFrame]:
    return {table: rows(table) for table in INSIGHTS}


def test_the_overview_counts_head_alone_and_own_code_alone() -> None:
    seen = build_profile(base() | empty_tables(), context()).overview
    assert (seen.commits, seen.merges, seen.fixes) == (3, 1, 1)
    assert (seen.authors, seen.bots, seen.active_authors) == (1, 1, 1)
    assert (seen.first_commit, seen.last_commit) == (START, END)
    assert (seen.files, seen.lines) == (3, 500)
    assert [(each.language, each.files, each.lines) for each in seen.languages] == [
        ("C", 1, 300),
        ("Python", 2, 200),
    ]


def test_insights_without_rows_say_nothing_and_fail_nothing() -> None:
    profile = build_profile(base() | empty_tables(), context())
    assert profile.actions == []
    assert profile.headlines == []
    assert profile.missing == []
    assert all(said.total == 0 and said.rows == [] for said in profile.insights.values())
    assert list(profile.insights) == list(INSIGHT_TABLES)


def test_rows_are_the_first_of_each_insight_and_friendly_to_json() -> None:
    owners = rows("file_owners", *({"path": f"{n}", "line_share": 1 / 3} for n in range(40)))
    weeks = rows("delivery_weeks", *[{"week": START.date()}] * 40)
    tables = base() | empty_tables() | {"file_owners": owners, "delivery_weeks": weeks}
    profile = build_profile(tables, context())
    said = profile.insights["file_owners"]
    assert (said.total, len(said.rows)) == (40, 30)
    assert said.question == INSIGHTS["file_owners"].question
    assert said.rows[0]["last_touch"] == "2024-10-18T00:00:00Z"
    assert said.rows[0]["line_share"] == 0.333333
    assert len(profile.insights["delivery_weeks"].rows) == 40  # a series is shown whole
    assert profile.insights["delivery_weeks"].rows[0]["week"] == "2024-01-01"
    assert json.loads(profile.model_dump_json())["insights"]["file_owners"]["rows"] == said.rows


def test_what_was_never_made_is_named_with_the_question_it_leaves_open() -> None:
    """An empty table of secrets would read as good news where nobody looked for any."""
    profile = build_profile(base() | empty_tables(), context(absent=frozenset({"secrets"})))
    assert "exposed_secrets" not in profile.insights
    (said,) = profile.missing
    assert said == (
        "The stage `secrets` has not made `secrets` yet, so there is no answer to "
        f"“{INSIGHTS['exposed_secrets'].question}”: "
        "`hyperion analyze shop --stages secrets` runs it."
    )


def test_what_is_made_from_something_missing_is_missing_too() -> None:
    """Departures are made from file owners, and they from the lines' origins."""
    profile = build_profile(
        base() | empty_tables(), context(absent=frozenset({"line_origins", "line_removals"}))
    )
    assert not {"file_owners", "departures", "code_age"} & set(profile.insights)
    assert "hotspots" in profile.insights
    assert "The stage `lines`" in profile.missing[0]


def test_answers_of_an_older_commit_say_so() -> None:
    profile = build_profile(base() | empty_tables(), context(outdated=frozenset({"hotspots"})))
    (said,) = profile.missing
    assert said.startswith("One answer is of an older commit than this history:")


def test_the_same_tables_make_the_same_document() -> None:
    tables = base() | empty_tables()
    tables["hotspots"] = rows("hotspots", {"path": "a.py", "share": 1.0, "trend": "rising"})
    first, second = (build_profile(tables, context()).model_dump_json() for _ in range(2))
    assert first == second


def test_the_schema_in_the_documentation_is_that_of_the_code() -> None:
    """Where this fails, write `profile_schema()` to docs/profile.schema.json, indented by 2."""
    written = json.loads((DOCS / "profile.schema.json").read_text("utf-8"))
    assert written == profile_schema()


def test_a_profile_keeps_to_its_schema() -> None:
    document = json.loads(redis_profile().model_dump_json())
    jsonschema.validate(document, profile_schema())
    assert Profile.model_validate(document) == redis_profile()


def test_the_rows_in_the_reports_tests_are_those_of_the_insights() -> None:
    shown = redis_profile().insights
    assert {table: set(said.rows[0]) for table, said in shown.items()} == {
        table: set(insight.columns) for table, insight in INSIGHTS.items()
    }
