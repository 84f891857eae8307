"""Rows of the lake's tables made by hand: they say what matters to a test, the rest is plain."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from hyperion_pipelines.schemas import (
    BUG_LABELS,
    CHANGES,
    COMMIT_SCORES,
    COMMITS,
    FILE_SCORES,
    LINE_REMOVALS,
    REFS,
    TREE,
)

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)  # a Saturday


def before(days: float) -> datetime:
    """The moment *days* before NOW."""
    return NOW - timedelta(days=days)


def commits_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """Commits on HEAD's history, the oldest first; Alma wrote and committed what says no other."""
    return pl.DataFrame([_commit(place, row) for place, row in enumerate(rows)], COMMITS)


def _commit(place: int, row: dict[str, Any]) -> dict[str, Any]:
    author = row.get("author_id", "alma")
    time = row.get("commit_time", NOW)
    plain: dict[str, Any] = {
        "parents": [],
        "author_name": author.title(),
        "author_email": f"{author}@shop.org",
        "author_id": author,
        "committer_email": f"{author}@shop.org",
        "committer_id": author,
        "author_time": time,
        "commit_time": time,
        "author_tz_minutes": 0,
        "subject": f"Change {row['sha']}",
        "body": "",
        **dict.fromkeys(("is_merge", "is_fix", "is_revert", "is_bot"), False),
        **{name: [] for name in ("issue_refs", "co_authors", "reviewers")},
        "position": place,
        "is_on_head": True,
    }
    return plain | row


def changes_of(*rows: tuple[str, str, int, int]) -> pl.DataFrame:
    """Modifications: sha, path, lines added, lines deleted."""
    made = [
        {"sha": sha, "path": path, "status": "M", "added": added, "deleted": deleted}
        for sha, path, added, deleted in rows
    ]
    return pl.DataFrame(made, CHANGES)


def labels_of(*rows: tuple[str, str, float], path: str = "a.py", lines: int = 1) -> pl.DataFrame:
    """Labels by both algorithms: fix, inducing commit, days of the fix before NOW."""
    made = [
        {
            "fix_sha": fix,
            "fix_time": before(days),
            "inducing_sha": inducing,
            "path": path,
            "lines": lines,
            "algorithm": algorithm,
            "confidence": 0.9,
        }
        for fix, inducing, days in rows
        for algorithm in ("AG", "R")
    ]
    return pl.DataFrame(made, BUG_LABELS)


def removals_of(*rows: tuple[str, str, str, int, int]) -> pl.DataFrame:
    """Removed lines: sha, path, origin, lines, of these comments."""
    names = ("sha", "path", "origin_sha", "lines", "comment")
    made = [{**dict(zip(names, row, strict=True)), "blank": 0} for row in rows]
    return pl.DataFrame(made, LINE_REMOVALS)


def tree_of(*paths: str, tests: Sequence[str] = ()) -> pl.DataFrame:
    """Python files at HEAD, and *tests*."""
    plain = dict.fromkeys(("is_generated", "is_vendored", "is_documentation"), False)
    made = [
        {"path": path, "language": "Python", "is_test": path in tests, **plain}
        for path in (*paths, *tests)
    ]
    return pl.DataFrame(made, TREE)


def tags_of(*rows: tuple[str, str, datetime]) -> pl.DataFrame:
    """Tags: name, sha, time."""
    made = [
        {"name": name, "kind": "tag", "sha": sha, "commit_time": time} for name, sha, time in rows
    ]
    return pl.DataFrame(made, REFS)


def reason(text: str, contribution: float | None = 0.5) -> dict[str, Any]:
    """A reason whose feature is called as its text."""
    return {"feature": text, "value": 1.0, "contribution": contribution, "text": text}


def commit_scores_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """Scores of commits of NOW by a model of their own."""
    plain: dict[str, Any] = {
        "commit_time": NOW,
        "served_by": "own",
        "probability": 0.5,
        "percentile": 50.0,
        "reasons": [],
    }
    return pl.DataFrame([plain | row for row in rows], COMMIT_SCORES)


def file_scores_of(*rows: dict[str, Any]) -> pl.DataFrame:
    """Scores of files by a model of their own."""
    plain: dict[str, Any] = {
        "window_end": NOW,
        "served_by": "own",
        "probability": 0.5,
        "percentile": 50.0,
        "reasons": [],
    }
    return pl.DataFrame([plain | row for row in rows], FILE_SCORES)


OWNERS = {
    "path": pl.String,
    "person_id": pl.String,
    "person_name": pl.String,
    "is_active": pl.Boolean,
    "authorship": pl.Float64,
    "line_share": pl.Float64,
    "commit_share": pl.Float64,
    "is_author": pl.Boolean,
}


def owners_of(*rows: tuple[str, str, bool, float]) -> pl.DataFrame:
    """Who knows files: path, person, is active, share by any measure; an author from 0.75 on."""
    made = [
        (path, person, person.title(), is_active, known, known, known, known > 0.75)
        for path, person, is_active, known in rows
    ]
    return pl.DataFrame(made, OWNERS, orient="row")


FILES = {"path": pl.String, "area": pl.String, "language": pl.String, "is_test": pl.Boolean}


def files_of(*paths: str, tests: Sequence[str] = ()) -> pl.DataFrame:
    """Own files at the root, in Python, and *tests*."""
    made = [(path, ".", "Python", path in tests) for path in (*paths, *tests)]
    return pl.DataFrame(made, FILES, orient="row")
