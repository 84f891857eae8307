"""The reader of `git log` says what git itself says, whatever a history holds."""

import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hyperion_pipelines.errors import MissingObjectsError
from hyperion_pipelines.git.log_stream import LogFrames, decode_path, read_log, split_stream
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.sample.history_writer import (
    EXECUTABLE,
    GITLINK,
    SYMLINK,
    Commit,
    Entry,
)
from tests.histories import COMMIT_ID, commit_of, git, histories, write_history

PROJECT = Path(__file__).parents[3]
MARK = b"\x01commit "  # no path and no message of these tests begins so
TEN_LINES = "".join(f"line {number}\n" for number in range(10))


class Counts(NamedTuple):
    """A row of numstat: lines added and deleted (None for a binary file), and the old path."""

    added: int | None
    deleted: int | None
    old_path: bytes | None


class Entries(NamedTuple):
    """A row of raw: status with similarity, and the old path."""

    status: bytes
    old_path: bytes | None


def records(git_dir: Path, shas: Sequence[str], *options: str) -> Iterator[tuple[str, list[bytes]]]:
    """What `git log -z` prints of each commit, NUL by NUL."""
    command = [*options, f"--format={MARK.decode()}%H%n", "-z", "-M", "--no-walk", "--root"]
    printed = git(git_dir, *command, "--stdin", text="\n".join(shas).encode())
    for record in printed.split(MARK)[1:]:
        sha, _, rest = record.partition(b"\n")
        yield sha.decode(), [token for token in rest.lstrip(b"\n\0").split(b"\0") if token]


def numstat(git_dir: Path, shas: Sequence[str], context: int = 0) -> dict[str, dict[bytes, Counts]]:
    """The rows of `git log --numstat -M` by commit and path."""
    listed: dict[str, dict[bytes, Counts]] = {}
    options = ["-c", f"diff.context={context}", "log", "--numstat"]
    for sha, tokens in records(git_dir, shas, *options):
        files = listed.setdefault(sha, {})
        rest = iter(tokens)
        for token in rest:
            added, deleted, same = token.split(b"\t", 2)
            old_path, path = (None, same) if same else (next(rest), next(rest))
            counts = [None if count == b"-" else int(count) for count in (added, deleted)]
            files[path] = Counts(counts[0], counts[1], old_path)
    return listed


def raw(git_dir: Path, shas: Sequence[str]) -> dict[str, dict[bytes, Entries]]:
    """The rows of `git log --raw -M` by commit and path."""
    listed: dict[str, dict[bytes, Entries]] = {}
    for sha, tokens in records(git_dir, shas, "log", "--raw"):
        files = listed.setdefault(sha, {})
        rest = iter(tokens)
        for token in rest:
            status = token.split(b" ")[4]
            old_path = next(rest) if status[:1] == b"R" else None
            files[next(rest)] = Entries(status, old_path)
    return listed


def read(git_dir: Path, shas: Sequence[str]) -> dict[str, dict[str, dict[str, object]]]:
    """The rows of the reader by commit and path."""
    rows: dict[str, dict[str, dict[str, object]]] = {sha: {} for sha in shas}
    for row in read_log(git_dir, shas).changes.iter_rows(named=True):
        rows[row["sha"]][row["path"]] = row
    return rows


def assert_equal_to_git(git_dir: Path, shas: Sequence[str]) -> None:
    """Counts equal numstat's without context; statuses and renames equal raw's."""
    ours = read(git_dir, shas)
    counts, entries = numstat(git_dir, shas), raw(git_dir, shas)
    assert ours.keys() == counts.keys() == entries.keys()
    for sha, files in ours.items():
        assert {
            path: (row["added"], row["deleted"], row["old_path"]) for path, row in files.items()
        } == {
            decode_path(path): (added, deleted, old_path and decode_path(old_path))
            for path, (added, deleted, old_path) in counts[sha].items()
        }
        assert {path: (row["status"], row["similarity"]) for path, row in files.items()} == {
            decode_path(path): (status[:1].decode(), int(status[1:]) if status[1:] else None)
            for path, (status, _) in entries[sha].items()
        }


def assert_shifted_at_most(git_dir: Path, shas: Sequence[str]) -> None:
    """With git's default context a file has as many lines more added as deleted."""
    ours = read(git_dir, shas)
    for sha, files in numstat(git_dir, shas, context=3).items():
        for path, (added, deleted, _) in files.items():
            row = ours[sha][decode_path(path)]
            if added is None or deleted is None:
                assert row["is_binary"]
            else:
                assert isinstance(row["added"], int)
                assert isinstance(row["deleted"], int)
                assert added - row["added"] == deleted - row["deleted"]


@settings(max_examples=60, deadline=None)
@given(histories())
def test_totals_statuses_and_renames_equal_gits_for_every_commit(commits: list[Commit]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        git_dir = Path(folder, "random.git")
        shas = write_history(git_dir, commits)
        assert_equal_to_git(git_dir, shas)
        assert_shifted_at_most(git_dir, shas)


def test_the_projects_own_history_is_read_as_git_counts_it(tmp_path: Path) -> None:
    if not (PROJECT / ".git").exists():
        pytest.skip("the project lies here without its git repository (a source archive)")
    if git(PROJECT, "rev-parse", "--is-shallow-repository").strip() == b"true":
        pytest.skip("the project is a shallow clone here: its history is not whole")
    mirror = Mirror(tmp_path / "own.git", str(PROJECT))
    mirror.update()
    shas = git(mirror.git_dir, "rev-list", "HEAD").decode().split()
    assert_equal_to_git(mirror.git_dir, shas)
    assert_shifted_at_most(mirror.git_dir, shas)


@pytest.fixture
def odd(tmp_path: Path) -> LogFrames:
    """A history with one of each kind of change."""
    commits = [
        commit_of(
            {
                "old name.txt": TEN_LINES,
                "kept.txt": TEN_LINES,
                "gone.txt": "gone",
                "picture.png": b"\0\1",
                "tool.sh": "run\n",
                "link": Entry(b"kept.txt", SYMLINK),
                "library": Entry(COMMIT_ID, GITLINK),
                "empty": "",
            }
        ),
        commit_of(
            {
                "old name.txt": None,
                "new\nname.txt": TEN_LINES + "more\n",
                "gone.txt": None,
                "picture.png": b"\0\2",
                "tool.sh": Entry(b"run\n", EXECUTABLE),
                "link": "no longer a link\n",
            }
        ),
    ]
    git_dir = tmp_path / "odd.git"
    return read_log(git_dir, write_history(git_dir, commits)[::-1])


def test_every_kind_of_change_has_its_row(odd: LogFrames) -> None:
    last = odd.changes.filter(pl.col("sha") == odd.commits["sha"][0])
    columns = ["path", "old_path", "status", "added", "deleted", "is_binary", "mode", "similarity"]
    assert last.select(columns).sort("path").rows() == [
        ("gone.txt", None, "D", 0, 1, False, "100644", None),
        ("link", None, "T", 1, 1, False, "100644", None),
        ("new\nname.txt", "old name.txt", "R", 1, 0, False, "100644", 93),
        ("picture.png", None, "M", None, None, True, "100644", None),
        ("tool.sh", None, "M", 0, 0, False, "100755", None),
    ]


def test_a_submodule_has_lines_but_no_blob(odd: LogFrames) -> None:
    """Git counts the line that names its commit; no object of this repository stands behind it."""
    submodule = odd.changes.row(by_predicate=pl.col("path") == "library", named=True)
    assert (submodule["added"], submodule["mode"], submodule["new_blob"]) == (1, GITLINK, None)


def test_commits_come_in_the_order_asked_for(odd: LogFrames) -> None:
    first, root = odd.commits["parents"].to_list()
    assert (first, root) == ([odd.commits["sha"][1]], [])


def test_merges_and_empty_commits_have_no_changes(tmp_path: Path) -> None:
    commits = [
        commit_of({"a": "a"}),
        commit_of({"b": "b"}, parents=[1], branch="topic"),
        commit_of({"c": "c"}, parents=[1], branch="other"),
        commit_of({"b": "b", "c": "c"}, parents=[1, 2, 3]),
        commit_of({}, "nothing"),
    ]
    shas = write_history(tmp_path / "merges.git", commits)
    frames = read_log(tmp_path / "merges.git", shas)
    assert frames.commits["parents"].list.len().to_list() == [0, 1, 1, 3, 1]
    assert frames.changes["path"].to_list() == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("message", "encoding", "subject", "body"),
    [
        ("Prüfung\n\nGrüße\n".encode("iso-8859-1"), "ISO-8859-1", "Prüfung", "Grüße"),
        ("Łódź".encode("iso-8859-2"), "ISO-8859-2", "Łódź", ""),
        (b"\xff subject\n\nbody \x80", None, "\ufffd subject", "body \ufffd"),
        (b"in no encoding", "x-unknown", "in no encoding", ""),
        (b"two\nlines\n\n one\r\n\n\n", None, "two lines", " one\r"),
        (b"", None, "", ""),
    ],
)
def test_messages_are_decoded_by_their_own_encoding(
    tmp_path: Path, message: bytes, encoding: str | None, subject: str, body: str
) -> None:
    commits = [replace(commit_of({}, message), encoding=encoding)]
    frames = read_log(tmp_path / "one.git", write_history(tmp_path / "one.git", commits))
    assert frames.commits.select("subject", "body").row(0) == (subject, body)


@pytest.mark.parametrize(
    ("date", "seconds", "minutes"),
    [
        ("1700000000 -0330", 1_700_000_000, -210),
        ("0 +0000", 0, 0),
        ("253402300800 +0000", 253_402_300_799, 0),
        ("99999999999999 +1400", 253_402_300_799, 840),
        ("yesterday +0000", 0, 0),
    ],
)
def test_times_that_python_cannot_show_are_brought_into_its_range(
    tmp_path: Path, date: str, seconds: int, minutes: int
) -> None:
    git(tmp_path, "init", "--quiet", "--bare")
    tree = git(tmp_path, "mktree").decode().strip()
    person = f"Alma <alma@example.org> {date}"
    text = f"tree {tree}\nauthor {person}\ncommitter {person}\n\nodd time\n".encode()
    sha = git(tmp_path, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", text=text)
    row = read_log(tmp_path, [sha.decode().strip()]).commits.row(0, named=True)
    assert (row["author_time"].timestamp(), row["author_tz_minutes"]) == (seconds, minutes)


def test_slices_read_side_by_side_give_the_order_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hyperion_pipelines.git.log_stream.SLICE_COMMITS", 3)
    monkeypatch.setattr("hyperion_pipelines.git.log_stream.FRAME_COMMITS", 2)
    shas = write_history(
        tmp_path / "long.git", [commit_of({"a": f"{number}\n"}) for number in range(20)]
    )
    frames = read_log(tmp_path / "long.git", shas, workers=2)
    assert frames.commits["sha"].to_list() == shas
    assert frames.changes["sha"].to_list() == shas


def test_nothing_asked_for_is_two_empty_frames(tmp_path: Path) -> None:
    frames = read_log(tmp_path, [])
    assert (frames.commits.height, frames.changes.height) == (0, 0)


def test_a_missing_blob_is_named_as_such(tmp_path: Path) -> None:
    git_dir = tmp_path / "damaged.git"
    shas = write_history(git_dir, [commit_of({"a": "1\n2\n"}), commit_of({"a": "1\n2\n3\n"})])
    blob = git(git_dir, "rev-parse", f"{shas[0]}:a").decode().strip()
    (git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(MissingObjectsError, match="git fsck"):
        read_log(git_dir, shas)


def test_what_a_user_configured_changes_no_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither attributes nor settings from outside the mirror reach the reader."""
    configuration = tmp_path / "home" / ".config" / "git"
    configuration.mkdir(parents=True)
    (configuration / "attributes").write_text("*.txt -diff\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.attributesFile")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(configuration / "attributes"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    shas = write_history(tmp_path / "plain.git", [commit_of({"a.txt": "1\n2\n"})])
    assert read_log(tmp_path / "plain.git", shas).changes["added"].to_list() == [2]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=30)), st.integers(1, 7))
@example([b"abcab", b"", b"abcabc"], 1)
def test_a_stream_is_split_wherever_its_reads_fall(parts: list[bytes], size: int) -> None:
    class Trickle(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            return super().read(size)

    separator = b"abcabd"
    stream = Trickle(separator.join([b"", *parts]))
    assert (
        list(split_stream(stream, separator))
        == separator.join(parts).split(separator)[: len(parts) and None]
    )


def test_distinct_names_of_undecodable_bytes_stay_distinct() -> None:
    assert decode_path(b"caf\xe9") == r"caf\xe9"
    assert decode_path(b"caf\xe8") != decode_path(b"caf\xe9")
