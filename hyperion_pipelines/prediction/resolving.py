"""Which commits a selection means, and where each of them can be read.

The lake is looked at first: a commit that has its scores there needs neither a clone nor a model.
"""

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.prediction.clone import Clone, find_clones, reader
from hyperion_pipelines.prediction.diff import commit_diff
from hyperion_pipelines.prediction.model import Patch, Selection
from hyperion_pipelines.prediction.worktree import commit_worktree
from hyperion_pipelines.workspace import Workspace

_SHA = re.compile(r"[0-9a-f]{4,40}")
_RANGE = re.compile(r"[^.].*?\.\.[^.].*")


@dataclass(frozen=True)
class Commit:
    """A commit that is asked about, and the git directory that has its objects.

    It `is_stored` where the lake has its scores; the work tree and a diff are drafts that nobody
    made.
    """

    sha: str
    git_dir: Path
    is_stored: bool = False
    is_draft: bool = False


@contextmanager
def resolve(
    workspace: Workspace,
    slug: str,
    selection: Selection,
    clone: Path | None = None,
    *,
    mirror_only: bool = False,
) -> Generator[list[Commit]]:
    """The commits that *selection* means, parents first; they can be read while the block lasts.

    Merges are none of them, for they change nothing by themselves. What the lake does not have is
    looked for in *clone*, or where `find_clones` says, and last in the mirror; with *mirror_only*,
    there alone: whoever answers others looks at no folder of this machine. Raises UsageError where
    there is no such commit, or nothing to be asked about.
    """
    mirror = workspace.mirror(slug).git_dir
    is_whole = selection.kind == "commit" and _SHA.fullmatch(selection.text)
    if is_whole and (found := _stored(workspace, slug, selection.text)):
        yield [Commit(sha, mirror, is_stored=True) for sha in found]
        return
    clones = [] if mirror_only else find_clones(workspace, slug, clone)
    if selection.kind == "worktree":
        home = _with_worktree(clones, slug)
        with reader(workspace, slug, home) as git_dir:
            yield [Commit(commit_worktree(home, git_dir), git_dir, is_draft=True)]
        return
    if selection.patch is not None:
        with _applied(workspace, slug, selection.patch, clones) as commit:
            yield [commit]
        return
    for home in clones:
        shas = _listed(home.git_dir, selection)  # whose HEAD is that of this work tree
        if shas is not None:
            with reader(workspace, slug, home) as git_dir:
                yield _commits(workspace, slug, shas, git_dir)
            return
    shas = _listed(mirror, selection) if mirror.exists() else None
    if shas is None:
        raise _unknown(slug, selection.text, mirror_only=mirror_only)
    yield _commits(workspace, slug, shas, mirror)


@contextmanager
def _applied(
    workspace: Workspace, slug: str, patch: Patch, clones: Sequence[Clone]
) -> Generator[Commit]:
    """The commit that *patch* makes of its base, which one of *clones* names, or the mirror."""
    for home in (*clones, None):
        base = _sha(workspace.mirror(slug).git_dir if home is None else home.git_dir, patch.base)
        if base is not None:
            with reader(workspace, slug, home) as git_dir:
                yield Commit(commit_diff(git_dir, base, patch), git_dir, is_draft=True)
            return
    raise _unknown(slug, patch.base, mirror_only=not clones)


def _unknown(slug: str, revision: str, *, mirror_only: bool) -> UsageError:
    elsewhere = "" if mirror_only else "run this in a clone that has it, name one with --clone, or "
    return UsageError(
        f"no commit of {slug} is called {revision!r}: {elsewhere}analyse the repository again"
    )


def _with_worktree(clones: Sequence[Clone], slug: str) -> Clone:
    """The first of *clones* that has a work tree; if none has, the first, for what is wrong."""
    if not clones:
        raise UsageError(
            f"no work tree of {slug} is here: run this in a clone of it, or name one with --clone"
        )
    return next((clone for clone in clones if clone.root is not None), clones[0])


def _stored(workspace: Workspace, slug: str, prefix: str) -> list[str]:
    """The commit that begins with *prefix*, if it has scores. Raises UsageError for several."""
    matching = pl.col("sha").str.starts_with(prefix)
    found = workspace.lake.read("commit_scores", slug, columns=["sha"], where=matching)
    if found.height > 1:
        raise UsageError(f"{found.height} commits of {slug} begin with {prefix}: write it in full")
    return found["sha"].to_list()


def _listed(git_dir: Path, selection: Selection) -> list[str] | None:
    """The shas that a repository lists for *selection*, parents first; None where it knows none.

    Raises UsageError for a merge, a range that is none, and one without commits.
    """
    if selection.kind == "commit":
        sha = _sha(git_dir, selection.text)
        return None if sha is None else [_no_merge(git_dir, sha, selection.text)]
    if not _RANGE.fullmatch(selection.text) or "..." in selection.text:
        raise UsageError(f"{selection.text!r} is no range: write A..B, as for `git log`")
    ends = [_sha(git_dir, end) for end in selection.text.split("..", 1)]
    if None in ends:
        return None
    command = ["rev-list", "--no-merges", "--topo-order", "--reverse", f"{ends[0]}..{ends[1]}"]
    shas = run_git(command, git_dir=git_dir, what="listing the range").output.decode("ascii")
    if not shas:
        raise UsageError(f"nothing to predict: {selection.text} holds no commit but merges")
    return shas.split()


def _sha(git_dir: Path, revision: str) -> str | None:
    """The commit that *revision* names there; None where it names none."""
    question = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    try:
        return run_git(question, git_dir=git_dir).output.decode("ascii").strip()
    except HyperionError:  # git ends with a status and no words
        return None


def _no_merge(git_dir: Path, sha: str, revision: str) -> str:
    command = ["rev-list", "--no-walk", "--parents", sha]
    _, *parents = run_git(command, git_dir=git_dir).output.split()
    if len(parents) > 1:
        raise UsageError(
            f"{revision} is a merge, which changes nothing by itself: ask about the commits that "
            f"it brought, with --range {revision}^1..{revision}^2"
        )
    return sha


def _commits(workspace: Workspace, slug: str, shas: list[str], git_dir: Path) -> list[Commit]:
    known = workspace.lake.read(
        "commit_scores", slug, columns=["sha"], where=pl.col("sha").is_in(shas)
    )
    stored = set(known["sha"])
    return [Commit(sha, git_dir, is_stored=sha in stored) for sha in shas]
