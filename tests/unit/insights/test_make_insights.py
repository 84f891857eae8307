"""How insights come to what they are made from."""

import inspect
from datetime import UTC, datetime

import polars as pl
import pytest

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES, function_of, insight_of
from hyperion_pipelines.insights.make import GIVEN, SHARED, head_time, make_insights, tables_read
from hyperion_pipelines.insights.security.suppressions import NO_SUPPRESSIONS
from hyperion_pipelines.schemas import TABLES

SETTINGS = {"filters": read_filters(), "suppressions": NO_SUPPRESSIONS}


@pytest.mark.parametrize("table", INSIGHT_TABLES)
def test_every_parameter_of_an_insight_can_be_given(table: str) -> None:
    known = {*TABLES, *SHARED, *GIVEN}
    assert set(inspect.signature(function_of(table)).parameters) <= known


@pytest.mark.parametrize("table", INSIGHT_TABLES)
def test_an_insight_is_made_from_tables_that_there_are(table: str) -> None:
    assert tables_read(table) <= set(TABLES)


@pytest.mark.parametrize("table", INSIGHT_TABLES)
def test_an_insight_says_what_it_asks_and_what_its_columns_mean(table: str) -> None:
    insight = insight_of(table)
    assert insight.table == table
    assert insight.question.endswith("?")
    assert all(insight.meanings.values())
    assert set(insight.key) <= set(insight.columns)


def test_a_repository_without_anything_has_empty_insights_of_the_right_schema() -> None:
    made = dict(make_insights(lambda table: TABLES[table].to_frame(), SETTINGS))
    assert sorted(made) == sorted(INSIGHT_TABLES)
    for table, rows in made.items():
        assert rows.schema == {
            name: kind for name, kind in TABLES[table].items() if name != "repository"
        }, table
        assert rows.is_empty() or table in {"truck_factor", "work_hours"}, table


def test_an_insight_comes_after_those_that_it_is_made_from() -> None:
    made: list[str] = []
    for table, _ in make_insights(lambda name: TABLES[name].to_frame(), SETTINGS):
        assert tables_read(table).intersection(INSIGHT_TABLES) <= set(made)
        made.append(table)


def test_every_table_is_read_once() -> None:
    read: list[str] = []

    def read_table(table: str) -> pl.DataFrame:
        read.append(table)
        return TABLES[table].to_frame()

    list(make_insights(read_table, SETTINGS))
    assert len(read) == len(set(read))
    assert not set(read) & set(INSIGHT_TABLES)


def test_now_is_the_newest_commit_of_heads_history() -> None:
    times = [datetime(2024, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    commits = pl.DataFrame({"commit_time": times, "is_on_head": [True, True, False]})
    assert head_time(commits) == times[1]
