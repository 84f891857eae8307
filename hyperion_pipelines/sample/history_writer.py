"""Writes git histories deterministically through `git fast-import`.

The sample repository and the histories of the tests are made with it: the same calls give the same
object ids on any machine, thousands of commits a second. It knows nothing of what a history means.
"""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

from hyperion_pipelines.errors import GitError

REGULAR, EXECUTABLE, SYMLINK, GITLINK = "100644", "100755", "120000", "160000"


@dataclass(frozen=True)
class Person:
    """An author or committer as git records it."""

    name: str
    email: str

    def signature(self, when: datetime) -> bytes:
        """`name <email> seconds zone`, as fast-import reads it; *when* carries its zone."""
        offset = when.strftime("%z")
        return f"{self.name} <{self.email}> {int(when.timestamp())} {offset}".encode()


@dataclass(frozen=True)
class Entry:
    """A file of a commit: its content (a sha for a GITLINK) and its mode."""

    content: bytes
    mode: str = REGULAR


Content = str | bytes | Entry | None  # None deletes the path


@dataclass(frozen=True, kw_only=True)
class Commit:
    """What a commit records.

    *files* are changes against the first parent, applied after *renames* (old path to new).
    *parents* are marks; None means the branch's tip (or a root), an empty list a new root. *time*
    and *commit_time* carry their zone; the committer defaults to the author, his time likewise.
    """

    message: str | bytes
    files: Mapping[str | bytes, Content] | Mapping[str, Content]
    author: Person
    time: datetime
    committer: Person | None = None
    commit_time: datetime | None = None
    branch: str = "main"
    parents: Sequence[int] | None = None
    renames: Mapping[str, str] = field(default_factory=dict[str, str])
    encoding: str | None = None


@dataclass
class HistoryWriter:
    """A bare repository being written; `finish` (or leaving the `with` block) completes it.

    A commit is named by the mark that `add` returns, until `shas` maps marks to object ids.
    """

    git_dir: Path
    head: str = "main"
    shas: dict[int, str] = field(default_factory=dict[int, str])
    _tips: dict[str, int] = field(default_factory=dict[str, int])
    _marks: int = 0

    def __post_init__(self) -> None:
        init = ["git", "init", "--quiet", "--bare", f"--initial-branch={self.head}"]
        subprocess.run([*init, str(self.git_dir)], check=True, capture_output=True)
        self._process = subprocess.Popen(
            [
                "git",
                f"--git-dir={self.git_dir}",
                "fast-import",
                "--quiet",
                "--done",
                "--force",
                "--date-format=raw-permissive",
                f"--export-marks={self._marks_file}",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.finish()

    def add(self, commit: Commit) -> int:
        """Add a commit to its branch and return its mark."""
        self._marks += 1
        tip = self._tips.get(commit.branch)
        parents = commit.parents if commit.parents is not None else ([tip] if tip else [])
        if tip and not parents:  # a new root on an existing branch starts from nothing
            self._write(b"reset refs/heads/%s\n" % commit.branch.encode())
        self._write(b"\n".join(_lines(commit, self._marks, parents)) + b"\n")
        self._tips[commit.branch] = self._marks
        return self._marks

    def branch(self, name: str, mark: int) -> None:
        """Point branch *name* at *mark*, creating it if need be."""
        self._write(b"reset refs/heads/%s\nfrom :%d\n" % (name.encode(), mark))
        self._tips[name] = mark

    def delete_branch(self, name: str) -> None:
        """Forget branch *name*; its commits stay where another ref reaches them."""
        self._write(b"reset refs/heads/%s\nfrom %s\n" % (name.encode(), b"0" * 40))
        del self._tips[name]

    def sha(self, mark: int) -> str:
        """Return the object id of a commit already added, while the import still runs."""
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise GitError("git fast-import has no standard input or output")
        self._write(b"get-mark :%d\n" % mark)
        process.stdin.flush()
        if answer := process.stdout.readline():
            return answer.decode().strip()
        raise GitError(f"git fast-import knows no mark {mark}")

    def tag(self, name: str, mark: int) -> None:
        """Make a lightweight tag."""
        self._write(b"reset refs/tags/%s\nfrom :%d\n" % (name.encode(), mark))

    def finish(self) -> dict[int, str]:
        """Complete the import and return the object id of every mark; a second call is harmless."""
        if self._process.stdin and not self._process.stdin.closed:
            self._write(b"done\n")
            _, errors = self._process.communicate()
            if self._process.returncode:
                raise GitError(f"git fast-import refused the history: {errors.decode()}")
            pairs = (line[1:].split() for line in self._marks_file.read_text().splitlines())
            self.shas.update({int(mark): sha for mark, sha in pairs})
            self._marks_file.unlink()
        return self.shas

    @property
    def _marks_file(self) -> Path:
        return self.git_dir.resolve() / "fast-import.marks"

    def _write(self, data: bytes) -> None:
        if self._process.stdin is None:
            raise GitError("git fast-import has no standard input")
        self._process.stdin.write(data)


def _lines(commit: Commit, mark: int, parents: Sequence[int]) -> list[bytes]:
    committer = commit.committer or commit.author
    message = commit.message
    lines = [
        b"commit refs/heads/%s" % commit.branch.encode(),
        b"mark :%d" % mark,
        b"author " + commit.author.signature(commit.time),
        b"committer " + committer.signature(commit.commit_time or commit.time),
    ]
    if commit.encoding:
        lines.append(b"encoding " + commit.encoding.encode())
    lines.append(_data(message.encode() if isinstance(message, str) else message))
    lines += [(b"merge :%d" if place else b"from :%d") % of for place, of in enumerate(parents)]
    lines += [b"R %s %s" % (_quoted(old), _quoted(new)) for old, new in commit.renames.items()]
    lines += [_change(path, content) for path, content in commit.files.items()]
    return lines


def _data(content: bytes) -> bytes:
    return b"data %d\n%s" % (len(content), content)


def _quoted(path: str | bytes) -> bytes:
    raw = path.encode() if isinstance(path, str) else path
    escapes = {0x22: b'\\"', 0x5C: b"\\\\", 0x0A: b"\\n"}
    return b'"' + b"".join(escapes.get(byte, bytes([byte])) for byte in raw) + b'"'


def _change(path: str | bytes, content: Content) -> bytes:
    if content is None:
        return b"D " + _quoted(path)
    entry = (
        content
        if isinstance(content, Entry)
        else Entry(content.encode() if isinstance(content, str) else content)
    )
    if entry.mode == GITLINK:
        return b"M 160000 %s %s" % (entry.content, _quoted(path))
    return b"M %s inline %s\n%s" % (entry.mode.encode(), _quoted(path), _data(entry.content))
