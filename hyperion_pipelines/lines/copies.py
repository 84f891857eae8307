"""Finds the deleted file that a new one came of, for each new file by itself, as `git blame` does.

`git log -M` takes a deleted file for the source of one rename only. Where a file was split, or
copied before it was moved, blame follows all that came of it. So for each new file that is left, a
commit of its own is written to a repository made for the moment (its objects are the mirror's), in
which it is the only new file; git itself then says what it was renamed from. Copies of a file that
stays where it is are new files, to blame and here.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import polars as pl

from hyperion_pipelines.git.commands import run_git, stream_git
from hyperion_pipelines.git.log_stream import decode_path, split_raw
from hyperion_pipelines.git.modes import IS_FILE
from hyperion_pipelines.lines.patches import COMMITS, DIFF, OPTIONS, by_their_blobs
from hyperion_pipelines.lines.records import read_records

Key = TypeVar("Key", bound=Hashable)

RENAMES = (*DIFF, *COMMITS, "-z", "--raw", "--no-abbrev", *OPTIONS, "--diff-filter=R")
# New times deleted files beyond which the new ones are not looked at one by one: git compares all.
MAXIMUM_PAIRS = 50_000


@dataclass(frozen=True, slots=True)
class Search:
    """New files, and the deleted files of which they may have come; both path -> blob."""

    new: Mapping[str, str]
    deleted: Mapping[str, str]

    @property
    def is_small(self) -> bool:
        """Whether its new files can be looked at one by one."""
        return len(self.new) * len(self.deleted) <= MAXIMUM_PAIRS

    def parts(self) -> Iterator["Search"]:
        """What to ask git for: each file by itself, or all at once where these are too many."""
        if self.is_small:
            yield from (Search({path: blob}, self.deleted) for path, blob in self.new.items())
        else:
            yield self


@dataclass(frozen=True, slots=True)
class Copy:
    """The deleted file that a new one came of, and the patch between them."""

    source: str
    patch: bytes


def find_copies(
    git_dir: Path, searches: Mapping[Key, Search], *, workers: int = 1
) -> dict[Key, dict[str, Copy]]:
    """The copies that were found, by the keys of their searches and by path."""
    parts = [(key, part) for key, search in searches.items() for part in search.parts()]
    if not parts:
        return {}
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        run_git(["init", "--quiet", "--bare", folder])
        alternates = scratch / "objects" / "info" / "alternates"
        alternates.write_text(f"{git_dir.absolute() / 'objects'}\n")
        shas = _write_commits(scratch, [part for _, part in parts])
        copies: dict[Key, dict[str, Copy]] = defaultdict(dict)
        records = read_records(scratch, RENAMES, shas, workers=workers)
        for (key, _), (_, record) in zip(parts, records, strict=True):
            copies[key].update(_renamed(record))
    return copies


def read_copies(
    git_dir: Path, changes: pl.DataFrame, *, workers: int = 1
) -> dict[str, dict[str, Copy]]:
    """The copies among *changes*, by commit and path.

    Only a commit that both renames and adds files can hold copies that git did not tell of.
    """
    regular = changes.filter(IS_FILE)
    asked = regular.filter(_IS_ADDED.any().over("sha"), _IS_RENAMED.any().over("sha"))
    searches = {
        str(sha): search
        for (sha,), rows in asked.group_by("sha", maintain_order=True)
        if (search := _search(rows)).is_small
    }
    return find_copies(git_dir, searches, workers=workers)


_IS_ADDED = pl.col("status") == "A"
_IS_RENAMED = pl.col("status") == "R"
_IS_DELETED = pl.col("status").is_in(["D", "R"])


def _search(changes: pl.DataFrame) -> Search:
    """The search for what came of the files that one commit deleted; empty files come of none."""
    holds_something = pl.col("is_binary") | (pl.col("added") > 0)
    added = changes.filter(_IS_ADDED, holds_something).select("path", "new_blob")
    deleted = changes.filter(_IS_DELETED).select(pl.coalesce("old_path", "path"), "old_blob")
    return Search(dict(added.iter_rows()), dict(deleted.iter_rows()))


def _renamed(record: bytes) -> Iterator[tuple[str, Copy]]:
    """The new files of a commit that were renamed from others, by path."""
    raw, _, patches = record.lstrip(b"\0").partition(b"\0\0diff --git ")
    by_blobs = by_their_blobs(patches.split(b"\ndiff --git "))
    entries, _ = split_raw([*raw.split(b"\0"), b""])
    for (_, _, before, after, _), path, source in entries:
        if source is not None:
            blobs = (before.decode("ascii"), after.decode("ascii"))
            yield decode_path(path), Copy(decode_path(source), by_blobs.get(blobs, b""))


def _write_commits(scratch: Path, searches: Sequence[Search]) -> list[str]:
    """Write a commit for each search, over one that holds the deleted files; returns their shas."""
    marks = scratch / "marks"
    command = ["fast-import", "--quiet", f"--export-marks={marks}"]
    with stream_git(
        command, git_dir=scratch, lines=_commands(searches), what="searching for copies"
    ) as output:
        output.read()
    shas = dict(line.split() for line in marks.read_text().splitlines())
    return [shas[f":{mark}"] for mark in range(1, len(searches) + 1)]


def _commands(searches: Sequence[Search]) -> Iterator[str]:
    """Commands of `git fast-import`; the mark of a search's commit is its place, from 1."""
    deleted, parent = None, 0
    for mark, search in enumerate(searches, start=1):
        if search.deleted is not deleted:
            deleted, parent = search.deleted, len(searches) + mark
            yield from _commit(parent, None, deleted)
        yield from _commit(mark, parent, search.new)


def _commit(mark: int, parent: int | None, files: Mapping[str, str]) -> Iterator[str]:
    # The mark in the name makes each differ from any other: no two searches share a commit.
    yield f"commit refs/heads/searches\nmark :{mark}"
    yield f"committer Search {mark} <> 0 +0000\ndata 0"
    if parent:
        yield f"from :{parent}"
    yield "deleteall"
    for path, blob in files.items():
        yield f"M 100644 {blob} {_quoted(path)}"


def _quoted(path: str) -> str:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
