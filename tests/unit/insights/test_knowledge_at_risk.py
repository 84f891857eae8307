"""Files whose knowers have gone quiet, worked out by hand."""

from collections.abc import Mapping

import polars as pl
import pytest

from hyperion_pipelines.insights.people.knowledge_at_risk import INSIGHT, knowledge_at_risk
from tests.unit.insights.knowledge import NOBODY, Tables, Touch, hotspots_of, tables_of
from tests.unit.insights.lifetimes import days_before_head


def at_risk(tables: Tables, hotspots: Mapping[str, float] | None = None) -> pl.DataFrame:
    """The knowledge at risk with hotspots of these scores."""
    needed = {name: tables[name] for name in ("files", "people", "file_owners")}
    return knowledge_at_risk(**needed, hotspots=hotspots_of(hotspots or {}))


def test_a_file_whose_one_author_has_gone_quiet_is_orphaned() -> None:
    """Alma left 300 days ago; of a.py's 20 lines Bo wrote 1, which is less than a tenth."""
    touched: list[Touch] = [("alma", 300, ["a.py"]), ("bo", 9, ["a.py", "b.py"])]
    tables = tables_of(touched, {("a.py", 0): 19, ("a.py", 1): 1, ("b.py", 1): 5})
    (row,) = at_risk(tables, {"a.py": 40.0}).to_dicts()
    assert (row["path"], row["owner_name"]) == ("a.py", "Alma")
    assert row["owner_last_commit"] == days_before_head(300)
    assert (row["lines"], row["lines_gone"], row["gone_share"]) == (20, 19, 0.95)
    assert (row["active_knowers"], row["is_orphaned"]) == (0, True)
    assert row["score"] == pytest.approx(40 * 0.95 / 1)


def test_an_active_person_with_a_tenth_of_the_lines_knows_the_file() -> None:
    """It is still at risk, for its owner is gone, by half: 40 x 0.9 / (1 + 1)."""
    touched: list[Touch] = [("alma", 300, ["a.py"]), ("bo", 9, ["a.py"])]
    tables = tables_of(touched, {("a.py", 0): 18, ("a.py", 1): 2})
    (row,) = at_risk(tables, {"a.py": 40.0}).to_dicts()
    assert (row["active_knowers"], row["is_orphaned"]) == (1, False)
    assert row["score"] == pytest.approx(18)


@pytest.mark.parametrize(("by_bo", "knows"), [(5, True), (4, False)])
def test_whoever_made_five_commits_of_a_hundred_knows_the_file(by_bo: int, knows: bool) -> None:
    """Without a line of it left, and without Alma's 95 being matched."""
    alma: list[Touch] = [("alma", 300, ["a.py"])]
    bo: list[Touch] = [("bo", 9, ["a.py"])]
    (row,) = at_risk(tables_of(alma * (100 - by_bo) + bo * by_bo)).to_dicts()
    assert row["is_orphaned"] is not knows


def test_what_active_people_own_is_not_at_risk() -> None:
    assert at_risk(tables_of([("bo", 9, ["a.py"])])).is_empty()


def test_hotspots_come_first_then_orphaned_files_with_most_lines_gone() -> None:
    touched: list[Touch] = [
        ("alma", 300, ["cold.py", "hot.py", "long.py", "shared.py"]),
        ("bo", 9, ["shared.py"]),
    ]
    written = {("cold.py", 0): 5, ("hot.py", 0): 1, ("long.py", 0): 50}
    written |= {("shared.py", 0): 80, ("shared.py", 1): 20}
    rows = at_risk(tables_of(touched, written), {"hot.py": 2.0})
    assert rows["path"].to_list() == ["hot.py", "long.py", "cold.py", "shared.py"]
    assert rows["hotspot_score"].to_list() == [2.0, 0.0, 0.0, 0.0]


def test_a_file_without_lines_has_nothing_gone() -> None:
    (row,) = at_risk(tables_of([("alma", 300, ["a.py"]), ("bo", 9, [])])).to_dicts()
    assert (row["lines"], row["gone_share"], row["is_orphaned"]) == (0, 0.0, True)


def test_data_is_nobodys_knowledge() -> None:
    touched: list[Touch] = [("alma", 300, ["a.json"]), ("bo", 9, [])]
    assert at_risk(tables_of(touched, languages={"a.json": "JSON"})).is_empty()


@pytest.mark.parametrize("touched", NOBODY)
def test_without_people_or_code_nothing_is_at_risk(touched: list[Touch]) -> None:
    rows = at_risk(tables_of(touched))
    assert rows.is_empty()
    assert rows.schema == pl.Schema({name: dtype for name, (dtype, _) in INSIGHT.columns.items()})
