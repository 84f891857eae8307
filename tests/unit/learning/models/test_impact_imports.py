"""Who imports whom at a commit: as the code graph says, and nothing that is known later."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.graph.building.imports import file_imports
from hyperion_pipelines.learning.models.impact import ChangeHistory, ImpactTables, read_changes
from hyperion_pipelines.schemas import TABLES
from tests.feature_histories import START

FILES = ("a.py", "b.py")
DAYS = 5
Stretch = tuple[int, int | None]  # since and until which day `a.py` imports `b.py`


def test_what_head_alone_imports_is_met_by_what_comes_after_it() -> None:
    """HEAD's own commit could not know it."""
    assert met(read(stretches=[], at_head=True)) == [DAYS]


def test_what_goes_on_until_head_is_met_from_its_beginning() -> None:
    assert met(read(stretches=[(2, None)], at_head=True)) == [2, 3, 4, DAYS]


def test_what_head_imports_no_more_is_met_by_all_commits_until_then() -> None:
    assert met(read(stretches=[(2, None)], at_head=False)) == [2, 3, 4]


def test_an_import_that_went_and_came_back_is_met_while_it_lasted() -> None:
    assert met(read(stretches=[(0, 1), (3, None)], at_head=True)) == [0, 3, 4, DAYS]


def test_the_graph_and_the_model_agree_on_every_commit_of_the_past() -> None:
    past, now = tables(stretches=[(0, 2), (3, None)], at_head=True)
    edges = file_imports(now, past, day(DAYS - 1))
    lasts = [
        edges.filter(
            pl.col("since") <= day(number),
            pl.col("until").is_null() | (pl.col("until") > day(number)),
        ).height
        for number in range(DAYS)
    ]
    history = read(stretches=[(0, 2), (3, None)], at_head=True)
    assert [number for number, count in enumerate(lasts) if count] == met(history)[:-1]


def met(history: ChangeHistory) -> list[int]:
    """The ranks at which `b.py` is a neighbour of `a.py`, as which it then counts as imported."""
    files = dict(history.at_head.select("path", "file").iter_rows())
    queries = pl.DataFrame({"query": range(DAYS + 1), "rank": range(DAYS + 1)}).with_columns(
        given=pl.lit(files["a.py"], pl.Int64)
    )
    found = history.imports.neighbours(queries).filter(pl.col("file") == files["b.py"])
    ranks = queries["rank"].to_numpy()
    ends = (queries["given"].to_numpy(), ranks * 0 + files["b.py"])
    said = history.imports.is_import(*ends, ranks)
    assert found["query"].sort().to_list() == [rank for rank in ranks if said[rank]]
    return found["query"].sort().to_list()


def read(*, stretches: Sequence[Stretch], at_head: bool) -> ChangeHistory:
    """A commit a day to both files."""
    made = [
        {
            "sha": f"{number:040}",
            "author_id": "alma",
            "commit_time": day(number),
            "is_merge": False,
            "is_fix": False,
            "position": number,
            "is_on_head": True,
        }
        for number in range(DAYS)
    ]
    changes = [
        {
            "sha": f"{number:040}",
            "path": path,
            "status": "M" if number else "A",
            "is_binary": False,
        }
        for number in range(DAYS)
        for path in FILES
    ]
    past, now = tables(stretches=stretches, at_head=at_head)
    return read_changes(
        ImpactTables(
            commits=frame("commits", made),
            changes=frame("changes", changes),
            dependency_history=past,
            dependencies=now,
            tree=frame("tree", [{"path": path} for path in FILES]),
        ),
        read_filters(),
    )


def tables(*, stretches: Sequence[Stretch], at_head: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables `dependency_history` and `dependencies` of one edge, from `a.py` to `b.py`."""
    edge = {"from_path": "a.py", "to_path": "b.py"}
    past = [
        {**edge, "since": day(since), "until": None if until is None else day(until)}
        for since, until in stretches
    ]
    return frame("dependency_history", past), frame("dependencies", [edge] if at_head else [])


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def frame(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    empty = dict.fromkeys(TABLES[table])
    return pl.DataFrame([empty | row for row in rows], schema=TABLES[table])
