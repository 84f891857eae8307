"""Which file imported which at the turns of the quarters, resolved once a snapshot."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hyperion_pipelines.checks import count_offenders
from hyperion_pipelines.code.analysis import SyntaxFrames
from hyperion_pipelines.code.dependency_history import (
    DependencyHistory,
    update_dependency_history,
)
from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.code.selection import source_blobs
from hyperion_pipelines.code.snapshots import read_snapshots
from hyperion_pipelines.code.update import read_dependencies, update_syntax
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.sample.history_writer import Commit, Content
from hyperion_pipelines.schemas import (
    BLOB_METRICS,
    DEPENDENCY_HISTORY,
    FUNCTIONS,
    IMPORTS,
    SNAPSHOTS,
)
from tests.histories import Refs, commit_of, point_refs, write_history

# The turns after the start of the tests' histories, 29 February 2024.
APRIL, JULY, OCTOBER, JANUARY = "2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01"
NOTHING = DependencyHistory(SNAPSHOTS.to_frame(), DEPENDENCY_HISTORY.to_frame())
NO_LOG = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())


def month(
    number: int, files: Mapping[str, Content], parents: Sequence[int] | None = None
) -> Commit:
    """A commit that many times 30 days after the start."""
    return commit_of(files, parents=parents, hours=30 * 24 * number)


@dataclass(frozen=True)
class Made:
    """What the code stage leaves behind."""

    syntax: SyntaxFrames
    history: DependencyHistory

    @property
    def stretches(self) -> list[tuple[str, str, str, str | None]]:
        """The rows of `dependency_history`, times as days."""
        times = pl.col("since", "until").dt.to_string("%Y-%m-%d")
        return self.history.edges.with_columns(times).rows()


FIRST = Made(
    SyntaxFrames(BLOB_METRICS.to_frame(), FUNCTIONS.to_frame(), IMPORTS.to_frame()), NOTHING
)


def make(git_dir: Path, known: Made = FIRST) -> Made:
    """The code stage on the refs as they are, from what it left behind before."""
    refs = Mirror(git_dir, "").refs()
    assert refs is not None
    log = update_history(git_dir, refs, NO_LOG)
    tree = read_tree(git_dir, refs.head_sha, read_filters())
    snapshots = read_snapshots(git_dir, log.commits, refs.head_sha)
    sources = source_blobs(log.changes, tree, snapshots.versions, read_filters())
    syntax = update_syntax(git_dir, sources, tree, known.syntax).tables
    history = update_dependency_history(git_dir, snapshots, syntax.imports, known.history)
    return Made(syntax, history)


def make_all(folder: Path, *history: Commit) -> Made:
    """The code stage on a new repository with this history."""
    write_history(folder / "source.git", history)
    return make(folder / "source.git")


def assert_same(ours: Made, theirs: Made) -> None:
    assert_frame_equal(ours.history.snapshots, theirs.history.snapshots)
    assert_frame_equal(ours.history.edges, theirs.history.edges)
    assert_frame_equal(ours.syntax.imports, theirs.syntax.imports)
    assert_frame_equal(ours.syntax.functions, theirs.syntax.functions)
    assert_frame_equal(ours.syntax.metrics, theirs.syntax.metrics)


LONG = (
    month(0, {"shop.py": "import cart\n", "cart.py": "", "page.py": ""}),
    month(2, {"page.py": "import cart\nfrom cart import total\nimport os\n"}),
    month(5, {"shop.py": "import basket\n", "cart.py": None, "basket.py": "import shop\n"}),
    month(8, {"shop.py": "import cart\n", "cart.py": "", "basket.py": None}),
    month(11, {"README.md": "# Shop\n"}),
)


def test_an_edge_lasts_from_the_turn_that_first_sees_it_to_the_first_that_does_not(
    tmp_path: Path,
) -> None:
    """What imports a file twice is one edge; what leaves the repository is none."""
    assert make_all(tmp_path, *LONG).stretches == [
        ("basket.py", "shop.py", OCTOBER, JANUARY),
        ("page.py", "cart.py", JULY, OCTOBER),
        ("page.py", "cart.py", JANUARY, None),
        ("shop.py", "basket.py", OCTOBER, JANUARY),
        ("shop.py", "cart.py", APRIL, OCTOBER),
        ("shop.py", "cart.py", JANUARY, None),
    ]


def test_at_each_turn_the_edges_are_the_dependencies_of_its_commit(tmp_path: Path) -> None:
    shas = write_history(tmp_path / "source.git", LONG)
    made = make(tmp_path / "source.git")
    assert made.history.snapshots["sha"].to_list() == shas[:4]
    for sha, turn in made.history.snapshots.select("sha", "since").iter_rows():
        tree = read_tree(tmp_path / "source.git", sha, read_filters())
        found = read_dependencies(tmp_path / "source.git", sha, made.syntax.imports, tree)
        there = made.history.edges.filter(
            pl.col("since") <= turn, (pl.col("until") > turn) | pl.col("until").is_null()
        )
        expected = found.select("from_path", "to_path").drop_nulls().unique()
        assert set(there.select("from_path", "to_path").rows()) == set(expected.rows())


def test_the_configuration_of_the_time_decides_where_imports_lead(tmp_path: Path) -> None:
    config = '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["%s/*"]}}}\n'
    start = {"old/a.ts": "", "new/a.ts": "", "main.ts": "import '@/a'\n"}
    history = (
        month(0, start | {"tsconfig.json": config % "old"}),
        month(2, {"tsconfig.json": config % "new"}),
        month(5, {"README.md": "# Shop\n"}),
    )
    assert make_all(tmp_path, *history).stretches == [
        ("main.ts", "new/a.ts", JULY, None),
        ("main.ts", "old/a.ts", APRIL, JULY),
    ]


def test_a_file_that_only_a_merge_has_is_read(tmp_path: Path) -> None:
    """A merge joins two changes of a file to contents that no change of a commit names."""
    history = (
        month(0, {"a.py": "", "b.py": "", "main.py": "\n"}),
        month(0, {"main.py": "import a\n\n"}),
        month(0, {"main.py": "\nimport b\n"}, parents=[1]),
        month(0, {"main.py": "import a\nimport b\n"}, parents=[2, 3]),
        month(2, {"main.py": ""}),
    )
    assert make_all(tmp_path, *history).stretches == [
        ("main.py", "a.py", APRIL, None),
        ("main.py", "b.py", APRIL, None),
    ]


def test_a_young_repository_has_no_stretches(tmp_path: Path) -> None:
    made = make_all(tmp_path, *LONG[:1])
    assert made.stretches == []
    assert made.history.snapshots.is_empty()


@pytest.mark.parametrize(
    ("before", "after", "resolved"),
    [(5, 5, 0), (4, 5, 1), (1, 5, 4), (5, 3, 0)],
    ids=["the same", "one turn more", "the first turns", "a HEAD further back"],
)
def test_only_new_snapshots_are_resolved(
    before: int, after: int, resolved: int, tmp_path: Path
) -> None:
    git_dir = tmp_path / "source.git"
    shas = write_history(git_dir, LONG)
    point_refs(git_dir, Refs({"main": before}), shas)
    known = make(git_dir)
    point_refs(git_dir, Refs({"main": after}), shas)
    made = make(git_dir, known)
    assert made.history.resolved == resolved
    assert_same(made, make(git_dir))


def test_a_snapshot_whose_files_are_now_read_in_another_language_is_resolved_again(
    tmp_path: Path,
) -> None:
    """Its contents turn up in files of another language, more of them than the old ones."""
    git_dir = tmp_path / "source.git"
    python = "import cart\n"
    history = (
        month(0, {"shop.py": python, "cart.py": ""}),
        month(2, {"README.md": "# Shop\n"}),
        month(3, {"a.rb": python, "b.rb": python, "c.rb": python, "d.rb": python}),
    )
    shas = write_history(git_dir, history)
    point_refs(git_dir, Refs({"main": 2}), shas)
    known = make(git_dir)
    assert known.stretches == [("shop.py", "cart.py", APRIL, None)]
    point_refs(git_dir, Refs({"main": 3}), shas)
    made = make(git_dir, known)
    assert made.history.resolved == 1
    assert_same(made, make(git_dir))


CONTENTS: tuple[str, ...] = (
    "",
    "import a\n",
    "import b\nimport a\n",
    "import './c.js'\n",
    "from . import c\n",
)
PATHS: tuple[str, ...] = ("a.py", "b.py", "c.py", "lib/a.py", "c.js", "d.js", "vendor/b.py")


@st.composite
def long_histories(draw: st.DrawFn) -> list[Commit]:
    """Commits of one to eight months' distance (some back in time), on any earlier commit."""
    changes = st.dictionaries(
        st.sampled_from(PATHS), st.none() | st.sampled_from(CONTENTS), min_size=1, max_size=3
    )
    months, history = 0, list[Commit]()
    for mark in range(1, draw(st.integers(2, 8)) + 1):
        months += draw(st.sampled_from([-2, 1, 1, 2, 2, 4, 8]))
        goes_on = mark > 1 and draw(st.integers(0, 3)) > 0
        earlier = st.lists(st.integers(1, mark - 1), min_size=1, max_size=2, unique=True)
        parents = [mark - 1] if goes_on else draw(earlier) if mark > 1 else []
        history.append(month(months, draw(changes), parents))
    return history


@settings(max_examples=6, deadline=None)
@given(long_histories(), st.data())
def test_any_history_seen_first_at_another_head_gives_the_same_tables(
    history: list[Commit], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        git_dir = Path(folder, "source.git")
        shas = write_history(git_dir, history)
        marks = st.integers(1, len(history))
        point_refs(git_dir, Refs({"main": data.draw(marks)}), shas)
        known = make(git_dir)
        point_refs(git_dir, Refs({"main": data.draw(marks)}), shas)
        made = make(git_dir, known)
        assert_same(made, make(git_dir))
        assert set(count_offenders("dependency_history", made.history.edges).values()) == {0}
        assert set(count_offenders("snapshots", made.history.snapshots).values()) == {0}


def test_what_came_after_a_turn_changes_nothing_up_to_it(tmp_path: Path) -> None:
    git_dir = tmp_path / "source.git"
    shas = write_history(git_dir, LONG)
    whole = make(git_dir).history
    for mark in (3, 4):
        point_refs(git_dir, Refs({"main": mark}), shas)
        cut = make(git_dir).history
        last = cut.snapshots["since"].max()
        began = whole.edges.filter(pl.col("since") <= last)
        ends = pl.when(pl.col("until") <= last).then(pl.col("until"))
        assert cut.edges.equals(began.with_columns(until=ends))
