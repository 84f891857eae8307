"""Small repositories with a work tree, as a user has them, for tests that change their source."""

import os
from pathlib import Path

from tests.histories import git


def write_source(folder: Path) -> Path:
    """A new repository with two commits, the second of which renames a file; returns *folder*."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "notes.md").write_text("# Notes\n")
    add_commit(folder, "first.py", "def first(x):\n    return 1 if x else 2\n")
    git(folder, "mv", "first.py", "renamed.py")
    git(folder, "commit", "--quiet", "--message=Fix the name")
    return folder


def add_commit(folder: Path, path: str, text: str) -> None:
    """Commit *text* as the file *path*, and whatever else changed."""
    (folder / path).write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message=Change {path}")


def commits_of(folder: Path) -> set[str]:
    """The commits that HEAD and the branches of a repository reach, as git lists them."""
    return set(git(folder, "rev-list", "HEAD", "--branches").decode().split())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under *folder*, by its path there."""
    return {
        str(Path(place, name).relative_to(folder)): Path(place, name).read_bytes()
        for place, _, names in os.walk(folder)
        for name in names
    }
