"""Commits, what they changed, which issues they speak of, and which faults they brought.

Who wrote them is told by `people`; commits of all branches are nodes.
"""

import polars as pl
from polars import selectors as cs

from hyperion_pipelines.learning.labels.bug_labels import R
from hyperion_pipelines.learning.labels.issue_tracker import issue_key

_FACTS = ("subject", "is_fix", "is_merge", "is_revert", "is_on_head")


def commit_nodes(commits: pl.DataFrame, commit_scores: pl.DataFrame) -> pl.DataFrame:
    """A row per commit of any branch; scores are null where none was given."""
    scores = commit_scores.select(
        *("sha", "anomaly", "priority"), risk="probability", risk_percentile="percentile"
    )
    facts = commits.select("sha", *_FACTS, key="sha", time="commit_time")
    return facts.join(scores, on="sha", how="left")


def modifies(changes: pl.DataFrame) -> pl.DataFrame:
    """MODIFIES from a commit to the paths that it changed: of a rename, the new one."""
    return changes.select("status", "added", "deleted", source="sha", target="path")


def renamed_to(commits: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """RENAMED_TO from the old path to the new one, by the commits of HEAD's history."""
    made = commits.filter("is_on_head").select("sha", since="commit_time")
    renames = changes.filter(pl.col("status") == "R").join(made, on="sha")
    return renames.select("since", "sha", "similarity", source="old_path", target="path")


def issue_nodes(commits: pl.DataFrame, issues: pl.DataFrame | None) -> pl.DataFrame:
    """A row per reference in a message, with what *issues*, the tracker's export, says of it."""
    named = _references(commits).select("reference", key="reference").unique()
    if issues is None:
        return named
    known = issues.rename({"resolved": "closed"}).select(
        cs.by_name("title", "created", "closed", require_all=False), issue="issue"
    )
    return (
        named.with_columns(issue=issue_key(pl.col("reference")))
        .join(known, on="issue", how="left")
        .drop("issue")
    )


def fixes(commits: pl.DataFrame) -> pl.DataFrame:
    """FIXES from the commits that say that they mend a fault to the issues that they name."""
    named = _references(commits.filter("is_fix"))
    return named.select(source="sha", target="reference").unique()


def induced(bug_labels: pl.DataFrame) -> pl.DataFrame:
    """INDUCED from the commit that wrote lines to the fix that removed them, in whatever files.

    Of those that wrote lines of a fix, the newest commit alone: algorithm R of `bug_labels`. Lines
    are those of all files together; the edge is as sure as the surest of them.
    """
    return (
        bug_labels.filter(pl.col("algorithm") == R)
        .group_by(source="inducing_sha", target="fix_sha", since="fix_time")
        .agg(pl.sum("lines"), pl.max("confidence"), paths=pl.col("path").unique().sort())
    )


def _references(commits: pl.DataFrame) -> pl.DataFrame:
    """A row per commit and issue that its message names: `sha`, `reference`."""
    return commits.select("sha", reference="issue_refs").explode("reference").drop_nulls()
