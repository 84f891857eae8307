"""Refactoring targets, worked out by hand."""

import polars as pl
import pytest

from hyperion_pipelines.insights.code.refactoring_targets import INSIGHT, refactoring_targets
from tests.unit.insights.code_tables import (
    Function,
    Made,
    Measured,
    commits_of,
    files_of,
    functions_of,
    origins_of,
)
from tests.unit.insights.lifetimes import HEAD_TIME

Run = tuple[str, int, int, str]  # path, first line, lines, commit

RULE = "SonarSource's rule S3776"
HISTORY = [
    Made("old", 366, {}),
    Made("alma1", 365, {}, "alma"),
    Made("alma2", 200, {}, "alma"),
    Made("bo", 100, {}, "bo"),
    Made("robot", 50, {}, "robot", is_bot=True),
    Made("branch", 10, {}, "cy", is_on_head=False),
]


def targets(functions: list[Function], runs: list[Run]) -> pl.DataFrame:
    """The targets among functions at HEAD, whose lines the runs wrote."""
    measured = {function.path: Measured(1) for function in functions}
    return refactoring_targets(
        files_of({**measured}),
        functions_of(functions),
        origins_of(runs),
        commits_of(HISTORY),
        HEAD_TIME,
    )


def test_the_score_is_what_commits_of_the_year_met_beyond_the_limit() -> None:
    """Tangled: 3 x (48 - 15) = 99; odd: 1 x (30 - 15) = 15. Met: 3 x 48 + 1 x 30 + 1 x 6 = 180."""
    functions = [
        Function("a.py", "odd", 30, start_line=1),
        Function("a.py", "plain", 6, start_line=11),
        Function("a.py", "tangled", 48, start_line=21),
    ]
    runs = [("a.py", 1, 20, "bo"), *(("a.py", 21, 3, sha) for sha in ("alma1", "alma2", "bo"))]
    rows = targets(functions, runs)
    assert rows.select("function", "changes", "authors", "score").rows() == [
        ("tangled", 3, 2, 99),
        ("odd", 1, 1, 15),
    ]
    assert rows["gain"].to_list() == pytest.approx([99 / 180, 15 / 180])
    assert rows["effort_hours"].to_list() == pytest.approx([(5 + 33) / 60, (5 + 15) / 60])


def test_the_reasons_are_said_with_their_numbers() -> None:
    """48 / 15 = 3.2; 48 of the 64 points of the file are 75 %."""
    functions = [
        Function("a.py", "tangled", 48, start_line=1, lines=61, nesting=5),
        Function("a.py", "rest", 16, start_line=100),
    ]
    rows = targets(functions, [("a.py", 1, 1, "alma1"), ("a.py", 2, 1, "bo")])
    assert rows["why"].to_list() == [
        [
            f"Its cognitive complexity is 48, 3.2 times the 15 that {RULE} allows.",
            "2 commits by 2 people wrote lines in it in the last year.",
            "It holds 75 % of the cognitive complexity of its file.",
            "It is 61 lines long; over 60 count as long.",
            "It is nested 5 deep; over 4 count as deep.",
        ]
    ]


def test_bots_are_no_people() -> None:
    rows = targets([Function("a.py", "f", 30)], [("a.py", 1, 1, "robot")])
    assert rows.select("changes", "authors").rows() == [(1, 0)]
    assert rows["why"].to_list()[0][1] == "1 commit by bots wrote lines in it in the last year."


@pytest.mark.parametrize(
    ("first", "lines", "is_changed"),
    [(1, 9, False), (1, 10, True), (19, 5, True), (20, 5, False), (1, 99, True), (14, 1, True)],
)
def test_a_commit_changes_a_function_if_a_line_of_it_is_inside(
    first: int, lines: int, is_changed: bool
) -> None:
    """The function has the lines 10 to 19."""
    rows = targets([Function("a.py", "f", 30, start_line=10)], [("a.py", first, lines, "bo")])
    assert (rows.height == 1) is is_changed


@pytest.mark.parametrize("sha", ["old", "branch"])
def test_what_was_not_changed_on_heads_history_in_the_last_year_is_no_target(sha: str) -> None:
    assert targets([Function("a.py", "f", 30)], [("a.py", 1, 1, sha)]).is_empty()


@pytest.mark.parametrize(
    "plain",
    [
        Function("a.py", "long_list", 15, lines=500),
        Function("a.py", "plain_switch", 15, cyclomatic=40),
        Function("a.py", "within_our_limits", 25),
        Function("a.py", "of_many_parameters", 25, parameters=9),
    ],
    ids=lambda function: function.name,
)
def test_what_is_easy_to_follow_is_no_target(plain: Function) -> None:
    assert targets([plain], [("a.py", 1, 1, "bo")]).is_empty()


@pytest.mark.parametrize(
    "name", ["test_rate", "dictTest", "rate_test", "testRate", "tests.rate", "TestRate.test_it"]
)
def test_tests_inside_the_code_are_no_targets(name: str) -> None:
    assert targets([Function("a.py", name, 30)], [("a.py", 1, 1, "bo")]).is_empty()


@pytest.mark.parametrize("name", ["attest", "Contest.rate", "testimony", "latest"])
def test_a_name_that_merely_contains_the_word_is_no_tests(name: str) -> None:
    assert targets([Function("a.py", name, 30)], [("a.py", 1, 1, "bo")]).height == 1


def test_files_of_tests_hold_no_targets() -> None:
    runs = [("tests/test_a.py", 1, 1, "bo")]
    assert targets([Function("tests/test_a.py", "f", 30)], runs).is_empty()


def test_without_functions_there_are_no_rows_but_the_columns() -> None:
    rows = targets([], [])
    assert rows.is_empty()
    assert rows.columns == list(INSIGHT.columns)
