"""How git is called: environment, time limits, and errors in words that say what to do.

Every git process of the engine starts here. What the commands mean is the callers' business.
"""

import os
import re
import signal
import subprocess
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from typing import IO

from hyperion_pipelines.errors import (
    GitError,
    HyperionError,
    MissingObjectsError,
    SourceError,
    UnreachableError,
)


@dataclass(frozen=True)
class Explanation:
    """What a message of git's means, and what a user can do about it."""

    pattern: str
    error: type[HyperionError]
    remedy: str


# Matched against what git says under LC_ALL=C; the first that matches counts.
EXPLANATIONS = (
    Explanation(
        r"No space left on device|write error: out of diskspace",
        GitError,
        "the disk is full: free some room and run again; nothing published was changed",
    ),
    Explanation(
        r"detected dubious ownership",
        SourceError,
        "the repository belongs to another user: "
        "allow it with `git config --global --add safe.directory PATH`",
    ),
    Explanation(
        r"attempt to fetch/clone from a shallow|source repository is shallow",
        SourceError,
        "it is a shallow clone: complete it with `git fetch --unshallow`",
    ),
    Explanation(
        r"missing (?:blob|tree|commit|tag)? ?object"
        r"|unable to (?:read|stream) (?:[0-9a-f]{40}|tree|sha1)"
        r"|bad object|possible repository corruption|object file .* is empty"
        r"|Could not read [0-9a-f]{40}|promisor remote|inflate: data stream error|is corrupt"
        r"|unable to parse commit",
        MissingObjectsError,
        "objects of the repository are missing or damaged: `git fsck` says which; restore them "
        "(a partial clone: `git fetch --refetch --no-filter`) and run again",
    ),
    Explanation(
        r"not our ref",
        MissingObjectsError,
        "it changed while it was read, or lacks the commit that a branch or tag names: run again; "
        "if that does not help, `git fsck` there says what is missing",
    ),
    Explanation(
        r"could not read Username|Authentication failed|terminal prompts disabled"
        r"|Permission denied \(|HTTP (?:code = )?40[13]|returned error: 40[13]",
        SourceError,
        "access was refused: set up git's credential helper or an SSH key for this host, "
        "until `git ls-remote SOURCE` works without asking",
    ),
    Explanation(
        r"Permission denied|unable to access '/|insufficient permission",
        SourceError,
        "no permission to read it: grant this user read access to the repository's files",
    ),
    Explanation(
        r"does not appear to be a git repository|not a git repository"
        r"|repository '.*' (?:not found|does not exist)|Repository not found"
        r"|cannot change to '.*': No such file",
        SourceError,
        "it is not a git repository: name the folder or URL that `git clone` would take",
    ),
    Explanation(
        r"Could not resolve host|Connection refused|Connection timed out|unable to access"
        r"|Failed to connect|Network is unreachable|Operation timed out|Could not read from remote"
        r"|unable to look up|unable to connect",
        UnreachableError,
        "it cannot be reached: check the address and the network, then run again",
    ),
)

_CREDENTIALS = re.compile(r"(\w+://)[^/\s]+@")

# What `git rev-parse --local-env-vars` lists, but for the settings that a caller passes on.
_OF_A_REPOSITORY = frozenset(
    {
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR"),
        *("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE"),
        *("GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_CONFIG"),
        "GIT_INTERNAL_SUPER_PREFIX",
    }
)
# Attributes decide what is binary; a user's own lie outside the files that GIT_CONFIG_GLOBAL names.
_NO_CONFIGURATION = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "core.attributesFile",
    "GIT_CONFIG_VALUE_0": os.devnull,
}


@dataclass(frozen=True)
class GitResult:
    """What a finished command printed."""

    output: bytes
    errors: str


def redact(text: str) -> str:
    """*text* without what stands before the @ of a URL: it may be a credential."""
    return _CREDENTIALS.sub(r"\1", text)


def git_environment(*, user_configuration: bool = False) -> dict[str, str]:
    """The environment of a git process: nothing of the caller's repository, no prompt, plain C.

    A user's own configuration (credential helpers, proxies, URL rewriting) counts only where a
    command talks to a source; what reads our mirror must not depend on it.
    """
    inherited = {name: value for name, value in os.environ.items() if name not in _OF_A_REPOSITORY}
    fixed = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_REPLACE_OBJECTS": "1"}
    if user_configuration:
        # A user's own ssh command stays; without one, ssh must never wait for an answer.
        return {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"} | inherited | fixed
    inherited.pop("GIT_CONFIG_PARAMETERS", None)
    return inherited | fixed | _NO_CONFIGURATION


def explain(command: str, errors: str, status: int) -> HyperionError:
    """The error that a failed git command means; *command* is what was tried, in a few words."""
    said = redact(errors).strip()
    for known in EXPLANATIONS:
        if re.search(known.pattern, said, re.IGNORECASE):
            return known.error(f"{command}: {known.remedy}. git said: {_last_line(said)}")
    return GitError(f"{command}: git failed with status {status}: {said or 'it said nothing'}")


def _last_line(said: str) -> str:
    """The line of git's that tells most: its last error, not the advice that follows."""
    telling = [line for line in said.splitlines() if re.match(r"(fatal|error|remote):", line)]
    return (telling or said.splitlines() or [""])[0]


def run_git(
    arguments: Sequence[str],
    *,
    git_dir: Path | None = None,
    timeout: float | None = None,
    user_configuration: bool = False,
    keep_open: Sequence[int] = (),
    what: str = "",
) -> GitResult:
    """Run git to its end and return what it printed.

    *keep_open* are file descriptors that git and its children inherit: a lock among them stays held
    for as long as any of them lives. Raises a HyperionError when git fails or takes longer than
    *timeout* seconds; its whole process group is ended then.
    """
    what = what or f"git {arguments[0]}"
    process = subprocess.Popen(
        _command(arguments, git_dir),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=git_environment(user_configuration=user_configuration),
        pass_fds=keep_open,
        start_new_session=True,
    )
    with _ended_with_its_group(process):
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            message = f"{what}: no end after {timeout:g} s; raise HYPERION_GIT_TIMEOUT or retry"
            raise SourceError(message) from error
    said = errors.decode(errors="replace")
    if process.returncode:
        raise explain(what, said, process.returncode)
    return GitResult(output, redact(said))


@contextmanager
def stream_git(
    arguments: Sequence[str], *, git_dir: Path, lines: Iterable[str] = (), what: str = ""
) -> Generator[IO[bytes]]:
    """The standard output of a git process that reads *lines* on its standard input.

    The input is fed by a thread, so neither pipe can block the other. Leaving the block early ends
    git; leaving it normally checks its exit status and raises a HyperionError if it failed.
    """
    what = what or f"git {arguments[0]}"
    with TemporaryFile() as errors:
        process = subprocess.Popen(
            _command(arguments, git_dir),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=git_environment(),
            start_new_session=True,
        )
        if process.stdin is None or process.stdout is None:
            raise GitError(f"{what}: git has no standard input and output")
        feeder = Thread(target=_feed, args=(process.stdin, lines), daemon=True)
        with _ended_with_its_group(process):
            feeder.start()
            yield process.stdout
            process.stdout.close()
            feeder.join()
            status = process.wait()
        if status:
            errors.seek(0)
            raise explain(what, errors.read().decode(errors="replace"), status)


def _command(arguments: Sequence[str], git_dir: Path | None) -> list[str]:
    return ["git", *([f"--git-dir={git_dir}"] if git_dir else []), *arguments]


def _feed(pipe: IO[bytes], lines: Iterable[str]) -> None:
    """Write *lines*; a git that ended early has said why on its standard error."""
    try:
        with pipe:
            for line in lines:
                pipe.write(f"{line}\n".encode())
                pipe.flush()  # whoever asks line by line waits for the answer
    except BrokenPipeError:
        return


@contextmanager
def _ended_with_its_group(process: subprocess.Popen[bytes]) -> Generator[None]:
    """End git and its helpers (git-remote-https, index-pack) when the block is left by an error.

    A helper may outlive the git that started it, so the group is ended even where git has ended.
    """
    try:
        yield
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    finally:
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
