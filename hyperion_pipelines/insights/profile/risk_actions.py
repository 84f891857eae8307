"""Things to do about secrets, risky commits, dangerous calls and fixes that did not hold."""

from datetime import timedelta

import polars as pl

from hyperion_pipelines.insights.profile.facts import Facts, Row
from hyperion_pipelines.insights.profile.model import Action
from hyperion_pipelines.insights.profile.words import (
    duration,
    joined,
    percent,
    short_sha,
)

# Samples, documentation and tests are of low severity.
IS_GRAVE = pl.col("severity") != "low"
SEVERE = ("critical", "high")
URGENCIES = {"critical": 1.0, "high": 0.95, "medium": 0.7}
RISKIEST = 95.0  # percentile among all commits of the repository
RECENT = timedelta(days=365)
SUBJECT_SHOWN = 80
# The weakest sign that a fix did not hold: the lines may have been mended for another reason.
AGAIN = "its lines were fixed again"


def rotate_secrets(facts: Facts) -> list[Action]:
    """Secrets at HEAD that are no samples: one thing to do for each file that has some."""
    rows = facts.rows("exposed_secrets").filter("is_at_head", IS_GRAVE, facts.is_unsuppressed)
    counts = dict(rows.group_by("path").len().iter_rows())
    first = rows.unique("path", keep="first", maintain_order=True)
    return [_rotate(row, counts[row["path"]]) for row in first.iter_rows(named=True)]


def _rotate(row: Row, count: int) -> Action:
    secrets = "secret" if count == 1 else f"{count:,} secrets"
    days = row["exposure_days"]
    since = f" for {duration(days)}" if days is not None else ""
    adder = f", since {row['added_by']} added it" if row["added_by"] else ""
    return Action(
        what=f"Rotate the {secrets} in {row['path']}, then take {'it' if count == 1 else 'them'} "
        "out of the file.",
        why=f"{row['what']} It has been readable{since}{adder}: every clone has it, and deleting "
        "the line does not change that.",
        evidence=[f"{row['path']}:{row['line']}", row["shown"]],
        insight="exposed_secrets",
        urgency=URGENCIES[row["severity"]],
    )


def review_commits(facts: Facts) -> list[Action]:
    """Recent commits riskier than 95 of 100 of the repository's, by a model (not a fallback)."""
    rows = facts.rows("risky_commits").filter(
        pl.col("probability").is_not_null(), pl.col("percentile") >= RISKIEST
    )
    return [_review(row) for row in rows.iter_rows(named=True)]


def _review(row: Row) -> Action:
    reviewers = joined(row["reviewers"])
    who = f"Have {reviewers} look" if reviewers else "Look"
    subject = row["subject"]
    shown = subject if len(subject) <= SUBJECT_SHOWN else f"{subject[:SUBJECT_SHOWN]}…"
    reason = f"; what says so most: {row['reasons'][0]}" if row["reasons"] else ""
    return Action(
        what=f"{who} at {short_sha(row['sha'])} by {row['author_name']} once more: “{shown}”.",
        why=f"With a probability of {percent(row['probability'])} it brought in a bug{reason}.",
        evidence=[row["sha"], *row["evidence"]],
        insight="risky_commits",
        urgency=0.7 + 0.25 * row["probability"],
    )


def replace_dangerous_calls(facts: Facts) -> list[Action]:
    """Calls of high severity and more; those in tests and samples are of low severity."""
    rows = facts.rows("dangerous_code").filter(
        pl.col("severity").is_in(SEVERE), facts.is_unsuppressed
    )
    return [
        Action(
            what=f"Replace {row['call']} in {row['path']}, line {row['line']}. {row['fix']}",
            why=row["danger"],
            evidence=[f"{row['path']}:{row['line']}"],
            insight="dangerous_code",
            urgency=0.75,
        )
        for row in rows.iter_rows(named=True)
    ]


def mend_reopened_fixes(facts: Facts) -> list[Action]:
    """Fixes of the last year that did not hold, the newest first."""
    rows = facts.rows("fix_times").filter(
        pl.col("reopened_by").is_not_null(), pl.col("fix_time") >= facts.head_time - RECENT
    )
    return [
        Action(
            what=f"Check that “{row['subject'][:SUBJECT_SHOWN]}” ({short_sha(row['fix_sha'])}) "
            "holds now, and that a test would notice if it did not.",
            why=f"The fix of {row['fix_time']:%Y-%m-%d} did not hold: {row['reopened_how']}, in "
            f"{short_sha(row['reopened_by'])}.",
            evidence=[row["fix_sha"], row["reopened_by"]],
            insight="fix_times",
            urgency=0.4 if row["reopened_how"] == AGAIN else 0.5,
        )
        for row in rows.iter_rows(named=True)
    ]
