"""Every expectation of a feature table finds the row that offends it, and nothing in sound rows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.features.catalogue import (
    ENTITY,
    EVENT_TIME,
    FEATURES,
    FILE_TARGET,
    FILE_WINDOWS,
    columns,
)
from hyperion_pipelines.features.monitoring.expectations import (
    AT_MOST,
    COUNT_MAX,
    ENOUGH_ROWS,
    NOTHING_WITHOUT,
    Expectation,
    expected_rows,
    suite,
)
from hyperion_pipelines.features.monitoring.validation import Finding, ask
from hyperion_pipelines.schemas import TABLES

Row = Mapping[str, Any]


NOW = datetime(2024, 6, 1, tzinfo=UTC)
TIME = datetime(2024, 5, 1, tzinfo=UTC)
SOUND: Mapping[str, Row] = {
    "commit_features": {
        "sha": "a" * 40,
        "commit_time": TIME,
        "cyclomatic_max": 3,
        "cognitive_max": 2,
        "nesting_max": 1,
        "function_lines_max": 9,
        "parameters_max": 2,
        "author_experience": 4,
        "author_recent_experience": 3.5,
        "author_subsystem_experience": 4,
        "author_commits_30d": 4,
        "file_authors": 2,
        "ownership": 0.75,
        "collaborators_90d": 1,
        "lines_added": 5,
        "lines_before": 20,
        "files": 2,
        "subsystems": 1,
        "directories": 2,
        "entropy": 0.5,
        "prior_changes": 4,
        "prior_fixes_365d": 1,
        "days_since_change": 3,
        "hour_sin": 0.6,
        "hour_cos": -0.8,
    },
    "file_features": {
        "path": "shop/cart.py",
        "window_end": TIME,
        "lines": 20,
        "functions": 2,
        "cyclomatic_sum": 5,
        "cyclomatic_max": 3,
        "cognitive_sum": 3,
        "cognitive_max": 2,
        "nesting_max": 1,
        "function_lines_max": 9,
        "age_days": 400,
        "days_since_change": 40,
        **{
            f"{name}_{days}d": value
            for name, value in {
                "authors": 2,
                "top_author_share": 0.5,
                "commits": 2,
                "churn": 9,
                "fixes": 1,
                "co_changed_files": 4,
            }.items()
            for days in (90, 365)
        },
    },
}
# A commit that touches nothing, the first of its author; a file that says nothing, long untouched.
QUIET: Mapping[str, Row] = {
    "commit_features": {"sha": "b" * 40, "commit_time": TIME, "hour_cos": 1},
    "file_features": {
        "path": "LICENSE",
        "window_end": TIME,
        "age_days": 400,
        "days_since_change": 400,
    },
}

# For every relation a change to a sound row that offends it.
RELATIONS: list[tuple[str, str, Row]] = [
    *(
        (table, f"{smaller} is at most {larger}.", {smaller: 3, larger: 2})
        for table, pairs in AT_MOST.items()
        for smaller, larger in pairs
    ),
    *(
        (table, f"{name} is 0 where {condition} is.", {condition: 0, name: 1})
        for table, without in NOTHING_WITHOUT.items()
        for condition, names in without.items()
        for name in names
    ),
    ("commit_features", "entropy is 0 where no two files are touched.", {"files": 1}),
    ("commit_features", "hour_sin and hour_cos lie on the circle of the day.", {"hour_sin": 0.8}),
    *(
        (
            "file_features",
            f"commits_{days}d is 1 or more where days_since_change is less than {days}.",
            {f"commits_{days}d": 0, "days_since_change": days - 0.5},
        )
        for days in FILE_WINDOWS
    ),
    *(
        (
            "file_features",
            f"top_author_share_{days}d is more than 0 where commits_{days}d is.",
            {f"commits_{days}d": 1, f"top_author_share_{days}d": 0},
        )
        for days in FILE_WINDOWS
    ),
]


def frame(table: str, *rows: Row) -> pl.DataFrame:
    """Rows of a table, at the default of every feature that they do not name."""
    default: Row = {feature.name: feature.default for feature in columns(table)}
    schema = {name: kind for name, kind in TABLES[table].items() if name != "repository"}
    return pl.DataFrame([{**default, **row} for row in rows], schema=schema)


def asked_of(table: str, rows: pl.DataFrame) -> Sequence[Expectation]:
    return suite(table, rows, rows=rows.height, now=NOW)


def find(table: str, meaning: str, rows: pl.DataFrame) -> Finding:
    """What is found of the one expectation of that *meaning*."""
    asked = [item for item in asked_of(table, rows) if item.meaning == meaning]
    (finding,), _ = ask(table, asked, rows)
    return finding


def find_all(table: str, ending: str, rows: pl.DataFrame) -> Sequence[Finding]:
    """What is found of the expectations on one column each whose meaning has that *ending*."""
    asked = [item for item in asked_of(table, rows) if item.meaning.endswith(ending)]
    return ask(table, asked, rows)[0]


@pytest.mark.parametrize("table", FEATURES)
def test_every_relation_is_tried_here(table: str) -> None:
    """What is left is about one column, the key, the columns or the number of rows."""
    asked = asked_of(table, frame(table, SOUND[table]))
    of_a_pair = {item.meaning for item in asked if len(item.columns) == 2}
    about_the_key = {meaning for meaning in of_a_pair if meaning.startswith("No two rows")}
    assert of_a_pair - about_the_key == {
        meaning for tried, meaning, _ in RELATIONS if tried == table
    }


@pytest.mark.parametrize(("table", "meaning", "change"), RELATIONS)
def test_a_relation_names_the_row_that_offends_it(table: str, meaning: str, change: Row) -> None:
    other = {ENTITY[table]: "the offender"}
    found = find(table, meaning, frame(table, SOUND[table], {**SOUND[table], **other, **change}))
    assert (found.passed, found.offending, found.severity) == (False, 1, "error")
    assert found.examples[0].startswith("the offender")


@pytest.mark.parametrize("table", FEATURES)
def test_sound_rows_offend_nothing(table: str) -> None:
    """A row at work, and one at the default of nearly everything."""
    rows = frame(table, SOUND[table], QUIET[table])
    findings, _ = ask(table, asked_of(table, rows), rows)
    assert [finding for finding in findings if not finding.passed] == []


@pytest.mark.parametrize("table", FEATURES)
def test_keys_times_and_what_has_a_default_are_never_null(table: str) -> None:
    nothing: dict[str, Any] = dict.fromkeys(frame(table).columns)
    found = find_all(table, "never null.", frame(table, SOUND[table], nothing))
    defaulted = [item.name for item in columns(table) if item.default is not None]
    expected = [ENTITY[table], EVENT_TIME[table], *defaulted]
    assert [(item.columns, item.offending) for item in found] == [((name,), 1) for name in expected]


@pytest.mark.parametrize("impossible", [float("nan"), float("inf"), -float("inf"), -9.0, 101.0])
@pytest.mark.parametrize("table", FEATURES)
def test_every_number_is_finite_and_in_its_range(table: str, impossible: float) -> None:
    """NaN is no null: it offends where there may be nothing, too."""
    numbers = [item for item in columns(table) if not item.is_flag]
    rows = frame(
        table, SOUND[table], {**SOUND[table], **{item.name: impossible for item in numbers}}
    )
    asked = [
        item
        for item in asked_of(table, rows)
        if item.severity == "error"
        and item.kind == "ExpectColumnValuesToBeBetween"
        and item.arguments["column"] == item.columns[0]
        and len(item.columns) == 1
    ]
    offended = [item for item in ask(table, asked, rows)[0] if not item.passed]
    assert len(asked) == len(numbers)
    assert {item.columns for item in offended} == {
        (item.name,)
        for item in numbers
        if not isfinite(impossible)
        or (impossible < 0 and item.minimum is not None)
        or (impossible > 100 and item.maximum is not None)
    }


@pytest.mark.parametrize(
    ("table", "key"), [("commit_features", "sha"), ("file_features", "path and window_end")]
)
def test_a_key_that_comes_twice_is_named(table: str, key: str) -> None:
    twice = frame(table, SOUND[table], QUIET[table], QUIET[table])
    found = find(table, f"No two rows have the same {key}.", twice)
    assert found.offending == 2
    assert {example.split(" at ")[0] for example in found.examples} == {QUIET[table][ENTITY[table]]}


def test_a_file_may_have_a_row_for_each_window_end() -> None:
    later = {**SOUND["file_features"], "window_end": TIME + timedelta(days=1)}
    rows = frame("file_features", SOUND["file_features"], later)
    assert find("file_features", "No two rows have the same path and window_end.", rows).passed


@pytest.mark.parametrize("table", FEATURES)
def test_columns_out_of_order_are_told_by_the_first(table: str) -> None:
    first, second, *others = frame(table).columns
    rows = frame(table, SOUND[table]).select(second, first, *others)
    found = find(table, "The columns are those of the catalogue, in its order.", rows)
    assert (found.passed, found.observed) == (False, f"{second} is where {first} should be")


def test_a_missing_column_is_named_and_nothing_else_is_asked_of_it() -> None:
    rows = frame("commit_features", SOUND["commit_features"]).drop("hour_sin")
    asked = asked_of("commit_features", rows)
    findings, _ = ask("commit_features", asked, rows)
    assert [item.observed for item in findings if not item.passed] == [
        "hour_cos is where hour_sin should be"
    ]
    assert not any("hour_sin" in item.columns for item in asked)


@pytest.mark.parametrize(("table", "missing"), [("commit_features", 2), ("file_features", 2)])
def test_rows_that_should_be_there_are_missed(table: str, missing: int) -> None:
    rows = frame(table, SOUND[table])
    asked = [
        item
        for item in suite(table, rows, rows=rows.height + missing, now=NOW)
        if "RowCount" in item.kind
    ]
    (found,), _ = ask(table, asked, rows)
    assert (found.passed, found.severity, found.observed) == (False, "error", "1 observed")


def test_expected_are_commits_that_are_no_merges_and_files_that_were_never_removed() -> None:
    """Of files, those that HEAD's own history holds: neither deleted nor renamed away."""
    commits = pl.DataFrame(
        {
            "sha": ["first", "second", "merge", "branch"],
            "is_merge": [False, False, True, False],
            "is_on_head": [True, True, True, False],
        }
    )
    changes = pl.DataFrame(
        [
            ("first", "A", None, "kept.py"),
            ("first", "A", None, "moved.py"),
            ("first", "A", None, "deleted.py"),
            ("second", "M", None, "kept.py"),
            ("second", "R", "moved.py", "new.py"),
            ("second", "D", None, "deleted.py"),
            ("branch", "A", None, "elsewhere.py"),
        ],
        schema=["sha", "status", "old_path", "path"],
        orient="row",
    )
    assert expected_rows("commit_features", commits, changes) == 3
    assert expected_rows("file_features", commits, changes) == 2


@pytest.mark.parametrize("table", FEATURES)
@pytest.mark.parametrize("year", [1970, 2030])
def test_times_of_the_future_and_of_clocks_never_set_are_pointed_out(table: str, year: int) -> None:
    time = EVENT_TIME[table]
    odd = {**SOUND[table], time: datetime(year, 1, 1, tzinfo=UTC)}
    found = find(table, f"{time} is not in the future, nor before 1971.", frame(table, odd))
    assert (found.passed, found.severity, found.offending) == (False, "warning", 1)
    assert f"{year}-01-01" in found.examples[0]


@pytest.mark.parametrize("table", FEATURES)
def test_counts_that_float32_cannot_count_are_pointed_out(table: str) -> None:
    meaning = "Every value is within 16,777,216, up to where Float32 counts in ones."
    for item in columns(table):
        rows = frame(table, {**SOUND[table], item.name: COUNT_MAX + 2})
        if item.maximum is None and not item.is_flag:
            found = find(table, meaning, rows)
            assert (found.passed, found.severity, found.offending) == (False, "warning", 1)
            break
    assert find(table, meaning, frame(table, SOUND[table])).passed


def spread(values: Sequence[object], name: str, table: str = "commit_features") -> pl.DataFrame:
    """Sound rows with those *values* in the column of that *name*."""
    return frame(table, *({**SOUND[table], name: value} for value in values))


@pytest.mark.parametrize(
    ("values", "passed"),
    [
        ([1] * ENOUGH_ROWS, False),
        ([0] * 199 + [1], False),
        ([0] * 198 + [1, 2], True),
        ([None] * ENOUGH_ROWS, None),
        ([1] * (ENOUGH_ROWS - 1), None),
    ],
    ids=["one value", "nearly one value", "enough values", "no source", "too few rows to tell"],
)
def test_a_column_that_does_not_tell_rows_apart_is_pointed_out(
    values: Sequence[object], *, passed: bool | None
) -> None:
    """It is not asked where there are too few rows, or no values at all."""
    found = find_all(
        "commit_features", "in 1.0% of the rows or more.", spread(values, "coverage_mean")
    )
    verdicts = {item.columns: item.passed for item in found}
    assert verdicts.get(("coverage_mean",)) is passed
    assert all(item.severity == "warning" and item.examples == () for item in found)


@pytest.mark.parametrize(("known", "passed"), [(9, False), (10, True)])
def test_a_column_that_is_mostly_null_is_pointed_out(known: int, *, passed: bool) -> None:
    values = [True] * known + [None] * (ENOUGH_ROWS - known)
    rows = spread(values, FILE_TARGET.name, "file_features")
    found = find("file_features", f"{FILE_TARGET.name} is known in 10% of the rows or more.", rows)
    assert (found.passed, found.severity) == (passed, "warning")
