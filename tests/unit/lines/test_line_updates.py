"""A line history that goes on from an earlier one is the one that a replay of everything gives."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.lines.known import KnownLines
from hyperion_pipelines.lines.update import HistoryTables, LineHistory, update_line_history
from hyperion_pipelines.sample.history_writer import Commit
from tests.blame import read_tables
from tests.histories import Refs, commit_of, histories, point_refs, refs_over, write_history

TEXT = "".join(f"line {number} of a text\n" for number in range(9))
BINARY = TEXT.encode() + b"\0"


def update(git_dir: Path, known: KnownLines | None = None) -> LineHistory:
    tables = read_tables(git_dir)
    three = HistoryTables(tables.commits, tables.changes, tables.tree)
    return update_line_history(git_dir, three, tables.head_sha, known=known)


def known_now(git_dir: Path) -> KnownLines:
    """What a run would leave for the next."""
    refs = Mirror(git_dir, "").refs()
    assert refs is not None
    lines = update(git_dir)
    return KnownLines(lines.origins, lines.removals, refs.head_sha, frozenset(refs.tips))


def went_on(git_dir: Path, commits: list[Commit], before: Refs, after: Refs) -> int:
    """How many commits were replayed as refs moved; the tables are those of a run from nothing."""
    shas = write_history(git_dir, commits)
    point_refs(git_dir, before, shas)
    known = known_now(git_dir)
    point_refs(git_dir, after, shas)
    updated, anew = update(git_dir, known), update(git_dir)
    assert_frame_equal(updated.origins, anew.origins)
    assert_frame_equal(updated.removals, anew.removals)
    return updated.replayed


@settings(max_examples=40, deadline=None)
@given(histories(), st.data())
def test_an_update_leaves_the_tables_of_a_replay_from_nothing(
    commits: list[Commit], data: st.DataObject
) -> None:
    before, after = (data.draw(refs_over(len(commits))) for _ in range(2))
    with tempfile.TemporaryDirectory() as folder:
        went_on(Path(folder, "moved.git"), commits, before, after)


def test_a_push_on_top_of_head_costs_the_commits_it_holds(tmp_path: Path) -> None:
    commits = [commit_of({"a": TEXT * times}) for times in range(1, 9)]
    replayed = went_on(tmp_path / "g", commits, Refs({"main": 6}), Refs({"main": 8}))
    assert replayed == 2


def test_an_old_branch_that_stands_still_costs_nothing(tmp_path: Path) -> None:
    commits = [
        commit_of({"a": TEXT}),
        commit_of({"a": TEXT + "old\n"}, parents=[1]),
        commit_of({"a": TEXT + "new\n"}, parents=[1]),
        commit_of({"a": TEXT + "newer\n"}, parents=[3]),
    ]
    before, after = (Refs({"main": mark, "old": 2}) for mark in (3, 4))
    assert went_on(tmp_path / "g", commits, before, after) == 1


def test_nothing_new_replays_nothing(tmp_path: Path) -> None:
    refs = Refs({"main": 2})
    commits = [commit_of({"a": TEXT}), commit_of({"a": "", "b": TEXT})]
    assert went_on(tmp_path / "g", commits, refs, refs) == 0


def test_commits_on_an_older_one_are_replayed_with_all_others(tmp_path: Path) -> None:
    commits = [
        commit_of({"a": TEXT}),
        commit_of({"a": TEXT + "main\n"}, parents=[1]),
        commit_of({"b": TEXT}, parents=[1]),
        commit_of({"a": TEXT + "main\n", "b": TEXT}, parents=[2, 3]),
    ]
    assert went_on(tmp_path / "g", commits, Refs({"main": 2}), Refs({"main": 4})) == 4


def test_a_file_that_was_binary_and_is_text_now_is_read_from_its_beginning(tmp_path: Path) -> None:
    commits = [commit_of({"a": BINARY}), commit_of({"b": "b\n"}), commit_of({"a": TEXT})]
    assert went_on(tmp_path / "g", commits, Refs({"main": 2}), Refs({"main": 3})) == 3


def test_an_empty_file_is_known_though_it_has_no_lines(tmp_path: Path) -> None:
    commits = [commit_of({"a": "", "b": "b\n"}), commit_of({"a": TEXT})]
    assert went_on(tmp_path / "g", commits, Refs({"main": 1}), Refs({"main": 2})) == 1


def test_other_ignored_commits_change_all_origins(tmp_path: Path) -> None:
    git_dir = tmp_path / "g"
    commits = [commit_of({"a": TEXT}), commit_of({"a": TEXT.replace(" of", " Of")})]
    shas = write_history(tmp_path / "first", commits)
    ignoring = commit_of({".git-blame-ignore-revs": f"{shas[1]}\n"})
    assert went_on(git_dir, [*commits, ignoring], Refs({"main": 2}), Refs({"main": 3})) == 3
