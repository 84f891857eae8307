"""Which public functions should be documented first."""

from math import log2
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.insights.code.undocumented_symbols import INSIGHT, undocumented_symbols
from hyperion_pipelines.schemas import DEPENDENCIES, FUNCTIONS
from tests.unit.insights.code_tables import Made, Measured, files_of, touches_of
from tests.unit.insights.lifetimes import HEAD_TIME, rows_of

PATHS = ["lib/a.py", "lib/b.py", "src/c.py", "src/d.c", "src/d.h", "tests/t.py"]


def function(path: str = "lib/a.py", name: str = "load", **values: object) -> dict[str, Any]:
    """A public function of seven lines without a docstring."""
    described = {"name": name, "qualified_name": name, "start_line": 1, "lines": 7, "cognitive": 2}
    return {"path": path, "is_public": True, **described, **values}


def symbols(
    *functions: dict[str, Any], imports: str = "", history: list[Made] | None = None
) -> pl.DataFrame:
    """The rows for *functions*; of the *imports*, each is `importer>imported`."""
    edges: list[dict[str, str]] = [
        dict(zip(("from_path", "to_path"), edge.split(">"), strict=True))
        for edge in imports.split()
    ]
    return undocumented_symbols(
        rows_of(FUNCTIONS, functions),
        files_of({path: Measured(1) for path in PATHS}),
        rows_of(DEPENDENCIES, edges),
        touches_of(history or [], PATHS),
        HEAD_TIME,
    )


def names(rows: pl.DataFrame) -> list[str]:
    return rows["symbol"].to_list()


def test_the_score_grows_with_length_dependents_and_recent_commits() -> None:
    """Seven lines, three dependents, one commit of this year by a person: 3 x (1 + 2 + 1)."""
    (row,) = symbols(
        function(),
        imports="lib/b.py>lib/a.py src/c.py>lib/a.py src/c.py>lib/a.py tests/t.py>lib/a.py",
        history=[
            Made("old", 400, {"lib/a.py": "1"}),
            Made("bump", 20, {"lib/a.py": "2"}, "bot", is_bot=True),
            Made("new", 10, {"lib/a.py": "3"}),
        ],
    ).to_dicts()
    assert row == {
        "path": "lib/a.py",
        "symbol": "load",
        "start_line": 1,
        "lines": 7,
        "cognitive": 2,
        "dependents": 3,
        "commits": 1,
        "score": pytest.approx(log2(8) * (1 + log2(4) + log2(2))),
    }


def test_the_most_read_comes_first() -> None:
    rows = symbols(
        function("lib/b.py", "long", lines=60),
        function(name="used"),
        imports="lib/b.py>lib/a.py src/c.py>lib/a.py src/d.c>lib/a.py",
    )
    assert names(rows) == ["used", "long"]


@pytest.mark.parametrize(
    "values",
    [
        {"docstring": "Loads."},
        {"is_public": False},
        {"is_public": None},
        {"lines": 3},
        {"path": "tests/t.py"},
        {"path": "vendor/v.py"},
    ],
)
def test_what_needs_no_docstring_is_left_out(values: dict[str, Any]) -> None:
    assert symbols(function(**values)).is_empty()


def test_an_empty_docstring_documents_nothing() -> None:
    assert names(symbols(function(docstring=" \n"))) == ["load"]


def test_what_documents_one_overload_documents_all() -> None:
    rows = symbols(
        function(start_line=1),
        function(start_line=9, docstring="Loads."),
        function("lib/b.py", start_line=9),
    )
    assert rows.select("path", "symbol").rows() == [("lib/b.py", "load")]


def test_who_includes_a_header_depends_on_the_source_beside_it() -> None:
    """Two others include the header; that the source does so too is no dependence."""
    (row,) = symbols(
        function("src/d.c"), imports="src/c.py>src/d.h lib/a.py>src/d.h src/d.c>src/d.h"
    ).to_dicts()
    assert row["dependents"] == 2


def test_without_functions_there_are_no_rows() -> None:
    assert symbols().is_empty()
    assert symbols().columns == list(INSIGHT.columns)
