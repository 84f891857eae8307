"""Technical debt, added up by hand."""

import polars as pl
import pytest

from hyperion_pipelines.insights.code.technical_debt import (
    INSIGHT,
    DebtRatio,
    technical_debt,
)
from tests.unit.insights.code_tables import Function, Measured, files_of, functions_of


def debt(measured: dict[str, Measured | None], functions: list[Function]) -> pl.DataFrame:
    """The debt of files and their functions."""
    return technical_debt(files_of(measured), functions_of(functions))


def test_smells_of_a_kind_cost_the_same_each() -> None:
    """Minutes: a file 60, a class 60, 3 long functions 60, nesting 2 x 10, parameters 20."""
    smells = [
        *(("long function", line) for line in (1, 100, 200)),
        *(("deep nesting", line) for line in (1, 100)),
        ("many parameters", 1),
        ("large class", 1),
        ("large file", 1),
    ]
    rows = debt({"a.py": Measured(9, smells=smells)}, [])
    assert rows.select("kind", "count", "minutes_each", "minutes", "arithmetic").rows() == [
        ("large class", 1, 60, 60, "1 class over 500 lines or 30 methods x 60 min = 1 h"),
        ("large file", 1, 60, 60, "1 file over 1000 lines of code x 60 min = 1 h"),
        ("long function", 3, 20, 60, "3 functions over 60 lines x 20 min = 1 h"),
        ("deep nesting", 2, 10, 20, "2 functions nested more than 4 deep x 10 min = 20 min"),
        ("many parameters", 1, 20, 20, "1 function of more than 6 parameters x 20 min = 20 min"),
    ]


def test_a_class_that_is_large_in_two_ways_is_mended_once() -> None:
    rows = debt({"a.py": Measured(9, smells=[("large class", 7), ("large class", 7)])}, [])
    assert rows["count"].to_list() == [1]


def test_a_complex_function_costs_by_its_cognitive_complexity() -> None:
    """5 + (40 - 15) = 30 and 5 + (26 - 15) = 16 minutes."""
    functions = [Function("a.py", "f", 40, 30), Function("a.py", "g", 26, 15)]
    rows = debt({"a.py": Measured(45)}, functions)
    assert rows.select("kind", "count", "minutes_each", "minutes", "hours").rows() == [
        ("complex function", 2, None, 46, 46 / 60)
    ]
    assert rows["arithmetic"].to_list() == [
        "2 functions x 5 min + 36 points of cognitive complexity over 15 x 1 min = 46 min"
    ]


def test_a_function_of_many_branches_that_is_easy_to_follow_costs_by_its_branches() -> None:
    """5 + 45 = 50 minutes for the one, 10 + (30 - 15) = 25 for the other."""
    functions = [Function("a.py", "f", 60, 20), Function("a.py", "g", 15, 30)]
    rows = debt({"a.py": Measured(50)}, functions)
    assert rows["arithmetic"].item() == (
        "1 function x 5 min + 45 points of cognitive complexity over 15 x 1 min + "
        "1 function x 10 min + 15 points of cyclomatic complexity over 15 x 1 min = 1 h 15 min"
    )


def test_what_is_within_the_limits_costs_nothing() -> None:
    assert debt({"a.py": Measured(15)}, [Function("a.py", "f", 25, 15)]).is_empty()


def test_tests_and_files_that_were_not_parsed_have_no_debt() -> None:
    measured = {"tests/test_a.py": Measured(99, smells=[("large file", 1)]), "b.py": None}
    assert debt({**measured}, [Function("tests/test_a.py", "f", 99, 99)]).is_empty()


@pytest.mark.parametrize(
    ("minutes", "ratio", "rating"),
    [
        (150, 0.05, "A"),
        (151, 151 / 3000, "B"),
        (301, 301 / 3000, "C"),
        (601, 601 / 3000, "D"),
        (1501, 1501 / 3000, "E"),
    ],
)
def test_the_ratio_is_the_debt_of_the_cost_of_100_lines(
    minutes: int, ratio: float, rating: str
) -> None:
    """100 lines x 30 minutes = 3,000 minutes."""
    debt_of_it = DebtRatio(minutes, 100)
    assert debt_of_it.ratio == ratio
    assert debt_of_it.rating == rating


def test_the_ratio_is_said_in_words() -> None:
    """20 minutes of 1 x 30, and 1,830 of 1,220 x 30 = 36,600 (610 hours)."""
    assert DebtRatio(1830, 1220).sentence == (
        "Mending what smells would take 30 hours, 5.0 % of the 610 hours that writing its 1,220 "
        "lines of code takes at 30 minutes a line; SonarQube rates that A, where A is at most 5 % "
        "and E over 50 %."
    )


def test_without_code_there_is_no_debt() -> None:
    rows = debt({}, [])
    assert rows.is_empty()
    assert rows.columns == list(INSIGHT.columns)
    assert DebtRatio(0, 0).ratio == 0
