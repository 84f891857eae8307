"""Drafts: commits that nobody made, of what is not committed anywhere.

Git itself makes them (`write-tree`, `commit-tree`), in a reader (see `clone`) whose index holds
what is to be judged; how it came into the index is the business of `worktree` and `diff`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from hyperion_pipelines.git.commands import run_git

NOBODY = "Unknown author"


@dataclass(frozen=True)
class Draft:
    """The commit that a draft follows, what it is called, and its author, as far as known."""

    parent: str
    subject: str
    author_name: str = ""
    author_email: str = ""


def commit_draft(reader: Path, draft: Draft) -> str | None:
    """The sha of *draft* in *reader*, whose index it holds; None where that changes nothing.

    Its time is that of asking; an author without a letter in the name, whom git refuses, is NOBODY.
    """
    tree = _answer(reader, "write-tree")
    if tree == _answer(reader, "rev-parse", f"{draft.parent}^{{tree}}"):
        return None
    name = draft.author_name if re.search(r"\w", draft.author_name) else NOBODY
    author = ["-c", f"user.name={name}", "-c", f"user.email={draft.author_email}"]
    return _answer(reader, *author, "commit-tree", "-p", draft.parent, "-m", draft.subject, tree)


def _answer(reader: Path, *arguments: str) -> str:
    return run_git(arguments, git_dir=reader).output.decode("ascii").strip()
