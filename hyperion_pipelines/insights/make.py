"""Makes the insights of a repository: hands each function what its parameters name.

A parameter is another insight, one of the shared frames below, or else a table of the lake. All are
made or read once, when they are first asked for.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from typing import Any, cast

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES, function_of
from hyperion_pipelines.insights.lines.line_lifetimes import LineLifetimes, line_lifetimes
from hyperion_pipelines.insights.shared.own_files import own_files
from hyperion_pipelines.insights.shared.people import people
from hyperion_pipelines.insights.shared.touches import touches
from hyperion_pipelines.named_inputs import Function, NamedInputs, ReadTable, parameters


def head_time(commits: pl.DataFrame) -> datetime:
    """The time of the newest commit of HEAD's history, which is "now" to all insights."""
    newest: datetime | None = commits.filter("is_on_head").select(pl.max("commit_time")).item()
    return newest or NO_TIME


def _lifetimes(
    commits: pl.DataFrame,
    line_origins: pl.DataFrame,
    line_removals: pl.DataFrame,
    filters: PathFilters,
) -> LineLifetimes | None:
    return line_lifetimes(commits, line_origins, line_removals, filters)


SHARED: Mapping[str, Function] = {
    "files": own_files,
    "touches": touches,
    "people": people,
    "head_time": head_time,
    "lifetimes": _lifetimes,
}
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # of a history without commits: no row is as old
# Not a table: given by whoever asks for the insights.
GIVEN = frozenset({"filters", "suppressions"})


def make_insights(
    read_table: ReadTable, given: Mapping[str, Any]
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each insight's table with its name, without `repository`; first what others are made from.

    *read_table* gives a table of the lake, empty where it was never made; *given* has what `GIVEN`
    names.
    """
    inputs = NamedInputs(given, _function, read_table)
    insights = set(INSIGHT_TABLES)
    made_from = {table: tables_read(table) & insights for table in INSIGHT_TABLES}
    for table in TopologicalSorter(made_from).static_order():
        yield table, cast("pl.DataFrame", inputs.value(table))


def tables_read(table: str) -> set[str]:
    """The tables that an insight is made from directly: insights, and tables of the lake."""
    read: set[str] = set()
    for name in parameters(function_of(table)):
        if name in SHARED:
            read.update(parameters(SHARED[name]))
        else:
            read.add(name)
    return read - GIVEN


def _function(name: str) -> Function | None:
    """What makes *name*; None for a table of the lake."""
    return function_of(name) if name in INSIGHT_TABLES else SHARED.get(name)
