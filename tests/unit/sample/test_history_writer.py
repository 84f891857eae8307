"""The writer of histories answers while it writes, and forgets branches."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hyperion_pipelines.errors import GitError
from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter, Person

AUTHOR = Person("Alma", "alma@example.org")


def commit(branch: str = "main") -> Commit:
    when = datetime(2024, 1, 1, tzinfo=UTC)
    return Commit(message=branch, files={branch: "text"}, author=AUTHOR, time=when, branch=branch)


def test_the_id_of_a_commit_is_known_while_writing(tmp_path: Path) -> None:
    with HistoryWriter(tmp_path) as writer:
        mark = writer.add(commit())
        early = writer.sha(mark)
    assert early == writer.shas[mark]


def test_a_deleted_branch_leaves_no_ref(tmp_path: Path) -> None:
    with HistoryWriter(tmp_path) as writer:
        writer.add(commit())
        writer.add(commit("topic"))
        writer.delete_branch("topic")
    refs = subprocess.run(
        ["git", f"--git-dir={tmp_path}", "for-each-ref", "--format=%(refname)"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert refs.stdout.split() == ["refs/heads/main"]


def test_an_unknown_mark_is_an_error(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    with pytest.raises(GitError, match="no mark 7"):
        writer.sha(7)
    with pytest.raises(GitError, match="refused the history"):
        writer.finish()
