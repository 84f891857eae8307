"""The summary of a small history, its values worked out by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hyperion_pipelines.code.analysis import SyntaxFrames
from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.code.update import read_dependencies, update_syntax
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.insights.summary import summarise
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


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Of a history in which `price.py` became `rate.py`, and a side branch was merged."""
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
    lake = DeltaLake(folder / "lake")
    fill(lake, Mirror(folder / "mirror.git", str(folder / "shop.git")))
    return summarise(lake, "shop")


def fill(lake: DeltaLake, mirror: Mirror) -> None:
    """Make all tables of the mirror's history, as the pipeline does."""
    refs, filters = mirror.update(), read_filters(None)
    unknown = {table: schema.to_frame() for table, schema in TABLES.items()}
    history = update_history(
        mirror.git_dir, refs, LogFrames(unknown["commits"], unknown["changes"])
    )
    tree = read_tree(mirror.git_dir, refs.head_sha, filters)
    known = SyntaxFrames(unknown["blob_metrics"], unknown["functions"], unknown["imports"])
    syntax = update_syntax(mirror.git_dir, history.changes, tree, known, filters=filters).tables
    edges = read_dependencies(mirror.git_dir, refs.head_sha, syntax.imports, tree)
    made = {
        "commits": history.commits,
        "changes": history.changes,
        "identities": history.identities,
        "refs": history.refs,
        "tree": tree,
        "blob_metrics": syntax.metrics,
        "functions": syntax.functions,
        "imports": syntax.imports,
        "dependencies": edges,
    }
    for table, frame in made.items():
        lake.write(table, "shop", frame)


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
    assert (hotspot["path"], hotspot["code_lines"], hotspot["authors"]) == ("rate.py", 8, 2)
    assert (hotspot["recent_commits"], hotspot["cyclomatic_sum"], hotspot["score"]) == (1, 6, 6)


def test_imports_are_counted_with_those_that_stay_inside(summary: Mapping[str, Any]) -> None:
    assert summary["imports"] == {"imports": 1, "resolved_inside": 1}
