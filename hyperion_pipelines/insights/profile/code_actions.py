"""Things to do in the code: split, test, look into what changes together, update documents."""

import polars as pl

from hyperion_pipelines.insights.profile.facts import Facts, Row
from hyperion_pipelines.insights.profile.model import Action
from hyperion_pipelines.insights.profile.words import counted, joined, percent

SELDOM = 2  # commits in a year: less is no reason to touch anything this week
UNTESTED_COMMITS = 3
BEHIND = 5  # commits


def split_functions(facts: Facts) -> list[Action]:
    """The functions worth splitting first, of those that changed in the last year."""
    rows = facts.rows("refactoring_targets").filter(pl.col("changes") >= SELDOM)
    return [_split(row) for row in rows.iter_rows(named=True)]


def _split(row: Row) -> Action:
    hours = row["effort_hours"]
    effort = [f"By SonarSource's figures it takes about {_hours(hours)}."] if hours else []
    return Action(
        what=f"Split {row['function']}() in {row['path']}, line {row['start_line']}.",
        why=" ".join([*row["why"][:3], *effort]),
        evidence=[f"{row['path']}:{row['start_line']}-{row['end_line']}"],
        insight="refactoring_targets",
        urgency=0.6,
    )


def _hours(hours: float) -> str:
    return counted(round(hours), "hour") if hours >= 1 else f"{60 * hours:.0f} minutes"


def write_missing_tests(facts: Facts) -> list[Action]:
    """Files most of whose changes of the last year came without a test."""
    without = pl.col("commits") - pl.col("commits_with_tests")
    rows = facts.rows("test_gaps").filter(
        pl.col("commits") >= UNTESTED_COMMITS, without > pl.col("commits") / 2
    )
    return [_test(row) for row in rows.iter_rows(named=True)]


def _test(row: Row) -> Action:
    without = row["commits"] - row["commits_with_tests"]
    nearest = f"; {row['tests'][0]} changed with it most" if row["tests"] else ""
    return Action(
        what=f"Write tests for what was last changed in {row['path']}.",
        why=f"{without:,} of the {counted(row['commits'], 'commit')} to it in the last year came "
        f"without a test, and it has {counted(row['cyclomatic'], 'path')} through its "
        f"functions{nearest}.",
        evidence=[row["path"], *row["tests"][:1]],
        insight="test_gaps",
        urgency=0.55,
    )


def look_into_coupling(facts: Facts) -> list[Action]:
    """Pairs of files that change together though nothing in the code says so."""
    rows = facts.rows("change_coupling").filter("is_unexpected")
    return [
        Action(
            what=f"Find out what {row['path']} and {row['other']} share, and give it one place.",
            why=f"{row['support']:,} of the {counted(row['commits'], 'commit')} to {row['path']} "
            f"changed {row['other']} too ({percent(row['confidence'])}, "
            f"{row['lift']:,.0f} times as often as by chance), and neither imports the other.",
            evidence=[row["path"], row["other"]],
            insight="change_coupling",
            urgency=0.4,
        )
        for row in rows.iter_rows(named=True)
    ]


def update_documents(facts: Facts) -> list[Action]:
    """Documents that fell behind the code that they are about."""
    rows = facts.rows("stale_documents").filter(pl.col("commits_since") >= BEHIND)
    return [
        Action(
            what=f"Bring {row['path']} up to date with {joined(row['subject'])}, or delete it.",
            why=f"{counted(row['commits_since'], 'commit')} changed what it describes since it was "
            f"last touched on {row['last_changed']:%Y-%m-%d}.",
            evidence=[row["path"], *row["subject"]],
            insight="stale_documents",
            urgency=0.3,
        )
        for row in rows.iter_rows(named=True)
    ]
