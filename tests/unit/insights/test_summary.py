"""The summary of a small history, its values worked out by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.code.analysis import SyntaxFrames
from hyperion_pipelines.code.paths import PathFilters, read_filters
from hyperion_pipelines.code.selection import source_blobs
from hyperion_pipelines.code.snapshots import read_snapshots
from hyperion_pipelines.code.update import read_dependencies, update_syntax
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.insights.summary import Summary, summarise
from hyperion_pipelines.lines.update import HistoryTables, update_line_history
from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter, Person
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stores.lake import DeltaLake

ALMA, BO = Person("Alma", "alma@shop.org"), Person("Bo", "bo@shop.org")
BOT = Person("dependabot[bot]", "support@dependabot.com")

BRANCHING = "def rate(x):\n    if x:\n        return 1\n    return 2\n"  # cyclomatic 2, 4 lines
PLAIN = "import rate\n\n\ndef main():\n    return rate.rate(1)\n"  # cyclomatic 1, 5 lines
LOOPS = "def many(x):\n    for y in x:\n        if y and x:\n            print(y)\n"  # 1+1+1+1
TEST = "def test_it(x):\n" + "    if x:\n        pass\n" * 9


def commit(year: int, author: Person, files: Mapping[str, str | None], message: str) -> Commit:
    """A commit of the first of June of a year."""
    when = datetime(year, 6, 1, tzinfo=UTC)
    return Commit(message=message, files=files, author=author, time=when)


Tables = Mapping[str, pl.DataFrame]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Those of a history in which `price.py` became `rate.py`, and a side branch was merged."""
    folder = tmp_path_factory.mktemp("summary")
    with HistoryWriter(folder / "shop.git") as writer:
        writer.add(commit(2021, ALMA, {"price.py": BRANCHING, "vendor/big.py": TEST}, "Start"))
        renamed = commit(2022, BO, {}, "Rename")
        base = writer.add(replace(renamed, renames={"price.py": "rate.py"}))
        writer.add(commit(2023, ALMA, {"main.py": PLAIN, "tests/test_it.py": TEST}, "Use it"))
        bumped = commit(2024, BOT, {"data.json": "{}\n"}, "Bump")
        side = writer.add(replace(bumped, branch="side", parents=[base]))
        tip = writer.add(commit(2024, BO, {"rate.py": BRANCHING + LOOPS}, "Fix the rate"))
        merged = commit(2024, ALMA, {"data.json": "{}\n"}, "Merge side")
        writer.add(replace(merged, parents=[tip, side]))
        writer.tag("v1", tip)
    return tables_of(Mirror(folder / "mirror.git", str(folder / "shop.git")))


def tables_of(mirror: Mirror) -> Tables:
    """All tables of the mirror's history, as the pipeline makes them."""
    refs, filters = mirror.update(), read_filters(None)
    unknown = {table: schema.to_frame() for table, schema in TABLES.items()}
    history = update_history(
        mirror.git_dir, refs, LogFrames(unknown["commits"], unknown["changes"])
    )
    tree = read_tree(mirror.git_dir, refs.head_sha, filters)
    known = SyntaxFrames(unknown["blob_metrics"], unknown["functions"], unknown["imports"])
    snapshots = read_snapshots(mirror.git_dir, history.commits, refs.head_sha)
    sources = source_blobs(history.changes, tree, snapshots.versions, filters)
    syntax = update_syntax(mirror.git_dir, sources, tree, known).tables
    edges = read_dependencies(mirror.git_dir, refs.head_sha, syntax.imports, tree)
    lines = update_line_history(
        mirror.git_dir, HistoryTables(history.commits, history.changes, tree), refs.head_sha
    )
    return {
        "commits": history.commits,
        "changes": history.changes,
        "identities": history.identities,
        "refs": history.refs,
        "tree": tree,
        "blob_metrics": syntax.metrics,
        "functions": syntax.functions,
        "imports": syntax.imports,
        "dependencies": edges,
        "line_origins": lines.origins,
        "line_removals": lines.removals,
    }


def summary_of(folder: Path, tables: Tables, filters: PathFilters | None = None) -> Summary:
    """The summary of a lake that holds just *tables*."""
    lake = DeltaLake(folder)
    for table, frame in tables.items():
        lake.write(table, "shop", frame)
    return summarise(lake, "shop", filters or read_filters())


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory, tables: Tables) -> Mapping[str, Any]:
    """The summary of the whole history."""
    return summary_of(tmp_path_factory.mktemp("lake"), tables)


def test_the_history_is_counted(summary: Mapping[str, Any]) -> None:
    assert summary["repository"] == "shop"
    assert summary["history"] == {
        "commits": 6,
        "merges": 1,
        "fixes": 1,
        "reverts": 0,
        "authors": 2,
        "bots": 1,
        "first_commit": "2021-06-01",
        "last_commit": "2024-06-01",
        "branches": 2,
        "tags": 1,
    }


def test_languages_leave_vendored_files_out(summary: Mapping[str, Any]) -> None:
    """Python: rate.py 8 lines, main.py 5, tests/test_it.py 19; JSON: one line."""
    assert summary["languages"] == [
        {"language": "Python", "files": 3, "lines": 32},
        {"language": "JSON", "files": 1, "lines": 1},
    ]


def test_the_age_is_that_of_the_lines_that_the_languages_count(
    summary: Mapping[str, Any],
) -> None:
    """4 lines are three years old (one of them a leap year), 24 one year, and 5 are new."""
    assert summary["code_age"] == {
        "lines": 33,
        "median_age_days": 366.0,
        "oldest_tenth_age_days": 1096.0,
        "half_life_days": None,
        "surviving_share": 1.0,
    }


def test_a_renamed_files_lines_stay_those_of_who_wrote_them(summary: Mapping[str, Any]) -> None:
    """Bo renamed Alma's file; what is vendored is nobody's."""
    authors = [(row["person_name"], row["lines"]) for row in summary["line_authors"]]
    assert authors == [("Alma", 4 + 5 + 19), ("Bo", 4), ("dependabot[bot]", 1)]
    assert [row["is_bot"] for row in summary["line_authors"]] == [False, False, True]


def test_a_repositorys_own_filters_say_whose_lines_count(tmp_path: Path, tables: Tables) -> None:
    """Where nothing is vendored, Alma wrote the 19 lines of vendor/big.py too."""
    filters = read_filters().model_copy(update={"vendored": ()})
    summary: Mapping[str, Any] = summary_of(tmp_path, tables, filters)
    assert [row["lines"] for row in summary["line_authors"]] == [4 + 5 + 19 + 19, 4, 1]


def test_without_the_tables_of_lines_the_rest_is_the_same(
    tmp_path: Path, tables: Tables, summary: Mapping[str, Any]
) -> None:
    others = {name: table for name, table in tables.items() if not name.startswith("line_")}
    nothing: dict[str, Any] = {"code_age": None, "line_authors": []}
    assert summary_of(tmp_path, others) == {**summary, **nothing}


def test_the_most_complex_functions_leave_tests_out(summary: Mapping[str, Any]) -> None:
    """Of many, the loop counts 1, the condition in it 2 as it is nested, and its `and` 1."""
    functions = summary["complex_functions"]
    assert [(row["qualified_name"], row["path"], row["start_line"]) for row in functions] == [
        ("many", "rate.py", 5),
        ("rate", "rate.py", 1),
        ("main", "main.py", 4),
    ]
    measures = ("cyclomatic", "cognitive", "nesting", "lines")
    assert [tuple(row[measure] for measure in measures) for row in functions] == [
        (4, 4, 2, 4),
        (2, 1, 1, 4),
        (1, 0, 0, 2),
    ]


def test_a_renamed_file_keeps_its_changes(summary: Mapping[str, Any]) -> None:
    """Of rate.py 4 lines were added as price.py, and 4 later; Bo's rename changed none."""
    assert summary["changed_files"] == [
        {"path": "rate.py", "commits": 3, "churn": 8, "authors": 2},
        {"path": "tests/test_it.py", "commits": 1, "churn": 19, "authors": 1},
        {"path": "vendor/big.py", "commits": 1, "churn": 19, "authors": 1},
        {"path": "main.py", "commits": 1, "churn": 5, "authors": 1},
        {"path": "data.json", "commits": 1, "churn": 1, "authors": 1},
    ]


def test_a_hotspot_is_complex_and_changed_in_the_last_year(summary: Mapping[str, Any]) -> None:
    """One commit to rate.py since June 2023, at complexity 2 + 4; main.py is older than that."""
    (hotspot,) = summary["hotspots"]
    assert (hotspot["path"], hotspot["code_lines"], hotspot["authors"]) == ("rate.py", 8, 1)
    assert (hotspot["commits"], hotspot["cyclomatic"], hotspot["score"]) == (1, 6, 6)


def test_imports_are_counted_with_those_that_stay_inside(summary: Mapping[str, Any]) -> None:
    assert summary["imports"] == {"imports": 1, "resolved_inside": 1}
