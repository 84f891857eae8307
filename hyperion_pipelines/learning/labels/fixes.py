"""Which commits are fixes, how sure that is, and since when their bug has been known.

The message says it (rules in `hyperion_pipelines.git.messages`) unless an issue tracker's export
knows better. What a fix removed, and who wrote that, is the business of `candidates`.
"""

import polars as pl

from hyperion_pipelines.git.messages import is_declared_fix
from hyperion_pipelines.learning.labels.issue_tracker import ISSUES, issue_key

# How sure it is that a fix mends a bug of the program.
CONFIRMED, DECLARED, SAID = 1.0, 0.9, 0.7


def find_fixes(commits: pl.DataFrame, issues: pl.DataFrame | None = None) -> pl.DataFrame:
    """The fixes among *commits*: `fix_sha`, `fix_time`, `fix_position`, `certainty`, `reported_at`.

    A commit that names an issue of *issues* (`read_issues`) is a fix exactly if one of those it
    names is a bug; `reported_at` is then the earliest time that such a one was created, and null
    for all other fixes. A commit that names none is a fix if its message says so. Merges and
    reverts are neither: what they name is another commit's.

    `certainty` is 1.0 where the tracker says bug, 0.9 where the message declares a fix or names
    the issue that it mends, 0.7 where its words alone say so.
    """
    known = _known_issues(commits, ISSUES.to_frame() if issues is None else issues)
    return (
        commits.filter(~pl.col("is_merge"))
        .join(known, on="sha", how="left")
        .filter(pl.coalesce("is_bug", "is_fix"))
        .select(
            fix_sha="sha",
            fix_time="commit_time",
            fix_position="position",
            certainty=pl.when(pl.col("is_bug"))
            .then(CONFIRMED)
            .when(is_declared_fix())
            .then(DECLARED)
            .otherwise(SAID),
            reported_at="reported_at",
        )
    )


def _known_issues(commits: pl.DataFrame, issues: pl.DataFrame) -> pl.DataFrame:
    """For each commit that names known issues: `is_bug` (one of them is), `reported_at`."""
    return (
        commits.filter(~pl.col("is_merge"), ~pl.col("is_revert"))
        .select("sha", issue="issue_refs")
        .explode("issue")
        .with_columns(issue_key(pl.col("issue")))
        .join(issues.select("issue", "is_bug", "created"), on="issue")
        .group_by("sha")
        .agg(pl.col("is_bug").any(), reported_at=pl.col("created").filter("is_bug").min())
    )
