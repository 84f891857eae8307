"""What to read first, and whom to ask about it."""

from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.insights.people.file_owners import INSIGHT as OWNERS
from hyperion_pipelines.insights.people.reading_order import INSIGHT, reading_order
from hyperion_pipelines.schemas import DEPENDENCIES, FUNCTIONS
from tests.unit.insights.code_tables import Measured, files_of
from tests.unit.insights.lifetimes import HEAD_TIME, days_before_head, rows_of

LARGE, SMALL = Measured(3, code_lines=127), Measured(1, code_lines=7)


def owner(
    path: str, person: str, authorship: float, days: float, *, is_active: bool
) -> dict[str, Any]:
    """A person who knows *path*, and last committed to it some days before HEAD."""
    return {
        "path": path,
        "person_id": person,
        "person_name": person.title(),
        "is_active": is_active,
        "authorship": authorship,
        "last_touch": days_before_head(days),
    }


def order(
    files: dict[str, Measured | None],
    imports: str = "",
    owners: list[dict[str, Any]] | None = None,
    documented: dict[str, list[bool]] | None = None,
) -> pl.DataFrame:
    """The rows for *files*; *imports* are `importer>imported`, *documented* speaks of functions."""
    edges = [edge.split(">") for edge in imports.split()]
    functions = [
        {"path": path, "docstring": "Says it." if has_docstring else None}
        for path, docstrings in (documented or {}).items()
        for has_docstring in docstrings
    ]
    return reading_order(
        files_of(files),
        rows_of(DEPENDENCIES, [{"from_path": start, "to_path": end} for start, end in edges]),
        rows_of(OWNERS.schema, owners or []).drop("repository"),
        rows_of(FUNCTIONS, functions),
        HEAD_TIME,
    )


def paths(rows: pl.DataFrame) -> list[str]:
    return rows["path"].to_list()


def test_a_file_is_described_in_numbers_and_in_words() -> None:
    """Only a imports b: of two files its PageRank is 1 - 0.5 / 1.425, the average 0.5."""
    rows = order(
        {"lib/a.py": SMALL, "lib/b.py": LARGE},
        "lib/a.py>lib/b.py",
        [owner("lib/b.py", "alma", 1.0, 180, is_active=True)],
        {"lib/b.py": [True, True, False]},
    )
    assert rows.row(0, named=True) == {
        "area": "lib",
        "rank": 1,
        "path": "lib/b.py",
        "centrality": pytest.approx(2 * (1 - 0.5 / 1.425)),
        "last_changed_days": 180.0,
        "is_documented": True,
        "ask": "Alma",
        "why": [
            "1 source file imports it.",
            "Nobody has had to change it for 180 days.",
            "67 % of its functions are documented.",
            "It has 127 lines of code.",
        ],
    }
    assert rows.row(1, named=True) == {
        "area": "lib",
        "rank": 2,
        "path": "lib/a.py",
        "centrality": pytest.approx(2 * 0.5 / 1.425),
        "last_changed_days": None,
        "is_documented": None,
        "ask": None,
        "why": ["It has 7 lines of code."],
    }


def test_what_is_stable_and_documented_comes_before_its_like() -> None:
    """All are as central and as long: the factors are 1 + 0.5, 1 + 0.25 and 1."""
    rows = order(
        {"lib/a.py": SMALL, "lib/b.py": SMALL, "lib/c.py": SMALL},
        owners=[owner("lib/c.py", "bo", 1.0, 180, is_active=False)],
        documented={"lib/b.py": [True, False, False, False]},
    )
    assert paths(rows) == ["lib/c.py", "lib/b.py", "lib/a.py"]


def test_what_much_builds_on_comes_first_unless_it_says_little() -> None:
    """A file of no lines of code has a score of log2(1 + 0) = 0."""
    leaves = {f"lib/leaf{number}.py": SMALL for number in range(3)}
    imports = " ".join(f"{leaf}>lib/base.py" for leaf in leaves)
    assert paths(order({**leaves, "lib/base.py": SMALL}, imports))[0] == "lib/base.py"
    empty = Measured(0, code_lines=0)
    assert paths(order({**leaves, "lib/base.py": empty}, imports))[-1] == "lib/base.py"


def test_the_active_person_who_knows_most_is_asked() -> None:
    owners = [
        owner("lib/a.py", "gone", 1.0, 900, is_active=False),
        owner("lib/a.py", "bo", 0.4, 40, is_active=True),
        owner("lib/a.py", "alma", 0.6, 60, is_active=True),
        owner("lib/b.py", "gone", 1.0, 900, is_active=False),
    ]
    rows = order({"lib/a.py": SMALL, "lib/b.py": SMALL}, owners=owners)
    asked = dict(rows.select("path", "ask").iter_rows())
    assert asked == {"lib/a.py": "Alma", "lib/b.py": None}


def test_an_area_has_ten_files_at_most_and_twelve_areas_are_shown() -> None:
    many = {f"area{area:02}/{name}.py": SMALL for area in range(13) for name in "abcdefghijkl"}
    rows = order({**many, "area00/large.py": LARGE})
    assert rows["area"].n_unique() == 12
    assert rows.group_by("area").len()["len"].unique().to_list() == [10]
    assert rows["rank"].to_list() == list(range(1, 11)) * 12


def test_tests_and_what_is_not_parsed_are_not_for_reading() -> None:
    assert paths(order({"lib/a.py": SMALL, "tests/a.py": LARGE, "lib/data.yaml": None})) == [
        "lib/a.py"
    ]


def test_without_files_there_are_no_rows() -> None:
    assert order({}).is_empty()
    assert order({}).columns == list(INSIGHT.columns)
