"""What a commit of one parent, or none, makes of the files: their lines and the origins of these.

Of what it removes, account is taken with `removals`. Merges are the business of `merge_step`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hyperion_pipelines.errors import GitError
from hyperion_pipelines.git.log_stream import NO_OBJECT
from hyperion_pipelines.lines.changes import Change
from hyperion_pipelines.lines.copies import Copy
from hyperion_pipelines.lines.patches import Blobs, hunks, is_binary
from hyperion_pipelines.lines.removals import RemovalAccount, removed_lines
from hyperion_pipelines.lines.versions import (
    Binary,
    Files,
    Numbers,
    Origins,
    Text,
    Version,
    read_as_text,
    rewrite,
    take_from,
)


@dataclass(frozen=True)
class CommitStep:
    """A commit over the *files* of its parent; `place` is its own in the order.

    `copies` are the new files that came of a file deleted here. `sources` has the files of an
    ignored commit: for each line its place before the commit.
    """

    git_dir: Path
    sha: str
    place: int
    files: Files
    patches: Mapping[Blobs, bytes]
    copies: Mapping[str, Copy]
    sources: Mapping[str, Sequence[Numbers]]
    removals: RemovalAccount

    def after(self, changes: Sequence[Change]) -> Files:
        """The files after *changes*, all those of the commit."""
        versions = {change.path: self._version(change) for change in changes}
        after = self.files.mutate()
        for change in changes:
            if change.status in "DRT":
                after.pop(change.before, None)
        for path, version in versions.items():
            if version is not None:
                after[path] = version
        return after.finish()

    def _version(self, change: Change) -> Version | None:
        """What *change* makes of a file; None where no regular file is left."""
        before = self.files.get(change.before)
        if change.status in "DT" and before is not None and not change.is_binary:
            self._rewritten(change, before, NO_OBJECT)
        if change.blob is None:
            return None
        if change.status in "AT":
            return self._added(change, change.blob)
        if before is None:
            raise GitError(f"{self.sha} changes {change.before!r}, which was not there before")
        if change.blob == before.blob:
            return before
        if change.is_binary:
            return Binary(change.blob, self.place, (before,))
        return Text(change.blob, self._rewritten(change, before, change.blob))

    def _added(self, change: Change, blob: str) -> Version:
        """A new file, or one in the place of a link: its lines are the commit's, unless copied."""
        copy = self.copies.get(change.path)
        if copy is not None:
            source = self.files[copy.source]
            if change.is_binary or isinstance(source, Binary):
                return Binary(blob, self.place, (source,))
            return Text(blob, rewrite(source.origins, hunks(copy.patch), self.place))
        if change.status == "A":
            lines = change.added
        else:
            patch = self.patches.get((NO_OBJECT, blob), b"")
            lines = None if is_binary(patch) else sum(hunk.added for hunk in hunks(patch))
        if lines is None:
            return Binary(blob, self.place)
        return Text.new(blob, lines, self.place)

    def _rewritten(self, change: Change, before: Version, blob: str) -> Origins:
        """The origins after the patch to *blob*; account is taken of what the patch removes."""
        text = read_as_text(self.git_dir, before)
        patch = self.patches.get((before.blob, blob), b"")
        parsed = list(hunks(patch))
        removed = removed_lines(change.language, patch, parsed)
        if change.path in self.sources:
            (places,) = self.sources[change.path]
            origins = take_from([(text.origins, places)], len(places), self.place)
            removed = removed.without(places)
        else:
            origins = rewrite(text.origins, parsed, self.place)
        self.removals.add(change, text, removed)
        return origins
