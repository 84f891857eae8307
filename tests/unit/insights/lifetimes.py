"""Line lifetimes made by hand, for the tests of what is read from them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.insights.lines.line_lifetimes import LineLifetimes, line_lifetimes
from hyperion_pipelines.schemas import COMMITS, LINE_ORIGINS, LINE_REMOVALS, TIME

HEAD_TIME = datetime(2024, 6, 30, tzinfo=UTC)

LIFETIMES = {"author_id": pl.String, "born": TIME, "removed": TIME, "lines": pl.Int64}


def days_before_head(days: float) -> datetime:
    """The time *days* before HEAD."""
    return HEAD_TIME - timedelta(days=days)


def lifetimes_of(groups: Sequence[tuple[str, float, float | None, int]]) -> LineLifetimes:
    """Lifetimes of (author, days before HEAD when born, those when removed or None, lines)."""
    rows = [
        (author, days_before_head(born), None if gone is None else days_before_head(gone), lines)
        for author, born, gone, lines in groups
    ]
    return LineLifetimes(pl.DataFrame(rows, schema=LIFETIMES, orient="row"), HEAD_TIME)


def rows_of(schema: pl.Schema, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """A table of *rows* that say only what matters; the other columns are null."""
    return pl.DataFrame(list(rows), schema=schema)


def commits_at(days: Mapping[str, float], off_head: Sequence[str] = ()) -> pl.DataFrame:
    """Alma's commits by sha, each some days before HEAD, in their topological order."""
    return rows_of(
        COMMITS,
        [
            {
                "sha": sha,
                "author_id": "alma",
                "commit_time": days_before_head(ago),
                "position": position,
                "is_on_head": sha not in off_head,
            }
            for position, (sha, ago) in enumerate(days.items())
        ],
    )


def lifetimes_from(
    commits: pl.DataFrame,
    origins: Sequence[tuple[str, str, int]],
    removals: Sequence[tuple[str, str, str, int]] = (),
) -> LineLifetimes:
    """Those of origins (path, origin, lines) and removals (sha, path, origin, lines)."""
    made = line_lifetimes(
        commits,
        rows_of(
            LINE_ORIGINS,
            [dict(zip(("path", "origin_sha", "lines"), row, strict=True)) for row in origins],
        ),
        rows_of(
            LINE_REMOVALS,
            [
                dict(zip(("sha", "path", "origin_sha", "lines"), row, strict=True))
                for row in removals
            ],
        ),
        read_filters(),
    )
    assert made is not None
    return made
