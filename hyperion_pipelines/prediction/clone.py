"""Where commits are found that the lake does not know yet: somebody's clone, which is only read.

A clone is read through an empty repository beside it that borrows its objects and the mirror's: so
neither the clone's own settings nor its being shallow changes what is read, and what is made while
asking (the work tree as a commit) is never written into it.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from hyperion_pipelines.errors import HyperionError, SourceError
from hyperion_pipelines.git.commands import run_git, stream_git
from hyperion_pipelines.git.sources import local_path
from hyperion_pipelines.workspace import Workspace


@dataclass(frozen=True)
class Clone:
    """A repository of somebody's; `root` is the top of its work tree, None where it is bare.

    `git_dir` has the index and HEAD of that work tree, `common_dir` the objects and refs.
    """

    root: Path | None
    git_dir: Path
    common_dir: Path

    def git(self, *arguments: str) -> str:
        """What git prints of it, without the last newline. Raises HyperionError where it fails."""
        result = run_git(arguments, git_dir=self.git_dir, user_configuration=True)
        return os.fsdecode(result.output).removesuffix("\n")


def find_clones(workspace: Workspace, slug: str, folder: Path | None) -> list[Clone]:
    """Where to look for the commits of *slug*, the first choice first.

    That is *folder* alone where one is given. Else it is the current folder, where that is a clone
    of the repository, then the repository's source, where that is on this machine. Raises
    SourceError where *folder* is no clone of it.
    """
    known = _known_commits(workspace, slug)
    if folder is not None:
        clone = open_clone(folder)
        if not _holds_any(clone.common_dir, known):
            raise SourceError(
                f"{folder} is no clone of {slug}, as they have no history in common: name "
                "another folder, or the repository that this is a clone of"
            )
        return [clone]
    source = local_path(workspace.catalogue.get(slug).source)
    clones = [_clone_at(place) for place in (Path.cwd(), source) if place is not None]
    return [clone for clone in clones if clone and _holds_any(clone.common_dir, known)]


def open_clone(folder: Path) -> Clone:
    """The clone that *folder* lies in. Raises SourceError where there is none."""
    what = f"reading {folder}"
    asked = ["rev-parse", "--path-format=absolute", "--absolute-git-dir", "--git-common-dir"]
    inside = ["-C", str(folder)]
    found = run_git([*inside, *asked], user_configuration=True, what=what).output
    git_dir, common_dir = (Path(os.fsdecode(line)) for line in found.splitlines())
    asked = ["rev-parse", "--is-inside-work-tree"]
    is_inside = run_git([*inside, *asked], user_configuration=True, what=what).output
    root = None
    if is_inside.strip() == b"true":
        asked = ["rev-parse", "--show-toplevel"]
        top = run_git([*inside, *asked], user_configuration=True, what=what).output
        root = Path(os.fsdecode(top).removesuffix("\n"))
    return Clone(root, git_dir, common_dir)


@contextmanager
def reader(workspace: Workspace, slug: str, clone: Clone | None = None) -> Generator[Path]:
    """A git directory with the objects of the mirror, and of *clone*, while the block lasts.

    It has no refs and no settings; what is written into it is gone afterwards.
    """
    mirror = workspace.mirror(slug).git_dir
    folders = [mirror] if clone is None else [clone.common_dir, mirror]
    objects = [folder / "objects" for folder in folders]
    with TemporaryDirectory(prefix="hyperion-") as folder:
        git_dir = Path(folder) / "reader.git"
        run_git(["init", "--quiet", "--bare", "--template=", str(git_dir)])
        borrowed = "".join(f"{_quoted(place)}\n" for place in objects if place.is_dir())
        (git_dir / "objects" / "info" / "alternates").write_bytes(os.fsencode(borrowed))
        yield git_dir


def _clone_at(folder: Path) -> Clone | None:
    """The clone that *folder* lies in, if it does; what is wrong with it is not asked for here."""
    try:
        return open_clone(folder)
    except HyperionError:
        return None


def _known_commits(workspace: Workspace, slug: str) -> list[str]:
    """The first commits of the history, and the last: a shallow clone may have these alone."""
    roots = workspace.lake.read(
        "commits", slug, columns=["sha"], where=pl.col("parents").list.len() == 0
    )
    basis = workspace.publications.basis("git", slug)
    return [*roots["sha"], *(basis.tips if basis else ())]


def _holds_any(git_dir: Path, shas: list[str]) -> bool:
    """Whether one at least of *shas* is an object there."""
    question = ["cat-file", "--batch-check=%(objectname)"]
    with stream_git(question, git_dir=git_dir, lines=shas, what="reading the clone") as answers:
        return not all(answer.rstrip().endswith(b" missing") for answer in answers.readlines())


def _quoted(path: Path) -> str:
    """A path as the file of alternates takes it: in quotes, for it may begin with one or a `#`."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
