"""Only blobs that no present result covers are parsed, and the tables are those of parsing all."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.code.analysis import SyntaxFrames
from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.code.selection import source_blobs
from hyperion_pipelines.code.update import SyntaxUpdate, read_dependencies, update_syntax
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter, Person
from hyperion_pipelines.schemas import BLOB_METRICS, FUNCTIONS, IMPORTS, TREE

ADA = Person("Ada", "ada@example.org")
NOW = datetime(2024, 1, 1, tzinfo=UTC)
NOTHING = SyntaxFrames(BLOB_METRICS.to_frame(), FUNCTIONS.to_frame(), IMPORTS.to_frame())
NO_FILES = TREE.to_frame()
FIRST = {
    "app/main.py": "import app.tools\n\n\ndef run():\n    return 1\n",
    "app/tools.py": "def tool(x):\n    return eval(x) if x else None\n",
    "vendor/lib.py": "def vendored(): pass\n",
    "schema_pb2.py": "def generated(): pass\n",
    "query.sql": "select 1;\n\nselect 2;\n",
    "README.md": "# Read me\n",
    "copy/tools.py": "def tool(x):\n    return eval(x) if x else None\n",
}
SECOND = {"app/main.py": "import app.tools\n\n\ndef run():\n    return 2\n"}


@dataclass(frozen=True)
class Tables:
    """What the git stage hands to the code stage."""

    git_dir: Path
    head: str
    changes: pl.DataFrame
    tree: pl.DataFrame

    def sources(self, versions: pl.DataFrame = NO_FILES) -> pl.DataFrame:
        """The source blobs, where snapshots have the files *versions*."""
        return source_blobs(self.changes, self.tree, versions, read_filters())

    def syntax(
        self, known: SyntaxFrames = NOTHING, versions: pl.DataFrame = NO_FILES
    ) -> SyntaxUpdate:
        """The code stage, from *known* rows."""
        return update_syntax(self.git_dir, self.sources(versions), self.tree, known)


def tables(folder: Path, *commits: dict[str, str | None]) -> Tables:
    git_dir = folder / f"{len(commits)}.git"
    with HistoryWriter(git_dir) as writer:
        for files in commits:
            writer.add(Commit(message="Change", files=files, author=ADA, time=NOW))
    refs = Mirror(git_dir, "").refs()
    assert refs is not None
    nothing = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())
    history = update_history(git_dir, refs, nothing)
    tree = read_tree(git_dir, refs.head_sha, read_filters())
    return Tables(git_dir, refs.head_sha, history.changes, tree)


@pytest.fixture
def first(tmp_path: Path) -> Tables:
    return tables(tmp_path, dict(FIRST))


@pytest.fixture
def second(tmp_path: Path) -> Tables:
    return tables(tmp_path, dict(FIRST), dict(SECOND))


def kept_rows(update: SyntaxUpdate) -> SyntaxFrames:
    """The tables of an update as the lake gives them back."""
    named = pl.lit("repository").alias("repository")
    tables = update.tables
    frames = (getattr(tables, each.name) for each in fields(SyntaxFrames))
    return SyntaxFrames(*(frame.with_columns(named) for frame in frames))


def assert_same(left: SyntaxUpdate, right: SyntaxUpdate) -> None:
    for each in fields(SyntaxFrames):
        assert_frame_equal(getattr(left.tables, each.name), getattr(right.tables, each.name))


def test_source_is_code_that_is_not_vendored_each_content_once(first: Tables) -> None:
    sources = first.sources()
    assert sources["path"].to_list() == [
        "app/main.py",
        "app/tools.py",
        "query.sql",
        "schema_pb2.py",
    ]
    assert sources.filter("path_generated")["path"].to_list() == ["schema_pb2.py"]


def test_what_is_not_parsed_is_counted_and_says_why(first: Tables) -> None:
    metrics = first.syntax().tables.metrics
    reasons = dict(metrics.drop_nulls("skipped").select("skipped", "lines").rows())
    assert reasons == {"generated": 1, "no grammar": 3}


def test_functions_are_given_for_every_path_of_a_blob(first: Tables) -> None:
    functions = first.syntax().tables.functions.select("path", "name").rows()
    assert functions == [
        ("app/main.py", "run"),
        ("app/tools.py", "tool"),
        ("copy/tools.py", "tool"),
    ]


def test_dangerous_calls_are_given_for_every_path_of_a_blob(first: Tables) -> None:
    calls = first.syntax().tables.dangerous_calls.select("path", "line", "rule", "function").rows()
    assert calls == [
        ("app/tools.py", 2, "code-evaluation", "tool"),
        ("copy/tools.py", 2, "code-evaluation", "tool"),
    ]


def test_calls_are_given_once_a_blob_of_head_whatever_number_of_paths_it_has(
    first: Tables, second: Tables
) -> None:
    tool = first.tree.filter(pl.col("path") == "app/tools.py")["blob"].item()
    sites = first.syntax().tables.call_sites.drop("blob").rows()
    assert sites == [("tool", 1, "eval", None, 1, 2, 1)]
    assert second.syntax().tables.call_sites["blob"].to_list() == [tool]


def test_the_calls_of_what_is_no_longer_at_head_are_gone(first: Tables, tmp_path: Path) -> None:
    no_tools: dict[str, str | None] = {"app/tools.py": None, "copy/tools.py": "run()\nrun()\n"}
    after = tables(tmp_path, dict(FIRST), no_tools)
    updated = after.syntax(kept_rows(first.syntax()))
    columns = ["function", "name", "calls"]
    assert updated.tables.call_sites.select(columns).rows() == [(None, "run", 2)]
    assert_same(updated, after.syntax())


def test_after_a_commit_only_its_blob_is_parsed(first: Tables, second: Tables) -> None:
    before = first.syntax()
    after = second.syntax(kept_rows(before))
    assert (before.parsed, after.parsed) == (4, 1)
    assert_same(after, second.syntax())


def test_a_file_that_comes_back_to_head_has_its_functions_again(
    first: Tables, second: Tables, tmp_path: Path
) -> None:
    third = tables(tmp_path, dict(FIRST), dict(SECOND), {"app/main.py": FIRST["app/main.py"]})
    after = third.syntax(kept_rows(second.syntax(kept_rows(first.syntax()))))
    assert after.parsed == 1
    assert_same(after, third.syntax())


def test_a_blob_of_a_snapshot_keeps_its_imports_and_not_its_functions(
    first: Tables, second: Tables
) -> None:
    """The first `app/main.py` is no longer at HEAD."""
    syntax = second.syntax(versions=first.tree)
    (blob,) = first.tree.filter(pl.col("path") == "app/main.py")["blob"]
    kept = syntax.tables.metrics.filter(pl.col("blob") == blob)
    assert kept.select("at_head", "in_snapshot").rows() == [(False, True)]
    assert blob in syntax.tables.imports["blob"].to_list()
    assert blob not in syntax.tables.functions["blob"].to_list()
    assert blob not in second.syntax().tables.imports["blob"].to_list()


def test_a_blob_that_is_in_a_snapshot_for_the_first_time_is_parsed_for_its_imports(
    first: Tables, second: Tables
) -> None:
    known = kept_rows(second.syntax())
    after = second.syntax(known, versions=first.tree)
    assert after.parsed == 1
    assert_same(after, second.syntax(versions=first.tree))


def test_what_was_at_head_and_is_in_a_snapshot_is_not_parsed_again(
    first: Tables, second: Tables
) -> None:
    after = second.syntax(kept_rows(first.syntax()), versions=first.tree)
    assert after.parsed == 1
    assert_same(after, second.syntax(versions=first.tree))


def test_a_blob_that_only_a_snapshot_has_is_source_too(first: Tables, tmp_path: Path) -> None:
    """So are those that a merge made."""
    other = tables(tmp_path, {"lib.py": "import os\n"}, {}, {})
    blobs = set(first.sources(other.tree)["blob"]) - set(first.sources()["blob"])
    assert blobs == set(other.tree["blob"])


def test_what_an_older_grammar_made_is_parsed_again(first: Tables) -> None:
    known = kept_rows(first.syntax())
    older = (
        pl.when(pl.col("language") == "Python").then(pl.lit("older")).otherwise("grammar_version")
    )
    outdated = SyntaxFrames(
        known.metrics.with_columns(older.alias("grammar_version")), known.functions, known.imports
    )
    again = first.syntax(outdated)
    assert again.parsed == 3
    assert_same(again, first.syntax())


def test_a_blob_whose_paths_change_their_meaning_is_parsed_again(
    first: Tables, tmp_path: Path
) -> None:
    moved = tables(tmp_path, dict(FIRST), {"plain.py": FIRST["schema_pb2.py"]})
    after = moved.syntax(kept_rows(first.syntax()))
    assert after.parsed == 1
    assert_same(after, moved.syntax())


def test_imports_lead_to_files_of_the_repository(first: Tables) -> None:
    imports = first.syntax().tables.imports
    edges = read_dependencies(first.git_dir, first.head, imports, first.tree)
    assert edges.select("from_path", "to_path").rows() == [("app/main.py", "app/tools.py")]
