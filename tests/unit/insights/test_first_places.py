"""Where a newcomer can begin."""

from collections.abc import Mapping
from math import log2
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.insights.code import hotspots, test_gaps, undocumented_symbols
from hyperion_pipelines.insights.insight import Insight
from hyperion_pipelines.insights.people import file_owners
from hyperion_pipelines.insights.people.first_places import INSIGHT, first_places
from tests.unit.insights.code_tables import Made, Measured, files_of, touches_of
from tests.unit.insights.lifetimes import HEAD_TIME, rows_of

A, B = "lib/a.py", "src/b.py"
OWNER = {
    "path": A,
    "person_id": "alma",
    "person_name": "Alma",
    "is_active": True,
    "authorship": 1.0,
}
SYMBOL = {"path": A, "symbol": "load", "start_line": 12, "score": 9.0}
GAP: dict[str, Any] = {"path": A, "tests": []}
COMMITS = [
    Made("new", 10, {A: "1", B: "1"}),
    Made("older", 20, {A: "2"}),
    Made("old", 400, {A: "0"}),
]


def table(insight: Insight, *rows: Mapping[str, Any]) -> pl.DataFrame:
    """Rows of another insight that say only what matters."""
    return rows_of(insight.schema, rows).drop("repository")


def places(
    symbols: list[dict[str, Any]] | None = None,
    gaps: list[dict[str, Any]] | None = None,
    owners: list[dict[str, Any]] | None = None,
    *,
    lines: int = 31,
    hot: dict[str, int] | None = None,
    history: list[Made] | None = None,
) -> list[dict[str, Any]]:
    """The rows for two files: *lines* is the length of both."""
    measured = Measured(3, code_lines=lines)
    history = COMMITS if history is None else history
    scores = [{"path": path, "score": score} for path, score in (hot or {}).items()]
    return first_places(
        files_of({A: measured, B: measured, "tests/t.py": measured}),
        table(hotspots.INSIGHT, *scores),
        table(test_gaps.INSIGHT, *(gaps or [])),
        table(undocumented_symbols.INSIGHT, *(symbols or [])),
        table(file_owners.INSIGHT, *(owners or [OWNER])),
        touches_of(history, [A, B]),
        HEAD_TIME,
    ).to_dicts()


def test_a_place_says_what_there_is_to_do_and_whom_to_ask() -> None:
    """Three functions are undocumented, a test is missing, two commits are of this year."""
    more = [{**SYMBOL, "symbol": name, "score": 1.0} for name in ("save", "send")]
    (row,) = places([*more, SYMBOL], [GAP])
    assert row == {
        "path": A,
        "area": "lib",
        "why": [
            "`load` (line 12) is public and not documented, and 2 more.",
            "No test imports it or changes with it: a first test is missing.",
            "It is small (31 lines of code) and changed in 2 commits of the last 365 days.",
        ],
        "ask": "Alma",
        "score": pytest.approx((log2(4) + 2) * log2(3) / log2(32)),
    }


def test_more_to_do_comes_first() -> None:
    owners = [OWNER, {**OWNER, "path": B}]
    rows = places([{**SYMBOL, "path": B}, SYMBOL], [GAP | {"path": B}], owners)
    assert [row["path"] for row in rows] == [B, A]
    assert rows[1]["why"][0] == "`load` (line 12) is public and not documented."


def test_where_nothing_is_left_to_do_nobody_begins() -> None:
    """Tests that change with a file too seldom are a gap, but no missing test."""
    assert places() == []
    assert places(gaps=[{"path": A, "tests": ["tests/t.py"]}]) == []


@pytest.mark.parametrize(("lines", "is_place"), [(9, False), (10, True), (400, True), (401, False)])
def test_a_first_place_is_small_and_not_trivial(lines: int, is_place: bool) -> None:
    assert bool(places([SYMBOL], lines=lines)) is is_place


def test_the_hottest_tenth_is_no_place_to_begin() -> None:
    """Of 11 hotspots two are the hottest tenth, begun; of one alone it is that one."""
    others = {f"other{number}.py": number for number in range(1, 10)}
    assert places([SYMBOL], hot={A: 1}) == []
    assert places([SYMBOL], hot={**others, B: 99, A: 50}) == []
    assert places([SYMBOL], hot={**others, A: 5})


def test_a_first_place_is_alive() -> None:
    bot = Made("bump", 5, {A: "3"}, "bot", is_bot=True)
    assert places([SYMBOL], history=[Made("old", 400, {A: "0"}), bot]) == []


def test_a_first_place_has_somebody_to_ask() -> None:
    gone = {**OWNER, "person_id": "gone", "is_active": False}
    assert places([SYMBOL], owners=[gone]) == []
    bo = {**OWNER, "person_id": "bo", "person_name": "Bo", "authorship": 0.2}
    (row,) = places([SYMBOL], owners=[bo, gone, {**OWNER, "authorship": 0.7}])
    assert row["ask"] == "Alma"


def test_tests_are_no_first_places() -> None:
    path = "tests/t.py"
    assert places([{**SYMBOL, "path": path}], owners=[{**OWNER, "path": path}]) == []


def test_without_anything_there_are_no_rows() -> None:
    rows = first_places(
        files_of({}),
        table(hotspots.INSIGHT),
        table(test_gaps.INSIGHT),
        table(undocumented_symbols.INSIGHT),
        table(file_owners.INSIGHT),
        touches_of([], []),
        HEAD_TIME,
    )
    assert rows.is_empty()
    assert rows.columns == list(INSIGHT.columns)
