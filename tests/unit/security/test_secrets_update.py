"""The table secrets of real histories: what is added and removed where, and how it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.lines.update import HistoryTables
from hyperion_pipelines.sample.history_writer import (
    SYMLINK,
    Commit,
    Content,
    Entry,
    HistoryWriter,
    Person,
)
from hyperion_pipelines.schemas import SECRETS
from hyperion_pipelines.security.known import KnownSecrets
from hyperion_pipelines.security.matching import fingerprint
from hyperion_pipelines.security.update import SecretsUpdate, update_secrets

ADA = Person("Ada", "ada@example.org")
LETTERS = "aK3dP9sLq2Zx7Vb4NmR8tYw1Ue6HgJc5FoTi"
TOKEN, OTHER = "ghp_" + LETTERS, "ghp_" + LETTERS[::-1]
FIRST = f"a\ntoken {TOKEN}\n"


def commit(files: Mapping[str, Content], **changes: str) -> Commit:
    made = Commit(message="m", files=files, author=ADA, time=datetime(2024, 1, 1, tzinfo=UTC))
    return replace(made, renames=changes) if changes else made


@dataclass
class Repository:
    """A repository that is written by and by, and the table of what it holds."""

    folder: Path
    commits: list[Commit] = field(default_factory=list[Commit])

    def update(self, known: KnownSecrets | None = None) -> tuple[SecretsUpdate, KnownSecrets]:
        """The table of a repository made of the commits, and what a later run would know."""
        git_dir = self.folder / f"{len(list(self.folder.iterdir()))}.git"
        with HistoryWriter(git_dir) as writer:
            for made in self.commits:
                writer.add(made)
        refs = Mirror(git_dir, "").refs()
        assert refs is not None
        nothing = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())
        history = update_history(git_dir, refs, nothing)
        tree = read_tree(git_dir, refs.head_sha, read_filters())
        tables = HistoryTables(history.commits, history.changes, tree)
        updated = update_secrets(git_dir, tables, known=known)
        return updated, KnownSecrets(updated.rows, frozenset(refs.tips))

    def rows(self, *columns: str) -> list[tuple[object, ...]]:
        """Some columns of the table, made from nothing."""
        return self.update()[0].rows.select(columns).rows()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_a_secret_is_found_where_it_is_added_and_where_it_is_removed(
    repository: Repository,
) -> None:
    """It is added as line 2, stands in line 3 after that, and is removed from there."""
    repository.commits = [
        commit({"settings.py": FIRST, "read.me": "nothing\n"}),
        commit({"settings.py": f"new\n{FIRST}"}),
        commit({"settings.py": "new\na\n"}),
    ]
    assert repository.rows("change", "path", "line", "head_line", "rule", "fingerprint") == [
        (change, "settings.py", line, None, "github-token", fingerprint("github-token", TOKEN))
        for change, line in (("added", 2), ("removed", 3))
    ]


def test_the_table_has_the_columns_of_its_schema_and_no_secret(repository: Repository) -> None:
    repository.commits = [commit({"a": FIRST})]
    rows = repository.update()[0].rows
    assert rows.schema == pl.Schema(
        {name: kind for name, kind in SECRETS.items() if name != "repository"}
    )
    assert LETTERS[4:] not in str(rows.rows())


def test_lines_are_counted_through_all_hunks_before_it(repository: Repository) -> None:
    """The first hunk adds two lines, the second replaces one line by the secret."""
    before = "".join(f"{line}\n" for line in range(10))
    after = f"x\ny\n{before.replace('7', TOKEN)}"
    repository.commits = [commit({"a": before}), commit({"a": after}), commit({"a": before})]
    assert repository.rows("change", "line") == [("added", 10), ("removed", 10)]


def test_a_secret_that_only_moved_in_its_file_is_not_added_again(repository: Repository) -> None:
    repository.commits = [commit({"a": FIRST}), commit({"a": f"token {TOKEN}\na\nb\n"})]
    assert repository.rows("change", "line", "head_line") == [("added", 2, 1)]


def test_a_renamed_file_takes_its_secret_along(repository: Repository) -> None:
    long = FIRST + "".join(f"line {number}\n" for number in range(20))
    moved = commit({"new/b": long.replace(f"token {TOKEN}\n", "")}, a="new/b")
    repository.commits = [commit({"a": long}), moved]
    assert repository.rows("change", "path", "present_path") == [
        ("added", "a", "new/b"),
        ("removed", "a", "new/b"),
    ]


def test_at_head_counts_what_the_file_says_there(repository: Repository) -> None:
    """The file was renamed without a change, which shows no patch."""
    repository.commits = [commit({"a": FIRST}), commit({}, a="b")]
    assert repository.rows("path", "present_path", "head_line") == [("a", "b", 2)]


def test_files_that_a_commit_changes_alike_all_have_the_secret(repository: Repository) -> None:
    repository.commits = [commit({"a": FIRST, "b": FIRST})]
    assert repository.rows("path") == [("a",), ("b",)]


def test_what_becomes_a_link_loses_its_secret(repository: Repository) -> None:
    repository.commits = [commit({"a": FIRST}), commit({"a": Entry(b"b", SYMLINK)})]
    assert repository.rows("change", "path") == [("added", "a"), ("removed", "a")]


@pytest.mark.parametrize(
    "content",
    [
        f"caf\xe9\r\ntoken {TOKEN}\r\n".encode("latin-1"),
        f"token {TOKEN}".encode(),
        f"\x0c\u2028 token {TOKEN}\n".encode(),
        f"-- a/file\n++ b/file\n@@ -1 +1 @@\ntoken {TOKEN}\n".encode(),
    ],
)
def test_any_text_is_read(repository: Repository, content: bytes) -> None:
    """Other encodings, other ends of lines, none at the end, lines that look like a patch's."""
    repository.commits = [commit({'odd "\t name': content})]
    line = content.count(b"\n") + (not content.endswith(b"\n"))
    assert repository.rows("path", "line", "head_line") == [('odd "\t name', line, line)]


@pytest.mark.parametrize("commits", [[], [commit({"a": f"\0{TOKEN}\n"})], [commit({})]])
def test_binaries_and_empty_histories_hold_none(
    repository: Repository, commits: list[Commit]
) -> None:
    repository.commits = [commit({"a": "nothing\n"}), *commits]
    assert repository.update()[0].rows.is_empty()


def test_only_new_commits_are_searched_and_the_table_is_the_same(repository: Repository) -> None:
    repository.commits = [commit({"a": FIRST}), commit({"b": f"{OTHER}\n"})]
    _, known = repository.update()
    repository.commits += [commit({}, a="c"), commit({"b": None})]
    updated, _ = repository.update(known)
    assert updated.searched == 2
    assert_frame_equal(updated.rows, repository.update()[0].rows)
    assert updated.rows["present_path"].to_list() == ["c", "b", "b"]


def test_commits_that_no_branch_reaches_any_longer_fall_out(repository: Repository) -> None:
    repository.commits = [commit({"a": FIRST}), commit({"b": f"{OTHER}\n"})]
    _, known = repository.update()
    repository.commits[-1] = commit({"b": "clean\n"})
    updated, _ = repository.update(known)
    assert updated.rows["path"].to_list() == ["a"]
    assert_frame_equal(updated.rows, repository.update()[0].rows)


def test_a_merge_shows_no_patch(repository: Repository) -> None:
    """What a merge alone adds is not found: the documentation says so."""
    repository.commits = [
        commit({"a": "a\n"}),
        replace(commit({"b": "b\n"}), branch="side", parents=[1]),
        replace(commit({"c": FIRST}), parents=[1, 2]),
    ]
    assert repository.update()[0].rows.is_empty()
