"""What is expected of a feature table, as data: from the catalogue, and from the rules of features.

An expectation of severity "error" says what would poison a model; one of severity "warning" what a
person should look at. Asking a frame is the business of `validation`; each `kind` is the name of an
expectation of Great Expectations, which is not needed to read or list what is here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal

import polars as pl

from hyperion_pipelines.features.catalogue import (
    ENTITY,
    EVENT_TIME,
    FILE_WINDOWS,
    Feature,
    columns,
)

Severity = Literal["error", "warning"]

# The greatest Float32: what is above it is infinity.
FLOAT_MAX = float.fromhex("0x1.fffffep+127")
# Beyond it Float32 skips whole numbers: no count of a repository goes there.
COUNT_MAX = 2.0**24
# Commits before it come from clocks that were never set; histories older than git do not reach it.
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
# Fewer rows than these say nothing about how values spread.
ENOUGH_ROWS = 100
# Share of rows that must differ from the commonest value. In a month most files lie still.
SPREAD = {"commit_features": 0.01, "file_features": 0.001}
KNOWN = 0.1  # share of rows that must not be null where there are values at all
CIRCLE = "hour_sin² + hour_cos²"

# Columns that are made for an expectation alone, after those of the table.
LARGEST = "the largest value"


def _unbounded(table: str) -> tuple[str, ...]:
    return tuple(
        feature.name
        for feature in columns(table)
        if feature.maximum is None and not feature.is_flag
    )


DERIVED: Mapping[str, Mapping[str, pl.Expr]] = {
    "commit_features": {
        CIRCLE: pl.col("hour_sin").pow(2) + pl.col("hour_cos").pow(2),
        LARGEST: pl.max_horizontal(pl.col(_unbounded("commit_features")).abs()),
    },
    "file_features": {LARGEST: pl.max_horizontal(pl.col(_unbounded("file_features")).abs())},
}

# The first is never more than the second, by definition.
AT_MOST: Mapping[str, Sequence[tuple[str, str]]] = {
    "commit_features": (
        ("subsystems", "directories"),
        ("directories", "files"),
        ("author_recent_experience", "author_experience"),
        ("author_subsystem_experience", "author_experience"),
        ("author_commits_30d", "author_experience"),
        ("file_authors", "prior_changes"),
        ("prior_fixes_365d", "prior_changes"),
        ("collaborators_90d", "file_authors"),
    ),
    "file_features": (
        ("cyclomatic_max", "cyclomatic_sum"),
        ("cognitive_max", "cognitive_sum"),
        ("functions", "cyclomatic_sum"),
        ("function_lines_max", "lines"),
        ("days_since_change", "age_days"),
        *(
            (f"{name}_{short}d", f"{name}_{long}d")
            for name in ("authors", "commits", "churn", "fixes", "co_changed_files")
            for short, long in pairwise(FILE_WINDOWS)
        ),
        *(
            (f"{part}_{days}d", f"{whole}_{days}d")
            for part, whole in (
                ("authors", "commits"),
                ("minor_authors", "authors"),
                ("fixes", "commits"),
            )
            for days in FILE_WINDOWS
        ),
    ),
}

# Where the first is 0, so are the others.
NOTHING_WITHOUT: Mapping[str, Mapping[str, Sequence[str]]] = {
    "commit_features": {
        "files": ("lines_added", "lines_deleted", "lines_before", "test_share", "dependents"),
        "author_experience": ("ownership",),
        "prior_changes": ("ownership", "days_since_change", "churn_30d", "churn_trend_90d"),
        "cyclomatic_max": ("cognitive_max", "nesting_max", "function_lines_max", "parameters_max"),
    },
    "file_features": {
        "functions": ("cyclomatic_sum", "cognitive_sum", "nesting_max", "function_lines_max"),
        **{
            f"commits_{days}d": tuple(
                f"{name}_{days}d" for name in ("top_author_share", "churn", "co_changed_files")
            )
            for days in FILE_WINDOWS
        },
    },
}


@dataclass(frozen=True)
class Expectation:
    """An expectation: its meaning in a sentence, and what Great Expectations is told.

    `columns` are those of the table that it asks for: it is asked where the table has them.
    """

    kind: str
    meaning: str
    columns: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    severity: Severity = "error"


def keys(table: str) -> tuple[str, ...]:
    """The columns that no two rows have in common."""
    of_file = (ENTITY[table], EVENT_TIME[table])
    return (ENTITY[table],) if table == "commit_features" else of_file


def derived(table: str, frame: pl.DataFrame) -> Mapping[str, pl.Expr]:
    """The columns of DERIVED that *frame* has what is needed for."""
    return {
        name: expression
        for name, expression in DERIVED[table].items()
        if set(expression.meta.root_names()) <= set(frame.columns)
    }


def expected_rows(table: str, commits: pl.DataFrame, changes: pl.DataFrame) -> int:
    """How many rows the table has (commit_features) or has at least (file_features).

    A row for each non-merge commit; a row for each path of HEAD's history that was never deleted
    nor renamed away, at its newest commit.
    """
    described = commits.filter(~pl.col("is_merge"))
    if table == "commit_features":
        return described.height
    on_head = changes.join(described.filter("is_on_head"), on="sha", how="semi")
    gone = pl.concat(
        [
            on_head.filter(pl.col("status") == "D")["path"],
            on_head.filter(pl.col("status") == "R")["old_path"],
        ]
    )
    return on_head.filter(~pl.col("path").is_in(gone.unique().implode()))["path"].n_unique()


def suite(table: str, frame: pl.DataFrame, *, rows: int, now: datetime) -> Sequence[Expectation]:
    """What is expected of *frame*, which should be a *table* of *rows* (see `expected_rows`).

    What asks for a column that is missing is left out: that the column is missing is said by the
    first expectation.
    """
    asked = [
        *_shape(table, rows),
        *_keys(table),
        *(expectation for feature in columns(table) for expectation in _values(feature)),
        *_relations(table),
        *_advice(table, frame, now),
    ]
    return [expectation for expectation in asked if set(expectation.columns) <= set(frame.columns)]


def _shape(table: str, rows: int) -> Iterator[Expectation]:
    names = [ENTITY[table], EVENT_TIME[table], *(feature.name for feature in columns(table))]
    yield Expectation(
        "ExpectTableColumnsToMatchOrderedList",
        "The columns are those of the catalogue, in its order.",
        arguments={"column_list": [*names, *DERIVED[table]]},
    )
    if table == "commit_features":
        yield Expectation(
            "ExpectTableRowCountToEqual",
            f"There is a row for each of the {rows} non-merge commits.",
            arguments={"value": rows},
        )
    else:
        yield Expectation(
            "ExpectTableRowCountToBeBetween",
            f"There is at least a row for each of {rows} files that were never removed.",
            arguments={"min_value": rows},
        )


def _keys(table: str) -> Iterator[Expectation]:
    key = keys(table)
    yield Expectation(
        "ExpectColumnValuesToBeUnique" if len(key) == 1 else "ExpectCompoundColumnsToBeUnique",
        f"No two rows have the same {' and '.join(key)}.",
        key,
        {"column": key[0]} if len(key) == 1 else {"column_list": list(key)},
    )
    for name in (ENTITY[table], EVENT_TIME[table]):
        yield _never_null(name)


def _values(feature: Feature) -> Iterator[Expectation]:
    """That a feature is there where it has a default, is finite, and lies in its range.

    A number that is missing lies in no range (`validation` sees to it): it needs no expectation of
    its own, each of which takes Great Expectations some hundredths of a second.
    """
    if feature.is_flag and feature.default is not None:
        yield _never_null(feature.name)
    if not feature.is_flag:
        least = -FLOAT_MAX if feature.minimum is None else feature.minimum
        greatest = FLOAT_MAX if feature.maximum is None else feature.maximum
        never = "" if feature.default is None else ", and never null"
        meaning = f"{feature.name} is {_range(feature)}{never}."
        yield _between(feature.name, meaning, least, greatest)


def _range(feature: Feature) -> str:
    if feature.minimum is None:
        return "a finite number"
    if feature.maximum is None:
        return f"a finite number, {feature.minimum:g} or more"
    return f"between {feature.minimum:g} and {feature.maximum:g}"


def _relations(table: str) -> Iterator[Expectation]:
    for smaller, larger in AT_MOST[table]:
        yield Expectation(
            "ExpectColumnPairValuesAToBeGreaterThanB",
            f"{smaller} is at most {larger}.",
            (smaller, larger),
            {
                "column_A": larger,
                "column_B": smaller,
                "or_equal": True,
                "ignore_row_if": "either_value_is_missing",
            },
        )
    for condition, names in NOTHING_WITHOUT[table].items():
        for name in names:
            meaning = f"{name} is 0 where {condition} is."
            yield _between(name, meaning, 0.0, 0.0, where=(condition, "==", 0))
    yield from _of_commits() if table == "commit_features" else _of_windows()


def _of_commits() -> Iterator[Expectation]:
    yield _between(
        "entropy", "entropy is 0 where no two files are touched.", 0.0, 0.0, where=("files", "<", 2)
    )
    yield Expectation(
        "ExpectColumnValuesToBeBetween",
        "hour_sin and hour_cos lie on the circle of the day.",
        ("hour_sin", "hour_cos"),
        {"column": CIRCLE, "min_value": 1 - 1e-5, "max_value": 1 + 1e-5},
    )


def _of_windows() -> Iterator[Expectation]:
    for days in FILE_WINDOWS:
        commits, share = f"commits_{days}d", f"top_author_share_{days}d"
        yield _between(
            commits,
            f"{commits} is 1 or more where days_since_change is less than {days}.",
            1.0,
            where=("days_since_change", "<", days),
        )
        yield Expectation(
            "ExpectColumnValuesToNotBeInSet",
            f"{share} is more than 0 where {commits} is.",
            (share, commits),
            {"column": share, "value_set": [0.0], **_where(commits, ">", 0)},
        )


def _advice(table: str, frame: pl.DataFrame, now: datetime) -> Iterator[Expectation]:
    time = EVENT_TIME[table]
    yield Expectation(
        "ExpectColumnValuesToBeBetween",
        f"{time} is not in the future, nor before {EARLIEST:%Y}.",
        (time,),
        {"column": time, "min_value": EARLIEST.isoformat(), "max_value": now.isoformat()},
        severity="warning",
    )
    yield Expectation(
        "ExpectColumnValuesToBeBetween",
        f"Every value is within {COUNT_MAX:,.0f}, up to where Float32 counts in ones.",
        _unbounded(table),
        {"column": LARGEST, "max_value": COUNT_MAX},
        severity="warning",
    )
    for feature in columns(table):
        if feature.name in frame.columns and frame.height >= ENOUGH_ROWS:
            yield from _telling(table, feature, frame[feature.name])


def _telling(table: str, feature: Feature, values: pl.Series) -> Iterator[Expectation]:
    """That a column tells rows apart. One without any value lacks its source: nothing is amiss."""
    known = values.drop_nulls()
    if known.is_empty():
        return
    name, commonest = feature.name, known.mode().min()
    yield Expectation(
        "ExpectColumnValuesToNotBeInSet",
        f"{name} differs from its commonest value, {commonest}, in {SPREAD[table]:.1%} of the rows "
        "or more.",
        (name,),
        {"column": name, "value_set": [commonest], "mostly": SPREAD[table]},
        severity="warning",
    )
    if feature.default is None:
        yield Expectation(
            "ExpectColumnValuesToNotBeNull",
            f"{name} is known in {KNOWN:.0%} of the rows or more.",
            (name,),
            {"column": name, "mostly": KNOWN},
            severity="warning",
        )


def _never_null(name: str) -> Expectation:
    return Expectation(
        "ExpectColumnValuesToNotBeNull", f"{name} is never null.", (name,), {"column": name}
    )


def _between(
    name: str,
    meaning: str,
    least: float,
    greatest: float = FLOAT_MAX,
    *,
    where: tuple[str, str, float] | None = None,
    severity: Severity = "error",
) -> Expectation:
    return Expectation(
        "ExpectColumnValuesToBeBetween",
        meaning,
        (name, where[0]) if where else (name,),
        {
            "column": name,
            "min_value": least,
            "max_value": greatest,
            **(_where(*where) if where else {}),
        },
        severity,
    )


def _where(column: str, operator: str, value: float) -> Mapping[str, Any]:
    """The argument that has an expectation ask those rows alone."""
    return {
        "row_condition": {
            "type": "comparison",
            "column": {"name": column},
            "operator": operator,
            "parameter": value,
        }
    }
