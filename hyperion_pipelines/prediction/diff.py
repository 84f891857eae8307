"""A unified diff as a draft (see `drafts`): what git would commit after applying it.

Git itself applies it (`apply --cached`), to the index of a reader (see `clone`): no file of it is
ever written out, so neither its paths nor its links lead anywhere.
"""

import re
from pathlib import Path

from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.prediction.binary_patches import unpacked_bytes
from hyperion_pipelines.prediction.drafts import Draft, commit_draft
from hyperion_pipelines.prediction.model import Patch

SUBJECT = "The diff"
MOST_BYTES = 10 * 1024**2
MOST_UNPACKED_BYTES = 64 * 1024**2  # of its binary files, which are packed
MOST_SECONDS = 20.0

_MOST_SAID = 1_000  # characters of git's
_WHAT = "applying the diff"
_HAS_CONTEXT = re.compile(rb"^ ", re.MULTILINE)
_SAID = re.compile(r"(?:^|: )(?:error|fatal): (.*?)(?: \(allow with .*\))?$", re.MULTILINE)


def commit_diff(reader: Path, base: str, patch: Patch) -> str:
    """The sha of a commit in *reader* that *patch* makes of the commit *base*, its parent.

    Raises UsageError, naming the file and line, where it does not apply; where it changes nothing,
    is larger than MOST_BYTES, or has a path that is not UTF-8.
    """
    if len(patch.text) > MOST_BYTES:
        raise UsageError(
            f"the diff has {len(patch.text):,} bytes, more than the {MOST_BYTES:,} that are read: "
            "ask about a part of it"
        )
    if unpacked_bytes(patch.text) > MOST_UNPACKED_BYTES:
        raise UsageError(
            f"the binary files of the diff have more than {MOST_UNPACKED_BYTES:,} bytes: "
            "leave them out"
        )
    run_git(["read-tree", base], git_dir=reader)
    _apply(reader, base, patch.text)
    _check_paths(reader, base)
    sha = commit_draft(reader, Draft(base, SUBJECT, patch.author_name, patch.author_email))
    if sha is None:
        raise UsageError("nothing to predict: the diff changes nothing")
    return sha


def _apply(reader: Path, base: str, text: bytes) -> None:
    file = reader / "asked.diff"
    file.write_bytes(text)
    # Without context (`git diff -U0`) hunks go by their line numbers, which git must be told.
    by_numbers = [] if _HAS_CONTEXT.search(text) else ["--unidiff-zero"]
    command = ["apply", "--cached", "--whitespace=nowarn", *by_numbers, "--", str(file)]
    try:
        run_git(command, git_dir=reader, timeout=MOST_SECONDS, what=_WHAT)
    except HyperionError as error:
        raise UsageError(f"the diff does not apply to {base[:10]}: {_said(error)}") from error


def _said(error: HyperionError) -> str:
    """What git said is wrong, without the names of our own files and what it advises its users."""
    given_up = f"git gave it up, which it does after {MOST_SECONDS:g} s"
    said = "; ".join(_SAID.findall(str(error))) or given_up
    said = re.sub(r"(?:\S*/)?asked\.diff:(\d+)", r"line \1 of the diff", said)
    return said if len(said) <= _MOST_SAID else f"{said[:_MOST_SAID]} ..."


def _check_paths(reader: Path, base: str) -> None:
    listing = ["diff-index", "--cached", "--name-only", "-z", base]
    for path in run_git(listing, git_dir=reader).output.split(b"\0"):
        try:
            path.decode("utf-8")
        except UnicodeDecodeError as error:
            raise UsageError(f"the diff has a path that is not UTF-8: {path!r}") from error
