"""How git is called: its environment, its end, and what its errors are turned into."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from hyperion_pipelines.errors import (
    GitError,
    HyperionError,
    MissingObjectsError,
    SourceError,
    UnreachableError,
)
from hyperion_pipelines.git.commands import (
    explain,
    git_environment,
    redact,
    run_git,
    stream_git,
)
from hyperion_pipelines.locks import LockedError, exclusive
from tests.histories import git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--bare", "here.git")
    return tmp_path / "here.git"


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within 5 s"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def alias(script: str) -> list[str]:
    """A git command that runs a shell script."""
    return ["-c", f"alias.script=!{script}", "script"]


def test_what_git_prints_is_returned(repository: Path) -> None:
    assert run_git(["rev-parse", "--git-dir"], git_dir=repository).output.strip()


@pytest.mark.parametrize(
    ("said", "error", "remedy"),
    [
        ("fatal: write error: No space left on device", GitError, "free some room"),
        ("fatal: detected dubious ownership in repository", SourceError, "safe.directory"),
        ("fatal: attempt to fetch/clone from a shallow repository", SourceError, "--unshallow"),
        ("error: Could not read " + "ab" * 20, MissingObjectsError, "git fsck"),
        ("fatal: unable to read " + "ab" * 20, MissingObjectsError, "git fsck"),
        ("fatal: unable to stream " + "ab" * 20 + " to stdout", MissingObjectsError, "git fsck"),
        ("error: inflate: data stream error", MissingObjectsError, "git fsck"),
        ("fatal: remote error: upload-pack: not our ref 12", MissingObjectsError, "run again"),
        ("fatal: could not read Username for 'https://h'", SourceError, "credential helper"),
        ("git@h: Permission denied (publickey).", SourceError, "SSH key"),
        ("The requested URL returned error: 403", SourceError, "credential helper"),
        ("fatal: cannot open '/r/objects': Permission denied", SourceError, "read access"),
        ("fatal: '/x' does not appear to be a git repository", SourceError, "git clone"),
        (
            "fatal: unable to access 'http://h/': Could not resolve host: h",
            UnreachableError,
            "network",
        ),
        ("fatal: Could not read from remote repository.", UnreachableError, "network"),
    ],
)
def test_errors_say_what_to_do(said: str, error: type[HyperionError], remedy: str) -> None:
    explained = explain("reading it", said, 128)
    assert type(explained) is error
    assert remedy in str(explained)
    assert str(explained).startswith("reading it: ")


def test_an_error_of_an_unknown_kind_carries_gits_own_words(repository: Path) -> None:
    with pytest.raises(GitError, match=r"git no-such-command: git failed with status 1: .*not a"):
        run_git(["no-such-command"], git_dir=repository)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("fatal: https://user:secret@host/x", "fatal: https://host/x"),
        ("https://token@host/x and ssh://git@host/y", "https://host/x and ssh://host/y"),
        ("https://user:half@secret@host/x", "https://host/x"),
        ("https://host/path@tag", "https://host/path@tag"),
    ],
)
def test_credentials_are_taken_out_of_messages(text: str, clean: str) -> None:
    assert redact(text) == clean


def test_a_callers_repository_is_not_ours(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a git hook, whose variables name the repository that it runs for."""
    for name in git(tmp_path, "rev-parse", "--local-env-vars").decode().split():
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    found = run_git(["-C", str(repository), "rev-parse", "--absolute-git-dir"])
    assert found.output.decode().strip() == str(repository.resolve())


def test_a_users_settings_count_only_where_a_source_is_spoken_to(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text("[user]\n\tname = From the file\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.email")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "from@the.environment")
    question = ["config", "--get-regexp", "^user"]
    seen = run_git(question, git_dir=repository, user_configuration=True).output
    assert seen == b"user.name From the file\nuser.email from@the.environment\n"
    with pytest.raises(GitError, match="status 1"):
        run_git(question, git_dir=repository)


def test_nobody_is_asked_for_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIT_SSH_COMMAND", raising=False)
    for user_configuration in (False, True):
        environment = git_environment(user_configuration=user_configuration)
        assert environment["GIT_TERMINAL_PROMPT"] == "0"
    assert environment["GIT_SSH_COMMAND"] == "ssh -o BatchMode=yes"
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -i key")
    assert git_environment(user_configuration=True)["GIT_SSH_COMMAND"] == "ssh -i key"


@pytest.mark.parametrize("waits", ["", "&"], ids=["in front", "behind a git that ended"])
def test_the_time_limit_ends_every_process_of_the_group(tmp_path: Path, waits: str) -> None:
    pid_file = tmp_path / "pid"
    script = f"sh -c 'echo $$ >{pid_file}; exec sleep 60' {waits}"
    started = time.monotonic()
    with pytest.raises(SourceError, match=r"no end after 0.5 s; raise HYPERION_GIT_TIMEOUT"):
        run_git(alias(script), timeout=0.5)
    assert time.monotonic() - started < 10
    sleeper = int(pid_file.read_text())
    wait_until(lambda: not is_running(sleeper))


def test_an_orphan_of_git_keeps_the_lock(tmp_path: Path) -> None:
    """Whoever still writes into the mirror holds it, even when the process that began is gone."""
    pid_file, lock = tmp_path / "pid", tmp_path / "mirror.lock"
    orphan = f"sh -c 'echo $$ >{pid_file}; exec sleep 60 >/dev/null 2>&1' >/dev/null 2>&1 &"
    with exclusive(lock, doing="mirroring") as descriptor:
        run_git(alias(orphan), keep_open=[descriptor])
        wait_until(lambda: pid_file.exists() and bool(pid_file.read_text().strip()))
    with (
        pytest.raises(LockedError, match=f"process {os.getpid()}, mirroring"),
        exclusive(lock, doing="mirroring"),
    ):
        pass
    psutil.Process(int(pid_file.read_text())).kill()
    with exclusive(lock, doing="mirroring", wait=5.0):
        pass


def test_a_stream_neither_blocks_nor_loses_a_line(repository: Path) -> None:
    """Both pipes are larger than the kernel holds of either."""
    asked = [f"{number:040x}" for number in range(50_000)]
    command = ["cat-file", "--batch-check"]
    with stream_git(command, git_dir=repository, lines=asked) as stream:
        answers = [line.split()[0].decode() for line in stream]
    assert answers == asked


def test_a_stream_that_failed_is_an_error_at_its_end(repository: Path) -> None:
    with (
        pytest.raises(GitError, match="listing: git failed with status 128"),
        stream_git(["rev-list", "nowhere"], git_dir=repository, what="listing") as stream,
    ):
        assert stream.read() == b""


def test_an_error_inside_the_block_ends_the_stream_and_is_kept(repository: Path) -> None:
    command = alias("echo $$; exec sleep 60")
    pids: list[int] = []

    def stop_after_one_line() -> None:
        with stream_git(command, git_dir=repository) as stream:
            pids.append(int(stream.readline()))
            raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        stop_after_one_line()
    wait_until(lambda: not is_running(pids[0]))
