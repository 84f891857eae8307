"""Reads the patches of commits from `git log`, in the order asked for.

A patch is found by the blobs that it leads from and to, never by its position: git prints none for
a file in which only white space changed. What a patch does to the lines of a file is the business
of `versions`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from hyperion_pipelines.errors import GitError
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.lines.records import read_records

# The hunks of `git blame -w`: white space ignored, context 0 (git trims what two versions end with
# alike). A file that was added needs no patch: all its lines are the commit's.
DIFF = (
    *("-c", "diff.context=0", "-c", "core.quotePath=true", "-c", "diff.renameLimit=1000"),
    *("-c", "log.showSignature=false"),
)
OPTIONS = (
    *("-w", "-p", "-U0", "-M", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv"),
)
COMMITS = ("log", "--no-walk=unsorted", "--stdin")  # those named on its standard input
LOG = (*DIFF, *COMMITS, *OPTIONS, "--root", "--diff-filter=a")

_RANGES = re.compile(rb"-(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_BLOBS = re.compile(rb"^index ([0-9a-f]{40})\.\.([0-9a-f]{40})", re.MULTILINE)

Blobs = tuple[str, str]  # the blob before and the blob after; NO_OBJECT where there is none


class Hunk(NamedTuple):
    """*removed* lines from *start* on (counted from 0, in the old file) became *added* ones."""

    start: int
    removed: int
    added: int
    text: bytes  # its header, then a line for each removed and each added line

    def removed_text(self) -> list[bytes]:
        """The removed lines, each after its minus sign."""
        return self.text.split(b"\n", self.removed + 1)[1 : self.removed + 1]


def read_patches(
    git_dir: Path, shas: Sequence[str], *, workers: int = 1
) -> Iterator[tuple[str, Mapping[Blobs, bytes]]]:
    """(sha, patches) of each commit, in the order of *shas*; patches of added files are left out.

    Raises MissingObjectsError where the repository lacks an object that a diff needs.
    """
    for sha, record in read_records(git_dir, LOG, shas, workers=workers):
        yield sha, by_their_blobs(record.split(b"\ndiff --git ")[1:])


def by_their_blobs(patches: Iterable[bytes]) -> dict[Blobs, bytes]:
    """Patches by the blobs that they lead from and to."""
    return {_blobs(patch): patch for patch in patches}


def _blobs(patch: bytes) -> Blobs:
    found = _BLOBS.search(patch)
    # A change of mode alone, and a rename without a change, have no such line and no hunks.
    return (found[1].decode("ascii"), found[2].decode("ascii")) if found else ("", "")


def read_patch(git_dir: Path, before: str, after: str) -> bytes:
    """The patch from one blob to another, both taken for text whatever they hold."""
    command = [*DIFF, "diff", *OPTIONS, "--text", before, after]
    return run_git(command, git_dir=git_dir).output


def hunks(patch: bytes) -> Iterator[Hunk]:
    """The hunks of a patch without context, in order.

    Lines of the content begin with a sign, so that none of them can pass for a header.
    """
    for text in patch.split(b"\n@@ ")[1:]:
        ranges = _RANGES.match(text)
        if ranges is None:
            raise GitError(f"git printed a hunk that cannot be read: {text[:80]!r}")
        start, removed, _, added = ranges.groups()
        old_lines = 1 if removed is None else int(removed)
        # Where nothing is removed, git names the line before.
        yield Hunk(
            int(start) - (old_lines > 0), old_lines, 1 if added is None else int(added), text
        )


def is_binary(patch: bytes) -> bool:
    """Whether git took one of the versions for binary, and says no more of it."""
    return b"\nBinary files " in patch
