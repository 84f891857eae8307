"""The pictures of insights, as the Dagster UI shows them."""

import base64
import re
from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest

from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES, insight_of
from hyperion_pipelines.insights.figures.catalogue import FIGURES
from hyperion_pipelines.insights.figures.draw import figure_markdown, figure_svg
from hyperion_pipelines.insights.figures.kinds import Bands, Bars, Heat, Kind, Series

NUMBERS = pl.DataFrame(
    {"day": [date(2024, 1, 1), date(2024, 1, 2)], "commits": [3, None], "fixes": [1, 2]}
)
KINDS: Mapping[str, tuple[pl.DataFrame, Kind]] = {
    "bars": (pl.DataFrame({"path": ["a.py", "b.py"], "score": [2, 1]}), Bars(("path",), "score")),
    "series": (NUMBERS, Series("day", ("commits", "fixes"))),
    "bands": (
        pl.DataFrame({"at": [date(2023, 1, 1)] * 2, "year": [2021, 2022], "lines": [1, 2]}),
        Bands("at", "year", "lines"),
    ),
    "heat": (
        pl.DataFrame({"weekday": [1, 2], "hour": [9, 17], "commits": [4, 5]}),
        Heat("hour", "weekday", "commits"),
    ),
}


def texts(question: str, rows: pl.DataFrame, kind: Kind) -> list[str]:
    """What is written in a picture."""
    return re.findall(r">([^<>]+)</text>", figure_svg(question, rows, kind).decode())


@pytest.mark.parametrize("table", INSIGHT_TABLES)
def test_every_insight_has_a_picture_of_columns_that_it_has(table: str) -> None:
    kind = FIGURES[table]
    named = [
        name
        for value in vars(kind).values()
        if not isinstance(value, bool)
        for name in ([value] if isinstance(value, str) else value)
    ]
    assert named
    assert set(named) <= set(insight_of(table).columns)


@pytest.mark.parametrize("name", KINDS)
def test_a_picture_says_which_question_it_answers(name: str) -> None:
    rows, kind = KINDS[name]
    assert "What costs most?" in texts("What costs most?", rows, kind)


@pytest.mark.parametrize("name", KINDS)
def test_the_same_rows_give_the_same_bytes(name: str) -> None:
    rows, kind = KINDS[name]
    assert figure_svg("Why?", rows, kind) == figure_svg("Why?", rows, kind)


def test_bars_are_named_in_the_order_of_the_rows() -> None:
    rows, kind = KINDS["bars"]
    found = texts("Which?", rows, kind)
    assert found.index("b.py") < found.index("a.py")  # from the bottom of the axis


def test_summed_bars_have_the_longest_first() -> None:
    rows = pl.DataFrame({"name": ["Bo", "Alma", "Bo"], "lines": [2, 3, 2]})
    found = texts("Who?", rows, Bars(("name",), "lines", is_summed=True))
    assert found.index("Alma") < found.index("Bo")
    assert found.count("Bo") == 1


def test_of_a_long_path_the_end_is_kept_and_of_a_long_subject_the_beginning() -> None:
    rows = pl.DataFrame({"path": [f"{'x' * 60}/end.py"], "subject": [f"Fix {'y' * 60}"], "n": [1]})
    (label,) = [
        text for text in texts("Which?", rows, Bars(("path", "subject"), "n")) if "·" in text
    ]
    path, subject = label.split(" · ")
    assert path.startswith("…x")
    assert path.endswith("/end.py")
    assert subject.startswith("Fix y")
    assert subject.endswith("…")


def test_a_dollar_sign_begins_no_formula() -> None:
    rows = pl.DataFrame({"path": ["$a_{b"], "score": [1]})
    assert "$a_{b" in texts("What of $x$?", rows, Bars(("path",), "score"))


def test_without_rows_there_is_a_sentence() -> None:
    rows, kind = KINDS["bars"]
    assert figure_markdown("Which?", rows.clear(), kind) == "Which? There is nothing to show."


def test_the_markdown_holds_the_picture() -> None:
    rows, kind = KINDS["bars"]
    found = re.fullmatch(
        r"!\[Which\?\]\(data:image/svg\+xml;base64,(.*)\)", figure_markdown("Which?", rows, kind)
    )
    assert found
    assert base64.b64decode(found[1]) == figure_svg("Which?", rows, kind)
