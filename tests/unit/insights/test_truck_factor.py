"""The truck factor of small teams, removed by hand."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.insights.people.truck_factor import INSIGHT, truck_factor
from tests.unit.insights.knowledge import BOT, NOBODY, Tables, Touch, tables_of

NEEDED = ("files", "touches", "line_origins", "commits", "people", "identities")


def rows_by_measure(tables: Tables) -> Mapping[str, Mapping[str, Any]]:
    """The row of each measure."""
    rows = truck_factor(**{name: tables[name] for name in NEEDED})
    return {row["measure"]: row for row in rows.iter_rows(named=True)}


def created(*authors: str, days: float = 9) -> list[Touch]:
    """A commit for each of *authors* that creates a file of its own."""
    return [(author, days, [f"{index}.py"]) for index, author in enumerate(authors)]


def test_people_are_removed_until_more_than_half_of_the_files_have_no_author() -> None:
    """Of 5 files Alma made 2, Bo 2, Carl 1: without Alma 2/5 are orphaned, without Bo too 4/5."""
    row = rows_by_measure(tables_of(created("alma", "alma", "bo", "bo", "carl")))[
        "degree of authorship"
    ]
    assert (row["factor"], row["people"], row["files"]) == (2, ["Alma", "Bo"], 5)
    assert row["orphaned_share"] == pytest.approx(0.8)
    assert row["sentence"] == (
        "If Alma and Bo left, 80 % of the 5 files would have no author who knows them."
    )


def test_the_sentence_of_a_single_file_does_not_count_it() -> None:
    row = rows_by_measure(tables_of(created("alma")))["degree of authorship"]
    assert (
        row["sentence"] == "If Alma left, 100 % of the files would have no author who knows them."
    )


def test_just_half_of_the_files_is_not_more_than_half() -> None:
    row = rows_by_measure(tables_of(created("alma", "bo")))["commits"]
    assert (row["factor"], row["orphaned_share"]) == (2, 1.0)


def test_each_measure_sees_its_own_authors() -> None:
    """Alma created three files, Bo changed them twice as often, Carl rewrote nine lines in ten.

    Degree: Alma 4.555 - 0.321 ln 4 = 4.110, Bo 3.621 - 0.321 ln 3 = 3.268, less than 3.293.
    """
    paths = ["0.py", "1.py", "2.py"]
    touched = [("alma", 9, paths), ("bo", 8, paths), ("bo", 7, paths), ("carl", 1, paths)]
    written = {(path, commit): lines for path in paths for commit, lines in ((0, 1), (3, 9))}
    rows = rows_by_measure(tables_of(touched, written))
    assert rows["degree of authorship"]["people"] == ["Alma"]
    assert rows["commits"]["people"] == ["Bo"]
    assert rows["surviving lines"]["people"] == ["Carl"]


def test_those_who_have_gone_quiet_are_named_and_lost_already() -> None:
    """Alma's two files of four are lost today; one of Bo's two more makes more than half."""
    touched = created("alma", "alma", days=300)
    touched += [("bo", 9, ["2.py"]), ("carl", 9, ["3.py"])]
    row = rows_by_measure(tables_of(touched))["degree of authorship"]
    assert (row["people"], row["quiet"]) == (["Alma", "Bo"], ["Alma"])
    assert (row["orphaned_today"], row["active_factor"]) == (0.5, 1)
    assert row["sentence"] == (
        "Without Alma and Bo, 75 % of the 4 files have no author who knows them. "
        "Alma has not committed for 180 days. "
        "50 % of the files are known to nobody who is active now; "
        "it would be more than half if Bo left."
    )


def test_where_most_is_lost_today_no_active_person_is_needed() -> None:
    touched = [*created("alma", "alma", days=300), ("bo", 9, ["2.py"])]
    row = rows_by_measure(tables_of(touched))["degree of authorship"]
    assert (row["active_factor"], row["active_people"]) == (0, [])
    assert row["orphaned_today"] == pytest.approx(2 / 3)


def test_files_without_any_author_are_orphaned_from_the_start() -> None:
    """A bot created both files; Alma and Bo came once: 3.457 - 0.321 ln 2 = 3.235 for each."""
    paths = ["0.py", "1.py"]
    row = rows_by_measure(tables_of([(BOT, 9, paths), ("alma", 8, paths), ("bo", 7, paths)]))[
        "degree of authorship"
    ]
    assert (row["factor"], row["people"], row["orphaned_share"]) == (0, [], 1.0)
    assert row["sentence"] == "100 % of the 2 files have no author who knows them."


def test_certain_identities_leave_no_interval() -> None:
    for row in rows_by_measure(tables_of(created("alma", "alma/old", "bo"))).values():
        assert row["low"] == row["factor"] == row["high"]


def test_the_interval_is_wide_where_an_identity_is_in_doubt() -> None:
    """Alma made three files of five; if her old signature, in doubt by half, is another's, two."""
    tables = tables_of(
        created("alma", "alma/old", "alma/old", "bo", "carl"), confidences={"alma/old": 0.5}
    )
    for measure in ("degree of authorship", "commits"):
        row = rows_by_measure(tables)[measure]
        assert (row["low"], row["factor"], row["high"]) == (1, 1, 2)


def test_the_answer_is_the_same_every_time_and_in_any_order_of_rows() -> None:
    tables = tables_of(
        created("alma", "alma/old", "alma/old", "bo", "carl"), confidences={"alma/old": 0.5}
    )
    shuffled = tables | {name: tables[name].reverse() for name in ("people", "identities", "files")}
    assert rows_by_measure(shuffled) == rows_by_measure(tables)


def test_files_of_data_do_not_count() -> None:
    """Alma split a JSON file in three; of the two source files she has none."""
    touched = created("alma", "alma", "alma", "bo", "carl")
    languages = {f"{index}.py": "JSON" for index in range(3)}
    row = rows_by_measure(tables_of(touched, languages=languages))["commits"]
    assert (row["files"], row["people"]) == (2, ["Bo", "Carl"])


@pytest.mark.parametrize("touched", NOBODY)
def test_without_people_or_code_there_is_no_factor(
    touched: list[Touch],
) -> None:
    tables = tables_of(touched)
    rows = truck_factor(**{name: tables[name] for name in NEEDED})
    assert rows.is_empty()
    assert rows.schema == pl.Schema({name: dtype for name, (dtype, _) in INSIGHT.columns.items()})


def test_of_many_people_the_sentence_names_the_first() -> None:
    row = rows_by_measure(tables_of(created("alma", "bo", "carl", "dora", "eve", "fay", "gil")))[
        "commits"
    ]
    assert row["sentence"] == (
        "If Alma, Bo, Carl and Dora left, 57 % of the 7 files would have nobody left who changed "
        "them often."
    )
    many = [f"person{number:02}" for number in range(20)]
    sentence = rows_by_measure(tables_of(created(*many)))["surviving lines"]["sentence"]
    assert sentence == "100 % of the 20 files have nobody left who wrote much of them."
    sentence = rows_by_measure(tables_of(created(*many)))["commits"]["sentence"]
    assert sentence.startswith("If Person00, Person01, Person02 and 8 others left, 55 % of the 20")
