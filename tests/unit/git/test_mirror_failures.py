"""What is said, and what is left, when a source cannot be mirrored."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from git_server import serve

from hyperion_pipelines.errors import (
    HyperionError,
    LockedError,
    MissingObjectsError,
    SourceError,
    UnreachableError,
)
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.locks import exclusive
from tests.histories import Refs, commit_of, git, point_refs, write_history

NOTHING = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    commits = [commit_of({"a": f"{number}\n"}, hours=number) for number in range(3)]
    write_history(tmp_path / "source.git", commits)
    return tmp_path / "source.git"


@pytest.fixture
def mirror(source: Path, tmp_path: Path) -> Mirror:
    return Mirror(tmp_path / "mirror.git", str(source), timeout=20)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def read(mirror: Mirror) -> int:
    """Update the mirror, read its whole history, and return the number of commits."""
    refs = mirror.update()
    with mirror.reading() as git_dir:
        return update_history(git_dir, refs, NOTHING).commits.height


def object_of(git_dir: Path, name: str) -> Path:
    oid = git(git_dir, "rev-parse", name).decode().strip()
    return git_dir / "objects" / oid[:2] / oid[2:]


@pytest.mark.parametrize("form", ["path", "file URL"])
@pytest.mark.parametrize("name", ["main~1", "main~1^{tree}", "main~1:a"])
def test_objects_missing_in_the_source_are_read_after_its_repair(
    source: Path, tmp_path: Path, name: str, form: str
) -> None:
    """No copy of the damage outlives it, whichever of the two steps met it."""
    mirror = Mirror(tmp_path / "mirror.git", str(source) if form == "path" else source.as_uri())
    missing = object_of(source, name)
    content = missing.read_bytes()
    missing.unlink()
    with pytest.raises(MissingObjectsError, match="git fsck"):
        read(mirror)
    missing.write_bytes(content)
    assert read(mirror) == 3


def test_a_missing_tip_is_read_after_its_repair(mirror: Mirror, source: Path) -> None:
    missing = object_of(source, "main")
    content = missing.read_bytes()
    missing.unlink()
    with pytest.raises(MissingObjectsError, match="git fsck"):
        read(mirror)
    missing.write_bytes(content)
    assert read(mirror) == 3


@pytest.mark.parametrize("name", ["main~1", "main~1^{tree}", "main~1:a"])
def test_objects_missing_in_the_mirror_are_fetched_anew(mirror: Mirror, name: str) -> None:
    mirror.update()
    object_of(mirror.git_dir, name).unlink()
    with pytest.raises(MissingObjectsError, match="git fsck"):
        read(mirror)
    assert mirror.refs() is None
    assert read(mirror) == 3


def test_a_damaged_mirror_is_made_anew_even_when_the_source_moved(
    mirror: Mirror, source: Path
) -> None:
    """The fetch itself meets the damage then."""
    mirror.update()
    object_of(mirror.git_dir, "main~1").unlink()
    first, *_ = git(source, "rev-list", "--reverse", "main").decode().split()
    git(source, "update-ref", "refs/heads/old", first)
    with pytest.raises(MissingObjectsError, match="git fsck"):
        read(mirror)
    assert read(mirror) == 3


def test_damage_in_the_source_leaves_a_whole_mirror_alone(mirror: Mirror, source: Path) -> None:
    before = mirror.update()
    made = commit_of({"b": "new\n"}, hours=9, parents=[])
    (new,) = write_history(source.parent / "more.git", [made])
    git(source, "fetch", "--quiet", str(source.parent / "more.git"), "main:new")
    object_of(source, f"{new}^{{tree}}").unlink()
    with pytest.raises(MissingObjectsError, match="git fsck"):
        mirror.update()
    refs = mirror.refs()
    assert refs is not None
    assert refs.head_sha == before.head_sha
    git(mirror.git_dir, "fsck", "--connectivity-only")


def test_a_damaged_pack_is_named_as_such(source: Path, tmp_path: Path) -> None:
    git(source, "repack", "-a", "-d", "--quiet")
    (pack,) = (source / "objects" / "pack").glob("*.pack")
    pack.chmod(0o644)
    content = pack.read_bytes()
    pack.write_bytes(content[:40] + bytes(20) + content[60:])
    with pytest.raises(MissingObjectsError, match="git fsck"):
        read(Mirror(tmp_path / "mirror.git", str(source)))
    pack.write_bytes(content)
    assert read(Mirror(tmp_path / "mirror.git", str(source))) == 3


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x.git", "ssh://127.0.0.1:1/x.git", "git://127.0.0.1:1/x.git"]
)
def test_a_closed_port_is_unreachable(tmp_path: Path, url: str) -> None:
    with pytest.raises(UnreachableError, match="check the address and the network"):
        Mirror(tmp_path / "mirror.git", url, timeout=20).update()


@pytest.mark.parametrize("scheme", ["http", "ssh", "git"])
def test_a_server_that_never_answers_is_given_up(
    tmp_path: Path, silent_port: int, scheme: str
) -> None:
    url = f"{scheme}://127.0.0.1:{silent_port}/x.git"
    started = time.monotonic()
    with pytest.raises(SourceError, match=r"no end after 0.5 s; raise HYPERION_GIT_TIMEOUT"):
        Mirror(tmp_path / "mirror.git", url, timeout=0.5).update()
    assert time.monotonic() - started < 5


def test_a_password_is_asked_of_the_credential_helper_and_of_nobody_else(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = tmp_path / "config"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    with serve(source.parent, password="secret") as address:  # noqa: S106 - of a server of this test
        mirror = Mirror(tmp_path / "mirror.git", f"{address}/source.git", timeout=20)
        configuration.write_text("[credential]\n\thelper =\n")
        with pytest.raises(SourceError, match="access was refused: set up git's credential helper"):
            mirror.update()
        helper = "!echo username=alma; echo password=wrong #"
        configuration.write_text(f'[credential]\n\thelper = "{helper}"\n')
        with pytest.raises(SourceError, match="access was refused") as refusal:
            mirror.update()
        assert "wrong" not in str(refusal.value)
        configuration.write_text(
            '[credential]\n\thelper = "!echo username=alma; echo password=secret #"\n'
        )
        assert mirror.update().head_branch == "refs/heads/main"
    for file in (file for file in mirror.git_dir.rglob("*") if file.is_file()):
        assert b"secret" not in file.read_bytes()


def test_an_address_that_serves_no_repository_says_so(source: Path, tmp_path: Path) -> None:
    with serve(source.parent) as address, pytest.raises(SourceError, match="not a git repository"):
        Mirror(tmp_path / "mirror.git", f"{address}/other.git").update()


def test_a_failed_update_keeps_the_last_state(mirror: Mirror, source: Path) -> None:
    before = mirror.update()
    source.rename(source.with_name("away.git"))
    with pytest.raises(HyperionError):
        mirror.update()
    assert mirror.refs() == before


def test_a_source_that_became_empty_or_shallow_is_refused(
    mirror: Mirror, source: Path, tmp_path: Path
) -> None:
    before = mirror.update()
    git(source, "symbolic-ref", "HEAD", "refs/heads/unborn")
    with pytest.raises(SourceError, match="git symbolic-ref HEAD"):
        mirror.update()
    git(tmp_path, "clone", "--quiet", "--bare", "--depth=1", source.as_uri(), "-b", "main", "cut")
    with pytest.raises(SourceError, match="git fetch --unshallow"):
        Mirror(tmp_path / "other.git", str(tmp_path / "cut")).update()
    assert not (tmp_path / "other.git").exists()
    assert mirror.refs() == before


def test_a_shallow_clone_behind_a_server_is_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "served").mkdir()
    git(tmp_path, "clone", "--quiet", "--bare", "--depth=1", source.as_uri(), "served/cut.git")
    with serve(tmp_path / "served") as address:
        mirror = Mirror(tmp_path / "mirror.git", f"{address}/cut.git")
        with pytest.raises(SourceError, match="git fetch --unshallow"):
            mirror.update()
    assert not mirror.git_dir.exists()


def test_a_second_writer_is_told_who_holds_the_mirror(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hyperion_pipelines.git.mirror.LOCK_WAIT", 0.1)
    mirror.update()
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with exclusive(mirror.git_dir.with_suffix(".lock"), doing="mirroring"):
            held.set()
            done.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    try:
        with pytest.raises(LockedError, match=f"process {os.getpid()}, mirroring"):
            mirror.update()
    finally:
        done.set()
        holder.join()
    mirror.update()


def test_refs_that_vanish_while_they_are_read_are_an_error(
    mirror: Mirror, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _, last = git(source, "rev-list", "--reverse", "main").decode().split()
    listed = Mirror.remote_refs

    def listed_then_renamed(self: Mirror) -> object:
        refs = listed(self)
        point_refs(source, Refs({"renamed": 2}, head="renamed"), [first, last])
        return refs

    monkeypatch.setattr(Mirror, "remote_refs", listed_then_renamed)
    with pytest.raises(SourceError, match="changed while it was read: run again"):
        mirror.update()
    monkeypatch.undo()
    assert mirror.update().head_branch == "refs/heads/renamed"
