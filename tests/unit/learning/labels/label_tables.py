"""Small tables as the stages git and lines leave them, for histories told in a few rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from hyperion_pipelines.git.messages import describe_messages
from hyperion_pipelines.learning.labels.issue_tracker import ISSUES
from hyperion_pipelines.schemas import CHANGES, COMMITS, LINE_REMOVALS

START = datetime(2024, 3, 1, 12, tzinfo=UTC)
COMMIT_COLUMNS = ("sha", "commit_time", "subject", "body", "is_merge", "position")
REMOVAL_COLUMNS = ("sha", "path", "origin_sha", "lines", "blank", "comment")


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def commit_table(
    *rows: tuple[str, int, str], merges: Collection[str] = frozenset()
) -> pl.DataFrame:
    """Commits in the order of the history: sha, hour, message."""
    told = [
        (sha, at(hour), *message.partition("\n\n")[::2], sha in merges, position)
        for position, (sha, hour, message) in enumerate(rows)
    ]
    schema = {name: COMMITS[name] for name in COMMIT_COLUMNS}
    commits = pl.DataFrame(told, schema, orient="row")
    return commits.hstack(describe_messages(commits))


def change_table(*rows: tuple[str, str]) -> pl.DataFrame:
    """Changes: sha, path."""
    schema = {name: CHANGES[name] for name in ("sha", "path")}
    return pl.DataFrame(rows, schema, orient="row")


def removal_table(*rows: tuple[str, str, str, int, int, int]) -> pl.DataFrame:
    """Removals: sha, path, origin, lines, and of these blank ones and comments."""
    schema = {name: LINE_REMOVALS[name] for name in REMOVAL_COLUMNS}
    return pl.DataFrame(rows, schema, orient="row")


def issue_table(issues: Mapping[str, tuple[bool, int]]) -> pl.DataFrame:
    """Issues by key: whether it is a bug, and the hour in which it was created."""
    told = [
        {"issue": issue, "is_bug": is_bug, "created": at(hour)}
        for issue, (is_bug, hour) in issues.items()
    ]
    return pl.DataFrame(told, ISSUES)


def pairs(labels: pl.DataFrame, algorithm: str) -> Sequence[tuple[str, str]]:
    """The pairs of fix and inducing commit that an algorithm names, each once."""
    named = labels.filter(pl.col("algorithm") == algorithm)
    return named.select("fix_sha", "inducing_sha").unique().sort(pl.all()).rows()
