"""Whatever a history holds, its lines are those of git blame; where they are not, it is known why.

Blame looks for the source of one new file at a time, as if no other had been added. `git log -M`,
whose renames the table `changes` has, pairs the deleted and the added files of a commit all at
once, each deleted one once. Files that it leaves without a source are looked at alone, as blame
does; those that it gives another source than blame are the difference that remains.
"""

import tempfile
from collections import Counter
from pathlib import Path

import polars as pl
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hyperion_pipelines.sample.history_writer import Commit
from tests.blame import blame_lines, contested_renames, origin_lines, read_tables
from tests.histories import Refs, commit_of, histories, point_refs, write_history
from tests.unit.lines.replayed import EIGHT, LONG, replay, replay_written


@st.composite
def branched(draw: st.DrawFn) -> tuple[list[Commit], Refs]:
    """A history that ends at HEAD, and some branches that may not be merged."""
    commits = draw(histories(fewest=4, most=12))
    tips = draw(st.lists(st.integers(1, len(commits)), max_size=2))
    return commits, Refs({"main": len(commits)} | {f"topic-{tip}": tip for tip in tips})


@settings(max_examples=15, deadline=None)
@given(branched())
def test_origins_and_removals_are_those_of_git_blame(drawn: tuple[list[Commit], Refs]) -> None:
    commits, refs = drawn
    with tempfile.TemporaryDirectory() as folder:
        git_dir = Path(folder, "random.git")
        shas = write_history(git_dir, commits)
        point_refs(git_dir, refs, shas)
        assume(not contested_renames(git_dir, read_tables(git_dir).commits))
        replayed = replay_written(git_dir, shas)
        replayed.assert_agrees_with_git()
        covered = origin_lines(replayed.lines.origins).group_by("path").agg(lines=pl.len())
    files = replayed.tables.tree.filter(pl.col("lines") > 0).select("path", "lines")
    assert covered.cast({"lines": pl.UInt32}).sort("path").equals(files)


def test_each_copy_of_a_deleted_file_keeps_its_lines(tmp_path: Path) -> None:
    commits = [commit_of({"a": LONG}), commit_of({"a": None, "b": LONG, "c": LONG})]
    replayed = replay(tmp_path / "copies.git", commits)
    assert replayed.origins == {"b": [1] * EIGHT, "c": [1] * EIGHT}
    assert replayed.removed(2) == {}


def test_a_file_that_is_split_leaves_its_lines_to_its_parts(tmp_path: Path) -> None:
    more, less = LONG.partition("\n")[2], LONG[: len(LONG) * 3 // 4]
    commits = [commit_of({"a": LONG}), commit_of({"a": None, "less": less, "more": f"{more}2\n"})]
    replayed = replay(tmp_path / "split.git", commits)
    assert replayed.origins == {"less": [1] * 6, "more": [1] * 7 + [2]}


def test_each_copy_that_a_merge_makes_of_a_file_keeps_its_lines(tmp_path: Path) -> None:
    commits = [
        commit_of({"a": LONG}),
        commit_of({"d": "2\n"}, parents=[1]),
        commit_of({"a": f"{LONG}3\n"}, parents=[1]),
        commit_of({"a": None, "b": LONG, "c": f"{LONG}3\n"}, parents=[2, 3]),
    ]
    replayed = replay(tmp_path / "merged.git", commits)
    assert replayed.origins == {"b": [1] * EIGHT, "c": [1] * EIGHT + [3], "d": [2]}


def test_a_copied_binary_that_becomes_text_is_followed(tmp_path: Path) -> None:
    binary = LONG.encode() + b"\0\n"
    commits = [
        commit_of({"a": binary}),
        commit_of({"a": None, "b": binary, "c": binary}),
        commit_of({"b": LONG, "c": LONG}),
    ]
    replayed = replay(tmp_path / "copies.git", commits)
    assert replayed.origins == {"b": [1] * EIGHT, "c": [1] * EIGHT}


def test_files_alike_that_move_together_keep_apart(tmp_path: Path) -> None:
    """Of two sources of the same content and name, blame takes one for both; we take each once."""
    commits = [
        commit_of({"1/name": LONG}),
        commit_of({"2/name": LONG}),
        commit_of({"1/name": None, "2/name": None, "new/1/name": LONG, "new/2/name": LONG}),
    ]
    git_dir = tmp_path / "moved.git"
    replayed = replay_written(git_dir, write_history(git_dir, commits))
    tip = replayed.tables.head_sha
    blamed = {set(blame_lines(git_dir, tip, path)).pop() for path in (b"new/1/name", b"new/2/name")}
    assert sorted(replayed.origins.values()) == [[1] * EIGHT, [2] * EIGHT]
    assert len(blamed) == 1


def test_a_name_that_two_new_files_bear_says_nothing_of_their_source(tmp_path: Path) -> None:
    """Git pairs files that keep a name first, but only if one new file alone bears it.

    Blame has but one new file in view, so to blame it always does: here the histories differ.
    """
    text = "".join(f"line {number} of another text, longer still\n" for number in range(20))
    alike, most_alike = (text.replace("line 1", "new 1", count) for count in (4, 1))
    commits = [
        commit_of({"other": text}),
        commit_of({"x/name": alike}),
        commit_of({"other": None, "x/name": None, "y/name": most_alike, "z/name": "new\n"}),
    ]
    git_dir = tmp_path / "names.git"
    replayed = replay_written(git_dir, write_history(git_dir, commits))
    tip = replayed.tables.head_sha
    blamed = blame_lines(git_dir, tip, b"y/name")
    assert contested_renames(git_dir, replayed.tables.commits) == [(tip, "y/name")]
    assert Counter(replayed.origins["y/name"]) == {1: 19, 3: 1}
    assert Counter(replayed.shas.index(sha) + 1 for sha in blamed) == {2: 17, 3: 3}
