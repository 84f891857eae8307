"""Commits that `.git-blame-ignore-revs` at HEAD names write no lines that others wrote before.

Which old line a new one stands for is git's guess: every history here is held to what
`git blame --ignore-revs-file` says of it.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter
from tests.blame import IGNORE_REVS, contested_renames, read_tables
from tests.histories import COMMIT_ID, commit_of, git, histories, write_history
from tests.unit.lines.replayed import EIGHT, LONG, Replayed, replay_written

SHOUTED = LONG.upper()


def replay_ignoring(git_dir: Path, commits: Sequence[Commit], *ignored: int) -> Replayed:
    """Replay *commits* and a last one on main, which lists the marks *ignored*; git must agree."""
    with HistoryWriter(git_dir) as writer:
        marks = [writer.add(commit) for commit in commits]
        listed = "".join(f"{writer.sha(mark)}\n" for mark in ignored)
        files = {IGNORE_REVS: f"# Formatting\n\n{COMMIT_ID.decode()}\n{listed}"}
        writer.add(commit_of(files, parents=[marks[-1]]))
    replayed = replay_written(git_dir, [writer.shas[mark] for mark in sorted(writer.shas)])
    replayed.assert_agrees_with_git()
    return replayed


def test_lines_that_an_ignored_commit_rewrote_keep_their_origins(tmp_path: Path) -> None:
    commits = [
        commit_of({"a": LONG}),
        commit_of({"a": f"{LONG}2\n"}),
        commit_of({"a": f"{SHOUTED}2\n"}),
    ]
    assert replay_ignoring(tmp_path / "a.git", commits, 3).origins["a"] == [1] * EIGHT + [2]


def test_lines_without_a_forerunner_stay_with_the_ignored_commit(tmp_path: Path) -> None:
    commits = [commit_of({"a": LONG}), commit_of({"a": SHOUTED, "b": "1\n"})]
    origins = replay_ignoring(tmp_path / "a.git", commits, 2).origins
    assert (origins["a"], origins["b"]) == ([1] * EIGHT, [2])


def test_an_ignored_root_keeps_its_lines(tmp_path: Path) -> None:
    assert (
        replay_ignoring(tmp_path / "a.git", [commit_of({"a": LONG})], 1).origins["a"] == [1] * EIGHT
    )


def test_commits_that_are_not_ignored_are_not_affected(tmp_path: Path) -> None:
    commits = [commit_of({"a": LONG}), commit_of({"a": SHOUTED})]
    assert replay_ignoring(tmp_path / "a.git", commits).origins["a"] == [2] * EIGHT


def test_ignored_commits_one_after_another_pass_lines_on(tmp_path: Path) -> None:
    commits = [
        commit_of({"a": LONG}),
        commit_of({"a": SHOUTED}),
        commit_of({"a": None, "b": SHOUTED.replace("LINE 3", "line three")}),
    ]
    assert replay_ignoring(tmp_path / "a.git", commits, 2, 3).origins["b"] == [1] * EIGHT


def test_an_ignored_merge_passes_its_lines_on(tmp_path: Path) -> None:
    commits = [
        commit_of({"a": LONG}),
        commit_of({"a": f"2\n{LONG}"}, parents=[1]),
        commit_of({"a": f"{LONG}3\n"}, parents=[1]),
        commit_of({"a": f"2\n{SHOUTED}3\n"}, parents=[2, 3]),
    ]
    origins = replay_ignoring(tmp_path / "a.git", commits, 4).origins
    assert origins["a"] == [2] + [1] * EIGHT + [3]


def test_what_an_ignored_commit_rewrote_is_removed_from_those_before_it(tmp_path: Path) -> None:
    commits = [commit_of({"a": LONG}), commit_of({"a": SHOUTED}), commit_of({"a": "end\n"})]
    assert replay_ignoring(tmp_path / "a.git", commits, 2).removed(3) == {"a": {1: EIGHT}}


def test_an_ignored_commit_removes_no_line_that_it_rewrote(tmp_path: Path) -> None:
    without_first = SHOUTED.partition("\n")[2]
    commits = [commit_of({"a": LONG}), commit_of({"a": without_first})]
    assert replay_ignoring(tmp_path / "a.git", commits, 2).removed(2) == {"a": {1: 1}}


def test_a_list_that_is_not_at_head_does_not_count(tmp_path: Path) -> None:
    git_dir = tmp_path / "a.git"
    with HistoryWriter(git_dir) as writer:
        writer.add(commit_of({"a": LONG}))
        shouted = writer.add(commit_of({"a": SHOUTED}))
        writer.add(commit_of({IGNORE_REVS: writer.sha(shouted)}))
        writer.add(commit_of({IGNORE_REVS: None}))
    replayed = replay_written(git_dir, [writer.shas[mark] for mark in sorted(writer.shas)])
    assert replayed.origins["a"] == [2] * EIGHT


@settings(max_examples=8, deadline=None)
@given(histories(fewest=3, most=8), st.data())
def test_random_histories_agree_with_blame_that_ignores(
    commits: list[Commit], data: st.DataObject
) -> None:
    ignored = data.draw(st.sets(st.integers(1, len(commits)), min_size=1, max_size=3))
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder, "written.git")
        write_history(written, commits)
        git(written, "symbolic-ref", "HEAD", "refs/heads/pool")
        assume(not contested_renames(written, read_tables(written).commits))
        replay_ignoring(Path(folder, "random.git"), commits, *sorted(ignored))
