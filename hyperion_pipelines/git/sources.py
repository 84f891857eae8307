"""What a user names as a repository: a local path or a URL, made absolute, checked, and listed.

A source is only ever read. Mirroring it is `mirror`'s business.
"""

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hyperion_pipelines.errors import GitError, SourceError, UsageError
from hyperion_pipelines.git.commands import run_git

LIST_TIMEOUT = 60.0

_URL = re.compile(r"^(https?|ssh|git|file)://", re.IGNORECASE)
_ANY_URL = re.compile(r"^[\w.+-]+://")
_SCP = re.compile(r"^(?:[\w.-]+@)?[\w.-]+:(?!//)(?!\\)")  # user@host:path, as ssh takes it
_REF = re.compile(r"^refs/(?:heads|tags)/.*(?<!\^\{\})$")  # without the peeled form of a tag
_SLUG = re.compile(r"[a-z0-9._-]+")
SHA_LENGTH = 40
BRANCHES = "refs/heads/"


@dataclass(frozen=True)
class RefList:
    """The branches, tags and HEAD of a repository at one moment.

    `refs` maps full names (refs/heads/..., refs/tags/...) to object ids; `head_branch` is None
    where HEAD is detached.
    """

    head_sha: str
    head_branch: str | None
    refs: dict[str, str]

    @property
    def tips(self) -> list[str]:
        """The object ids of HEAD and the branches, which reach the whole history."""
        branches = (sha for name, sha in self.refs.items() if name.startswith(BRANCHES))
        return sorted({self.head_sha, *branches})

    @property
    def digest(self) -> str:
        """A hash of all of it: two lists with the same digest have the same history."""
        lines = [f"{sha} {name}" for name, sha in sorted(self.refs.items())]
        head = f"{self.head_sha} HEAD {self.head_branch or 'detached'}"
        return hashlib.sha256("\n".join([head, *lines]).encode()).hexdigest()


def resolve_source(text: str) -> str:
    """The source as git takes it: a URL unchanged, a path absolute and at its repository's root.

    Raises UsageError for a URL that carries credentials or for an empty name, SourceError for a
    path that is no repository.
    """
    text = text.strip()
    if not text:
        raise UsageError("no repository named: give a path or a URL")
    if _ANY_URL.match(text):
        _check_url(text)
        return text
    path = Path(text).expanduser()
    if _SCP.match(text) and not path.exists():
        return text
    return str(_repository_root(path))


def local_path(source: str) -> Path | None:
    """The folder of a source on this machine (a path or a file URL), else None."""
    if source.lower().startswith("file://"):
        return Path(unquote(urlsplit(source).path))
    return None if _URL.match(source) or _SCP.match(source) else Path(source)


def suggest_slug(source: str) -> str:
    """A slug for *source*: the last part of its name, in lower case, without `.git`."""
    last = re.split(r"[/:\\]", source.rstrip("/\\"))
    names = [part for part in last if part and part != ".git"]
    slug = re.sub(r"[^a-z0-9._-]+", "-", (names or [""])[-1].lower().removesuffix(".git"))
    return slug.strip("-.") or "repository"


def check_slug(slug: str) -> str:
    """*slug* itself. Raises UsageError unless it is made of a-z, 0-9, dot, underscore and dash."""
    if not _SLUG.fullmatch(slug) or slug.strip(".") == "":
        raise UsageError(f"{slug!r} cannot name a repository: use a-z, 0-9, '.', '_' and '-'")
    return slug


def read_refs(source: str, *, timeout: float) -> RefList:
    """What *source* holds now, listed within *timeout* or LIST_TIMEOUT seconds.

    Raises SourceError where it cannot be reached, or cannot be analysed as it is.
    """
    check_complete(source)
    return list_refs(source, timeout=min(timeout, LIST_TIMEOUT))


def check_complete(source: str) -> None:
    """Raise SourceError when a local source is a shallow or partial clone: its past is missing."""
    path = local_path(source)
    if path is None:
        return
    inside = ["-C", str(path)]
    shallow = run_git(
        [*inside, "rev-parse", "--is-shallow-repository"],
        user_configuration=True,
        what=f"reading {source}",
    )
    if shallow.output.strip() == b"true":
        raise SourceError(
            f"{source} is a shallow clone, so most of its history is missing: "
            "run `git fetch --unshallow` in it, then run again"
        )
    settings = run_git([*inside, "config", "--list", "--name-only"], user_configuration=True)
    if re.search(rb"(?m)^(extensions\.partialclone|remote\..*\.promisor)$", settings.output):
        raise SourceError(
            f"{source} is a partial clone, so contents are missing: "
            "run `git fetch --refetch --no-filter` in it, unset its promisor settings "
            "(git config --unset-all remote.origin.promisor), then run again"
        )


def list_refs(source: str, *, timeout: float) -> RefList:
    """HEAD, branches and tags of *source*, by `git ls-remote`.

    Raises SourceError where it cannot be reached, holds no commit, or HEAD names an unborn branch.
    """
    listing = run_git(
        ["ls-remote", "--symref", "--", source, "HEAD", "refs/heads/*", "refs/tags/*"],
        timeout=timeout,
        user_configuration=True,
        what=f"reading {source}",
    ).output.decode(errors="backslashreplace")
    rows = [line.split("\t", 1) for line in listing.splitlines() if "\t" in line]
    symbolic = {name: sha.removeprefix("ref: ") for sha, name in rows if sha.startswith("ref: ")}
    shas = {name: sha for sha, name in rows if not sha.startswith("ref: ")}
    # A pattern of ls-remote matches the end of any name: refs/remotes/origin/HEAD is none of ours.
    refs = {name: sha for name, sha in shas.items() if _REF.match(name)}
    if "HEAD" not in shas:
        raise _no_head(source, has_refs=bool(refs))
    if len(shas["HEAD"]) != SHA_LENGTH:
        raise SourceError(f"{source} names its objects by SHA-256: only SHA-1 is read so far")
    # HEAD may name a ref that is no branch: it counts as detached then.
    branch = symbolic.get("HEAD")
    return RefList(shas["HEAD"], branch if branch in refs else None, refs)


def _no_head(source: str, *, has_refs: bool) -> SourceError:
    if not has_refs:
        return SourceError(f"{source} is empty: commit something to it, then run again")
    return SourceError(
        f"{source} has no commits on HEAD, which names a branch that does not exist: "
        "choose one there with `git symbolic-ref HEAD refs/heads/BRANCH`, then run again"
    )


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        message = "this URL cannot be read: a % code stands for a character that URLs reserve"
        raise UsageError(message) from None  # the cause would print credentials
    if parts.password or (parts.username and parts.scheme.lower() in {"http", "https"}):
        raise UsageError(
            f"the URL for {parts.hostname} carries credentials, which would end up in logs and "
            "tables: leave out what stands before the @ and let git's credential helper supply it"
        )
    if not _URL.match(url):
        raise UsageError(f"no repository is read over {parts.scheme}: use https, ssh, git or file")


def _repository_root(path: Path) -> Path:
    try:
        there = path.stat()
    except PermissionError as error:
        message = f"no permission to read {path}: grant this user read access to it"
        raise SourceError(message) from error
    except OSError as error:
        message = f"{path} does not exist: name a path or a URL of a git repository"
        raise SourceError(message) from error
    if not stat.S_ISDIR(there.st_mode):
        raise SourceError(f"{path} is a file: name the folder of a git repository")
    try:
        return _ask_for_folder(path, "--show-toplevel")
    except GitError:  # a bare repository has no work tree to be the top of
        return _ask_for_folder(path, "--absolute-git-dir")


def _ask_for_folder(path: Path, question: str) -> Path:
    found = run_git(
        ["-C", str(path), "rev-parse", question], user_configuration=True, what=f"reading {path}"
    )
    return Path(os.fsdecode(found.output).removesuffix("\n"))
