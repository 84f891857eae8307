"""The summary's numbers, worked out by hand on a history of seven commits."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.code.analysis import SyntaxFrames
from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.code.update import read_dependencies, update_syntax
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.insights.summary import Summary, summarise
from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter, Person
from hyperion_pipelines.schemas import BLOB_METRICS, FUNCTIONS, IMPORTS
from hyperion_pipelines.stores.lake import DeltaLake

ADA, BEN = Person("Ada Ash", "ada@example.org"), Person("Ben Birch", "ben@example.net")
BOT = Person("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")
START = datetime(2022, 1, 1, tzinfo=UTC)

SIMPLE = "def area(side):\n    return side * side\n"
BRANCHED = "def area(side):\n    if side < 0:\n        return 0\n    return side * side\n"
TESTS = "import shapes.area\n\n\ndef test_area():\n    assert shapes.area.area(2) == 4\n"


def write(folder: Path) -> Path:
    """Two years: area.py is added, changed, moved to shapes/ and changed twice in the last year."""
    git_dir = folder / "shapes.git"

    def at(day: int) -> datetime:
        return START + timedelta(days=day)

    with HistoryWriter(git_dir) as writer:
        steps = [
            Commit(
                message="Area",
                files={"area.py": SIMPLE, "package.json": "{}\n"},
                author=ADA,
                time=at(0),
            ),
            Commit(
                message="fix: negative sides", files={"area.py": BRANCHED}, author=BEN, time=at(10)
            ),
            Commit(
                message="Move",
                files={},
                renames={"area.py": "shapes/area.py"},
                author=ADA,
                time=at(400),
            ),
            Commit(message="Test", files={"tests/test_area.py": TESTS}, author=ADA, time=at(700)),
            Commit(message="Bump", files={"package.json": '{"a": 1}\n'}, author=BOT, time=at(710)),
            Commit(
                message="Round",
                files={"shapes/area.py": BRANCHED + "\n\nZERO = 0\n"},
                author=ADA,
                time=at(720),
            ),
            Commit(
                message="Vendor", files={"vendor/big.py": BRANCHED * 3}, author=ADA, time=at(730)
            ),
        ]
        for step in steps:
            writer.add(step)
    return git_dir


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> Summary:
    folder = tmp_path_factory.mktemp("summary")
    git_dir, filters = write(folder), read_filters()
    refs = Mirror(git_dir, "").refs()
    assert refs is not None
    nothing = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())
    history = update_history(git_dir, refs, nothing)
    tree = read_tree(git_dir, refs.head_sha, filters)
    known = SyntaxFrames(BLOB_METRICS.to_frame(), FUNCTIONS.to_frame(), IMPORTS.to_frame())
    syntax = update_syntax(git_dir, history.changes, tree, known, filters=filters).tables
    tables = {
        "commits": history.commits,
        "changes": history.changes,
        "identities": history.identities,
        "refs": history.refs,
        "tree": tree,
        "blob_metrics": syntax.metrics,
        "functions": syntax.functions,
        "imports": syntax.imports,
        "dependencies": read_dependencies(git_dir, refs.head_sha, syntax.imports, tree),
    }
    lake = DeltaLake(folder / "lake")
    for table, frame in tables.items():
        lake.write(table, "shapes", frame.with_columns(repository=pl.lit("shapes")))
    return summarise(lake, "shapes")


def test_people_and_bots_are_counted_apart(summary: Summary) -> None:
    assert summary["history"] == {
        "commits": 7,
        "merges": 0,
        "fixes": 1,
        "reverts": 0,
        "authors": 2,
        "bots": 1,
        "first_commit": "2022-01-01",
        "last_commit": "2024-01-01",
        "branches": 1,
        "tags": 0,
    }


def test_languages_leave_out_what_is_vendored(summary: Summary) -> None:
    assert summary["languages"] == [
        {"language": "Python", "files": 2, "lines": 12},
        {"language": "JSON", "files": 1, "lines": 1},
    ]


def test_functions_are_those_of_the_project_not_its_tests(summary: Summary) -> None:
    functions = summary["complex_functions"]
    assert functions == [
        {
            "path": "shapes/area.py",
            "start_line": 1,
            "qualified_name": "area",
            "cyclomatic": 2,
            "cognitive": 1,
            "nesting": 1,
            "lines": 4,
        }
    ]


def test_changes_before_a_rename_count_for_the_file_of_today(summary: Summary) -> None:
    # 2 lines added, 2 more, none by the move, 3 more
    assert summary["changed_files"] == [
        {"path": "shapes/area.py", "commits": 4, "churn": 7, "authors": 2},
        {"path": "package.json", "commits": 2, "churn": 3, "authors": 2},
        {"path": "vendor/big.py", "commits": 1, "churn": 12, "authors": 1},
        {"path": "tests/test_area.py", "commits": 1, "churn": 5, "authors": 1},
    ]


def test_a_hotspot_multiplies_recent_commits_with_complexity(summary: Summary) -> None:
    # The move and the rounding lie in the year before the newest commit; the complexity is 2.
    assert summary["hotspots"] == [
        {
            "path": "shapes/area.py",
            "score": 4,
            "recent_commits": 2,
            "cyclomatic_sum": 2,
            "code_lines": 5,
            "authors": 2,
        }
    ]


def test_imports_are_counted_with_those_that_stay_inside(summary: Summary) -> None:
    assert summary["imports"] == {"imports": 1, "resolved_inside": 1}
