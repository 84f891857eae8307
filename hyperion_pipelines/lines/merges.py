"""Reads what merges did: which files they took from which parent, and which they made anew.

A file that equals one parent's needs no more than its blob. For one that differs from all of them,
git's combined diff says of each line which parents have it. Renames are the business of
`merge_step`: git would look for them in every merge, and hardly any has one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hyperion_pipelines.errors import GitError
from hyperion_pipelines.git.log_stream import decode_path, split_raw
from hyperion_pipelines.git.modes import is_file
from hyperion_pipelines.lines.patches import COMMITS, DIFF, OPTIONS
from hyperion_pipelines.lines.records import read_records
from hyperion_pipelines.lines.versions import NOWHERE, Numbers

RAW = (*DIFF, *COMMITS, "-z", "--raw", "--no-abbrev")
AGAINST_FIRST_PARENT = (*RAW, "--diff-merges=first-parent", "--no-renames")
# A line of context: with none, git leaves out lines within a hunk that all parents have.
AGAINST_ALL_PARENTS = (*RAW, "-c", *OPTIONS, "-U1", "--no-renames")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a merge that differs from the first parent's: its mode (after) and blob."""

    path: str
    status: str
    mode: str
    blob: str

    @property
    def leaves_file(self) -> bool:
        """Whether a regular file is there after the merge."""
        return self.status != "D" and is_file(self.mode)


@dataclass(frozen=True, slots=True)
class Combination:
    """A file that differs from every parent's: its blob and theirs, and the patch.

    NO_OBJECT stands for the blob of a parent that has no such file.
    """

    blob: str
    parents: Sequence[str]
    patch: bytes

    @property
    def is_binary(self) -> bool:
        """Whether git takes one of the versions for binary."""
        return self.patch.rstrip().endswith(b"\nBinary files differ")


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge did: *entries* against its first parent, *combinations* by path."""

    sha: str
    entries: Sequence[Entry]
    combinations: Mapping[str, Combination]


def read_merges(git_dir: Path, shas: Sequence[str]) -> Iterator[Merge]:
    """What each of *shas*, all of them merges, did; in their order."""
    first_parent = read_records(git_dir, AGAINST_FIRST_PARENT, shas)
    all_parents = read_records(git_dir, AGAINST_ALL_PARENTS, shas)
    for (sha, entries), (_, combinations) in zip(first_parent, all_parents, strict=True):
        yield Merge(sha, list(_entries(entries)), dict(_combinations(combinations)))


def _entries(record: bytes) -> Iterator[Entry]:
    entries, _ = split_raw(record.lstrip(b"\0").split(b"\0"))
    for fields, path, _ in entries:
        old_mode, new_mode, _, blob, status = (field.decode("ascii") for field in fields)
        yield Entry(decode_path(path), status, old_mode if status == "D" else new_mode, blob)


def _combinations(record: bytes) -> Iterator[tuple[str, Combination]]:
    raw, _, patches = record.strip(b"\0").partition(b"\0\0diff --combined ")
    by_blobs = {_blobs(patch): patch for patch in patches.split(b"\ndiff --combined ")}
    tokens = raw.split(b"\0") if raw else []
    for described, path in zip(tokens[0::2], tokens[1::2], strict=True):
        modes_and_blobs = described.lstrip(b":\n").decode("ascii").split(" ")[:-1]
        *parents, blob = modes_and_blobs[len(modes_and_blobs) // 2 :]
        patch = by_blobs.get((*parents, blob), b"")
        yield decode_path(path), Combination(blob, parents, patch)


def _blobs(patch: bytes) -> tuple[str, ...]:
    start = patch.find(b"\nindex ") + len(b"\nindex ")
    *before, after = patch[start : patch.find(b"\n", start)].replace(b"..", b",").split(b",")
    return tuple(blob.decode("ascii", "replace") for blob in (*before, after))


def line_sources(patch: bytes, lengths: Sequence[int | None]) -> list[Numbers]:
    """For each parent the place (from 0) of each line of the merged file in it, or NOWHERE.

    *lengths* are the numbers of lines of the parents' files, None where one is not known. Raises
    GitError for a patch that does not fit them.
    """
    parents = len(lengths)
    sources: list[list[Numbers]] = [[] for _ in lengths]
    places, merged = [0] * parents, 0
    for hunk in patch.split(b"\n" + b"@" * (parents + 1) + b" ")[1:]:
        header, *lines = hunk.split(b"\n")
        *_, ours = header.split(b" ", parents + 1)[: parents + 1]
        start = int(ours[1:].split(b",")[0]) - 1
        _skip(sources, places, start - merged)
        merged = start + _walk(sources, places, lines)
    rests = {
        length - place for length, place in zip(lengths, places, strict=True) if length is not None
    }
    if len(rests) != 1 or min(rests) < 0:
        raise GitError("git's combined diff does not fit the files that were merged")
    _skip(sources, places, rests.pop())
    return [np.concatenate(parts) for parts in sources]


def _skip(sources: list[list[Numbers]], places: list[int], lines: int) -> None:
    """Lines that all parents have."""
    for parent, parts in enumerate(sources):
        parts.append(np.arange(places[parent], places[parent] + lines, dtype=np.int32))
        places[parent] += lines


def _walk(sources: list[list[Numbers]], places: list[int], lines: Sequence[bytes]) -> int:
    """The lines of a hunk; returns how many of them the merged file has."""
    parents, merged = len(sources), 0
    numbers: list[list[int]] = [[] for _ in sources]
    for line in lines:
        signs = line[:parents]
        if not signs or signs.startswith(b"\\"):  # the end of the patch, or of a file
            continue
        is_removed = b"-" in signs
        merged += not is_removed
        for parent, sign in enumerate(signs):
            has_line = (sign == ord("-")) if is_removed else (sign == ord(" "))
            if not is_removed:
                numbers[parent].append(places[parent] if has_line else NOWHERE)
            places[parent] += has_line
    for parent, found in enumerate(numbers):
        sources[parent].append(np.array(found, np.int32))
    return merged
