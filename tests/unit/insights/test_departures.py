"""What the leaving of people orphans, worked out by hand."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.insights.people.departures import INSIGHT, departures
from tests.unit.insights.knowledge import NOBODY, Tables, Touch, hotspots_of, tables_of


def departures_of(tables: Tables, hotspots: Mapping[str, float] | None = None) -> pl.DataFrame:
    """The departures with hotspots of these scores."""
    needed = {name: tables[name] for name in ("files", "file_owners", "people")}
    return departures(**needed, hotspots=hotspots_of(hotspots or {}))


def rows_by_person(
    tables: Tables, hotspots: Mapping[str, float] | None = None
) -> Mapping[str, Mapping[str, Any]]:
    rows = departures_of(tables, hotspots)
    return {row["person_id"]: row for row in rows.iter_rows(named=True)}


def test_an_active_person_would_orphan_what_nobody_else_active_knows() -> None:
    """Alma alone knows a.py of 30 lines; b.py of 10 lines she shares with Bo.

    Her score: 30 of 40 lines and 6 of 8 of the hotspots' scores, (0.75 + 0.75) / 2.
    """
    touched: list[Touch] = [("alma", 9, ["src/a.py", "lib/b.py"]), ("bo", 8, ["lib/b.py"])]
    written = {("src/a.py", 0): 30, ("lib/b.py", 0): 5, ("lib/b.py", 1): 5}
    rows = rows_by_person(tables_of(touched, written), {"src/a.py": 6.0, "lib/b.py": 2.0})
    alma, bo = rows["alma"], rows["bo"]
    assert (alma["lines"], alma["line_share"], alma["files_owned"]) == (35, 0.875, 2)
    assert (alma["files_orphaned"], alma["lines_orphaned"], alma["areas"]) == (1, 30, ["src"])
    assert (alma["hotspots_orphaned"], alma["score"]) == (1, pytest.approx(0.75))
    assert (bo["files_owned"], bo["files_orphaned"], bo["areas"], bo["score"]) == (1, 0, [], 0.0)


def test_what_nobody_active_knows_was_orphaned_by_who_left_last() -> None:
    """Alma and Bo knew a.py; Bo left later. Carl, who is active, wrote none of it."""
    touched: list[Touch] = [("alma", 400, ["a.py"]), ("bo", 300, ["a.py"]), ("carl", 1, ["c.py"])]
    rows = rows_by_person(tables_of(touched, {("a.py", 0): 5, ("a.py", 1): 5, ("c.py", 2): 1}))
    assert {person: row["files_orphaned"] for person, row in rows.items()} == {
        "alma": 0,
        "bo": 1,
        "carl": 1,
    }
    assert rows["bo"]["lines_orphaned"] == 10
    assert rows["bo"]["is_active"] is False


def test_those_who_orphan_most_come_first_and_who_orphans_nothing_by_name() -> None:
    """Carl's and Bo's b.py is known by both; Carl has more lines of it, but Bo comes first."""
    touched: list[Touch] = [
        ("dora", 300, ["d.py"]),
        ("carl", 9, ["b.py"]),
        ("bo", 8, ["b.py"]),
        ("alma", 7, ["a.py"]),
    ]
    written = {("d.py", 0): 10, ("b.py", 1): 30, ("b.py", 2): 20, ("a.py", 3): 40}
    names = departures_of(tables_of(touched, written))["person_name"].to_list()
    assert names == ["Alma", "Dora", "Bo", "Carl"]


def test_only_the_hotspots_that_hold_most_of_the_scores_are_counted() -> None:
    """The first two hold 70 and 20 of 100; the third begins where 90 are reached."""
    paths = ["a.py", "b.py", "c.py"]
    rows = rows_by_person(
        tables_of([("alma", 9, paths)]), {"a.py": 70.0, "b.py": 10.0, "c.py": 20.0}
    )
    assert rows["alma"]["hotspots_orphaned"] == 2


def test_areas_are_those_with_most_orphaned_files_first() -> None:
    paths = ["a/1.py", "b/1.py", "b/2.py", "c/1.py"]
    assert rows_by_person(tables_of([("alma", 9, paths)]))["alma"]["areas"] == ["b", "a", "c"]


def test_who_left_nothing_is_left_out() -> None:
    """Bo's one change of a.py is overwritten, and makes him no knower."""
    touched: list[Touch] = [("alma", 9, ["a.py"]), ("bo", 8, ["a.py"])]
    assert rows_by_person(tables_of(touched, {("a.py", 0): 5})).keys() == {"alma"}


@pytest.mark.parametrize("touched", NOBODY)
def test_without_people_or_code_nobody_leaves(touched: list[Touch]) -> None:
    rows = departures_of(tables_of(touched))
    assert rows.is_empty()
    assert rows.schema == pl.Schema({name: dtype for name, (dtype, _) in INSIGHT.columns.items()})
