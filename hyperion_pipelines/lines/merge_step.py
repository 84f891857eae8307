"""What a merge makes of the files: each is one parent's, or made of several, or new.

Merges remove no lines. What git says of them is read by `merges`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from hyperion_pipelines.git.log_stream import NO_OBJECT
from hyperion_pipelines.lines.copies import Copy, Search, find_copies
from hyperion_pipelines.lines.merges import Combination, Merge, line_sources
from hyperion_pipelines.lines.patches import hunks
from hyperion_pipelines.lines.versions import (
    Binary,
    Files,
    Numbers,
    Text,
    Version,
    count_lines,
    places_after,
    read_as_text,
    take_from,
)


@dataclass(frozen=True)
class MergeStep:
    """A merge over the files of its parents, its *sides*; `place` is its own in the order.

    `sources` has the files of an ignored merge: for each parent and line its place there.
    """

    git_dir: Path
    merge: Merge
    place: int
    sides: Sequence[Files]
    sources: Mapping[str, Sequence[Numbers]]

    def after(self) -> Files:
        """The files after the merge."""
        after = self._kept.mutate()
        for path, blob in self._changed.items():
            unchanged = _find(self.sides, [path] * len(self.sides), blob)
            after[path] = unchanged or self._made(path)
        return after.finish()

    @cached_property
    def _kept(self) -> Files:
        """The files that are the first parent's."""
        kept = self.sides[0].mutate()
        for entry in self.merge.entries:
            kept.pop(entry.path, None)
        return kept.finish()

    @cached_property
    def _changed(self) -> Mapping[str, str]:
        """The blobs of the files that are not the first parent's."""
        return {entry.path: entry.blob for entry in self.merge.entries if entry.leaves_file}

    @cached_property
    def _copies(self) -> Mapping[int, Mapping[str, Copy]]:
        """The files that a parent has under another name, by the parent's number and path."""
        searches: dict[int, Search] = {}
        there = {entry.path for entry in self.merge.entries if entry.status != "D"}
        for number, side in enumerate(self.sides):
            new = {
                path: made.blob
                for path, made in self.merge.combinations.items()
                if path in self._changed and made.parents[number] == NO_OBJECT
            }
            if new:
                gone = sorted(set(side) - set(self._kept) - there)
                searches[number] = Search(new, {path: side[path].blob for path in gone})
        return find_copies(self.git_dir, searches)

    def _made(self, path: str) -> Version:
        """The version of a file that differs, under this path, from all parents'."""
        made = self.merge.combinations[path]
        copies = [self._copies.get(number, {}).get(path) for number in range(len(self.sides))]
        paths = [copy.source if copy else path for copy in copies]
        unchanged = _find(self.sides, paths, made.blob)
        if unchanged is not None:
            return unchanged
        versions = [side.get(before) for side, before in zip(self.sides, paths, strict=True)]
        copied = [version for version, copy in zip(versions, copies, strict=True) if copy]
        if made.is_binary or any(isinstance(version, Binary) for version in copied):
            return Binary(made.blob, self.place, tuple(filter(None, versions)))
        if not any(versions):  # a file where all parents have a link
            return Text.new(made.blob, count_lines(self.git_dir, made.blob), self.place)
        texts = [version and read_as_text(self.git_dir, version) for version in versions]
        places = self.sources.get(path) or _line_sources(made, texts, copies)
        known = [(text.origins, there) for text, there in zip(texts, places, strict=True) if text]
        return Text(made.blob, take_from(known, len(places[0]), self.place))


def _find(sides: Sequence[Files], paths: Sequence[str], blob: str) -> Version | None:
    """The version of the first parent that has this very blob."""
    versions = (side.get(path) for side, path in zip(sides, paths, strict=True))
    return next((version for version in versions if version and version.blob == blob), None)


def _line_sources(
    made: Combination, texts: Sequence[Text | None], copies: Sequence[Copy | None]
) -> list[Numbers]:
    """For each parent the place there of every line; a copy has a patch of its own."""
    lengths = [_length(text, blob) for text, blob in zip(texts, made.parents, strict=True)]
    combined = line_sources(made.patch, lengths)
    return [
        places_after(len(text.origins), hunks(copy.patch)) if text and copy else places
        for text, copy, places in zip(texts, copies, combined, strict=True)
    ]


def _length(text: Text | None, blob: str) -> int | None:
    """The lines of a parent's file as git compared it; None for a link, whose are not known."""
    if blob == NO_OBJECT:
        return 0
    return len(text.origins) if text else None
