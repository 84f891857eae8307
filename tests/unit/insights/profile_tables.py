"""Tables of insights with a few columns written out, and facts of them, for tests of profiles."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from hyperion_pipelines.insights.catalogue import insight_of
from hyperion_pipelines.insights.profile.facts import Facts
from hyperion_pipelines.insights.profile.model import Overview

HEAD_TIME = datetime(2024, 10, 18, tzinfo=UTC)
TREE = {
    "language": "Python",
    "lines": 100,
    "is_test": False,
    "is_vendored": False,
    "is_generated": False,
    "is_documentation": False,
}


def rows(table: str, *written: Mapping[str, Any]) -> pl.DataFrame:
    """Rows of an insight's *table*; what is not written is empty, zero, false, or 2024-10-18."""
    schema = insight_of(table).schema
    del schema["repository"]
    empty = {name: _empty(kind) for name, kind in schema.items()}
    return pl.DataFrame([{**empty, **row} for row in written], schema=schema)


def tree(*paths: str, **columns: object) -> pl.DataFrame:
    """Files of own code in Python, unless *columns* say otherwise."""
    return pl.DataFrame([{"path": path, **TREE, **columns} for path in paths])


def facts(tables: Mapping[str, pl.DataFrame] | None = None, *, lines: int = 1_000) -> Facts:
    """Facts of a repository with that many lines of own code."""
    overview = Overview(
        commits=10,
        merges=0,
        fixes=0,
        authors=2,
        bots=0,
        active_authors=2,
        first_commit=HEAD_TIME,
        last_commit=HEAD_TIME,
        files=3,
        lines=lines,
        languages=[],
    )
    return Facts(tables or {}, overview, HEAD_TIME)


def _empty(kind: pl.DataType) -> object:
    if isinstance(kind, pl.List):
        return list[str]()
    if isinstance(kind, pl.Datetime):
        return HEAD_TIME
    if isinstance(kind, pl.Date):
        return date(2024, 10, 18)
    if isinstance(kind, pl.Boolean):
        return False
    return "" if isinstance(kind, pl.String) else 0
