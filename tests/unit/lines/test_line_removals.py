"""A commit removes the lines that it deletes or replaces, each of the commit that wrote it.

Expectations are written by hand; `replay` holds each history to git's own diff and blame as well.
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.sample.history_writer import (
    EXECUTABLE,
    GITLINK,
    SYMLINK,
    Content,
    Entry,
)
from tests.histories import COMMIT_ID, commit_of
from tests.unit.lines.replayed import EIGHT, LONG, Replayed, replay

Files = Mapping[str, Content]


def replayed(folder: Path, *commits: Files) -> Replayed:
    """The line history of commits one after another."""
    return replay(folder / "removals.git", [commit_of(files) for files in commits])


def removed(folder: Path, *commits: Files) -> dict[str, dict[int, int]]:
    """What the last commit removed: for each file how many lines of which mark."""
    return replayed(folder, *commits).removed(len(commits))


def test_a_root_removes_nothing(tmp_path: Path) -> None:
    assert removed(tmp_path, {"a": LONG}) == {}


def test_added_lines_remove_nothing(tmp_path: Path) -> None:
    assert removed(tmp_path, {"a": LONG}, {"a": f"first\n{LONG}last\n", "b": LONG}) == {}


def test_lines_are_removed_from_each_commit_that_wrote_some(tmp_path: Path) -> None:
    versions = ["1\n2\n3\n4\n", "1\ntwo\n3\n4\n", "1\nTwo\nThree\n"]
    assert removed(tmp_path, *({"a": text} for text in versions)) == {"a": {1: 2, 2: 1}}


def test_blank_lines_are_counted_among_them(tmp_path: Path) -> None:
    """A line of nothing but white space is blank, whatever it is made of."""
    history = replayed(tmp_path, {"a": "1\n\n \t\n\r\n\x0c\n{\n"}, {"a": "1\n"})
    rows = history.lines.removals.select("path", "lines", "blank").rows()
    assert rows == [("a", 5, 4)]


@pytest.mark.parametrize("respaced", ["\t1\n2 \n3\r\n", "1\n2\n3"])
def test_white_space_removes_nothing(tmp_path: Path, respaced: str) -> None:
    assert removed(tmp_path, {"a": "1\n2\n3\n"}, {"a": respaced}) == {}


def test_lines_that_move_within_a_file_are_removed(tmp_path: Path) -> None:
    assert removed(tmp_path, {"a": "1\n2\n3\n4\n"}, {"a": "2\n3\n4\n1\n"}) == {"a": {1: 1}}


def test_a_deleted_file_loses_all_its_lines(tmp_path: Path) -> None:
    assert removed(tmp_path, {"a": LONG}, {"a": f"{LONG}2\n"}, {"a": None}) == {
        "a": {1: EIGHT, 2: 1}
    }


def test_a_rename_removes_nothing(tmp_path: Path) -> None:
    assert removed(tmp_path, {"a": LONG}, {"a": None, "b": LONG}) == {}


def test_what_a_renaming_commit_removes_stands_under_the_old_path(tmp_path: Path) -> None:
    shorter = LONG.partition("\n")[2]
    assert removed(tmp_path, {"a": LONG}, {"a": None, "b": shorter}) == {"a": {1: 1}}


def test_paths_that_are_renamed_in_a_ring_are_told_apart(tmp_path: Path) -> None:
    """The path a is taken by another text, while what was b is gone and a new file is like a."""
    shorter = LONG.partition("\n")[2]
    first: Files = {"a": LONG, "b": "b\n"}
    second: Files = {"a": "b\nb\n", "b": None, "c": shorter}
    assert removed(tmp_path, first, second) == {"a": {1: EIGHT}, "b": {1: 1}}


@pytest.mark.parametrize(
    "other",
    [Entry(b"b", SYMLINK), Entry(COMMIT_ID, GITLINK), Entry(LONG.encode(), SYMLINK)],
    ids=["symlink", "submodule", "symlink of the same content"],
)
def test_a_file_that_becomes_something_else_loses_all_its_lines(
    tmp_path: Path, other: Entry
) -> None:
    assert removed(tmp_path, {"a": LONG}, {"a": other}) == {"a": {1: EIGHT}}


@pytest.mark.parametrize(
    "other", [Entry(b"b", SYMLINK), Entry(COMMIT_ID, GITLINK)], ids=["symlink", "submodule"]
)
@pytest.mark.parametrize("then", [LONG, None], ids=["file", "nothing"])
def test_links_and_submodules_have_no_lines_to_remove(
    tmp_path: Path, other: Entry, then: str | None
) -> None:
    assert removed(tmp_path, {"a": other}, {"a": then}) == {}


def test_a_change_of_mode_removes_nothing(tmp_path: Path) -> None:
    assert removed(tmp_path, {"a": LONG}, {"a": Entry(LONG.encode(), EXECUTABLE)}) == {}


@pytest.mark.parametrize("versions", [(b"\0\n", b"\0\0\n"), (b"1\n", b"\0\n"), (b"\0\n", b"1\n")])
def test_changes_that_git_takes_for_binary_remove_nothing(
    tmp_path: Path, versions: tuple[bytes, bytes]
) -> None:
    assert removed(tmp_path, *({"a": content} for content in versions)) == {}


def test_a_deleted_binary_has_no_lines_to_remove(tmp_path: Path) -> None:
    assert removed(tmp_path, {"a": b"\0\n1\n"}, {"a": None}) == {}


def test_lines_older_than_a_binary_version_are_removed_from_their_commits(tmp_path: Path) -> None:
    versions = [b"1\n2\n3\n", b"1\n\0\n3\n", b"1\n2\n3\n", b"1\n"]
    assert removed(tmp_path, *({"a": text} for text in versions)) == {"a": {1: 1, 3: 1}}


def test_commits_of_a_branch_that_is_not_merged_remove_lines_too(tmp_path: Path) -> None:
    first = commit_of({"a": LONG})
    topic = commit_of({"a": LONG.partition("\n")[2]}, branch="topic", parents=[1])
    history = replay(tmp_path / "removals.git", [first, topic])
    assert history.origins == {"a": [1] * EIGHT}
    assert history.removed(2) == {"a": {1: 1}}


def test_merges_remove_nothing(tmp_path: Path) -> None:
    commits = [
        commit_of({"a": LONG}),
        commit_of({"b": "2\n"}, parents=[1]),
        commit_of({"c": "3\n"}, parents=[1]),
        commit_of({"a": "all gone\n", "c": "3\n"}, parents=[2, 3]),
    ]
    history = replay(tmp_path / "removals.git", commits)
    assert history.removed(4) == {}


def test_a_merges_own_lines_are_removed_from_it(tmp_path: Path) -> None:
    commits = [
        commit_of({"a": LONG}),
        commit_of({"b": "2\n"}, parents=[1]),
        commit_of({"c": "3\n"}, parents=[1]),
        commit_of({"a": f"{LONG}own\n", "c": "3\n"}, parents=[2, 3]),
        commit_of({"a": LONG}, parents=[4]),
    ]
    history = replay(tmp_path / "removals.git", commits)
    assert history.removed(5) == {"a": {4: 1}}


def test_each_side_of_a_fork_removes_the_same_line_once(tmp_path: Path) -> None:
    shorter = LONG.partition("\n")[2]
    commits = [
        commit_of({"a": LONG}),
        commit_of({"a": shorter}, parents=[1]),
        commit_of({"a": shorter}, parents=[1], branch="topic"),
    ]
    history = replay(tmp_path / "removals.git", commits)
    assert history.removed(2) == history.removed(3) == {"a": {1: 1}}


def test_every_row_counts_lines_of_a_commit_of_the_history(tmp_path: Path) -> None:
    history = replayed(tmp_path, {"a": LONG, "b": "1\n\n"}, {"a": "2\n", "b": "1\n"}, {"a": "3\n"})
    removals = history.lines.removals
    assert removals.filter(pl.col("lines") < pl.col("blank") + pl.col("comment")).is_empty()
    assert set(removals["origin_sha"]) <= set(history.shas)
    assert removals["lines"].to_list() == [8, 1, 1]
