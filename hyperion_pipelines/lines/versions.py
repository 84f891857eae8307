"""The lines of one version of a file, each with the commit that wrote it last.

A regular file has lines; links and submodules have none here.

A commit is given by its place in an order; which one it is, is the caller's business.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from immutables import Map
from numpy.typing import NDArray

from hyperion_pipelines.code.lines import count_all_lines
from hyperion_pipelines.errors import GitError
from hyperion_pipelines.git.blobs import read_blobs
from hyperion_pipelines.lines.patches import Hunk, hunks, read_patch

Origins = NDArray[np.int32]
Numbers = NDArray[np.int32]

NOWHERE = -1
EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
# What is larger, git itself never compares as text (core.bigFileThreshold).
MAXIMUM_BYTES = 512 << 20


class UnknownLinesError(Exception):
    """The lines of a version are needed which the replay did not see being written."""


@dataclass(frozen=True, slots=True)
class Text:
    """A version of a text file: `origins` has the commit of each line."""

    blob: str
    origins: Origins

    @classmethod
    def new(cls, blob: str, lines: int, commit: int) -> Self:
        """A version all of whose lines *commit* wrote."""
        return cls(blob, np.full(lines, commit, np.int32))


@dataclass(frozen=True, slots=True)
class Binary:
    """A version that git takes for binary: *commit* made it of the versions *before*.

    There are several where the commit is a merge, none where the file is new. Its lines are not
    looked at unless the file becomes text again. Where `is_known` is false, what it was made of is
    not known.
    """

    blob: str
    commit: int
    before: "tuple[Text | Binary, ...]" = ()
    is_known: bool = True


Version = Text | Binary
# A persistent map: a hash trie that shares with the map it was made of what did not change.
Files = Map[str, Version]
NO_FILES: Files = Map()


def read_as_text(git_dir: Path, version: Version) -> Text:
    """The lines of *version*, be it binary: git's hunks for text apply to it all the same.

    Raises UnknownLinesError where one of the versions that it comes from is not known.
    """
    if isinstance(version, Text):
        return version
    # Depth first without recursion: a picture may have had thousands of versions.
    texts: dict[int, Text] = {}
    pending: list[Version] = [version]
    while pending:
        last = pending[-1]
        unread = [] if isinstance(last, Text) else [v for v in last.before if id(v) not in texts]
        if unread:
            pending.extend(unread)
            continue
        pending.pop()
        if isinstance(last, Text):
            texts[id(last)] = last
        else:
            texts[id(last)] = _made_of(git_dir, last, [texts[id(v)] for v in last.before])
    return texts[id(version)]


def _made_of(git_dir: Path, version: Binary, sources: Sequence[Text]) -> Text:
    if not version.is_known:
        raise UnknownLinesError(version.blob)
    if not sources:
        return Text.new(version.blob, count_lines(git_dir, version.blob), version.commit)
    for source in sources:
        if source.blob == version.blob:
            return source
    places = [
        places_after(len(source.origins), hunks(read_patch(git_dir, source.blob, version.blob)))
        for source in sources
    ]
    known = [(source.origins, there) for source, there in zip(sources, places, strict=True)]
    return Text(version.blob, take_from(known, len(places[0]), version.commit))


def count_lines(git_dir: Path, blob: str) -> int:
    """The lines of a blob, whatever it holds. Raises GitError where git would not compare it."""
    ((_, size, content),) = read_blobs(git_dir, [blob], maximum_bytes=MAXIMUM_BYTES)
    if content is None:
        raise GitError(f"{blob} has {size:,} bytes: too large to be read as text")
    return count_all_lines(content)


def places_after(lines: int, patch: Iterable[Hunk]) -> Numbers:
    """For each line after *patch* its place among the *lines* before, or NOWHERE."""
    return rewrite(np.arange(lines, dtype=np.int32), patch, NOWHERE)


def rewrite(origins: Origins, patch: Iterable[Hunk], commit: int) -> Origins:
    """The origins of the lines after *patch*: those that it adds are *commit*'s."""
    parts: list[Origins] = []
    place = 0
    for hunk in patch:
        parts.append(origins[place : hunk.start])
        parts.append(np.full(hunk.added, commit, np.int32))
        place = hunk.start + hunk.removed
    return np.concatenate([*parts, origins[place:]]) if parts else origins


def take_from(sources: Sequence[tuple[Origins, Numbers]], lines: int, commit: int) -> Origins:
    """The origins of the *lines* of a version made of several: each line's is that of the first.

    *sources* has for each parent, in the order in which `git blame` asks them, the origins of its
    lines, and for each line of the new version its place among them, or NOWHERE. What no parent has
    is *commit*'s.
    """
    origins = np.full(lines, commit, np.int32)
    for before, places in reversed(sources):
        is_there = places != NOWHERE
        origins[is_there] = before[places[is_there]]
    return origins
