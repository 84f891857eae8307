"""Reads a handful of commits closely through PyDriller: which methods each of them changed.

PyDriller diffs file by file and runs lizard over both versions, which says more than `log_stream`
and takes ten to a hundred times as long; whole histories are never read with it. Predictions for
single commits use it to point at methods.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from hyperion_pipelines.git.commands import explain, git_environment, run_git

if TYPE_CHECKING:
    from pydriller.domain.commit import Commit, Method, ModifiedFile

# `name` is lizard's (`Cart::total`), `long_name` has the parameters too. Lines count from 1.
CHANGED_METHODS = pl.Schema(
    {
        "sha": pl.String,
        "path": pl.String,
        "old_path": pl.String,
        "name": pl.String,
        "long_name": pl.String,
        "start_line": pl.UInt32,
        "end_line": pl.UInt32,
        "cyclomatic": pl.UInt32,
        "is_deleted": pl.Boolean,
    }
)


def read_commits(git_dir: Path, shas: Sequence[str]) -> pl.DataFrame:
    """The methods that each of *shas* changed, as CHANGED_METHODS, in the order of *shas*.

    A method is changed when a line of it was added or deleted. Lines and complexity are those after
    the commit, or, where `is_deleted`, those before it. `old_path` is null unless the file was
    renamed. Merges and files that lizard cannot read have no rows. Raises MissingObjectsError for
    a commit, or a content of one, that the repository lacks.
    """
    from git import GitCommandError

    try:
        rows = [
            (sha, *row)
            for sha, commit in zip(shas, _commits(git_dir, shas), strict=True)
            for file in sorted(commit.modified_files, key=_path)
            for row in _changed_methods(file)
        ]
    except GitCommandError as error:
        status = error.status if isinstance(error.status, int) else 1
        raise explain("reading commits", str(error.stderr), status) from error
    return pl.DataFrame(rows, schema=CHANGED_METHODS, orient="row")


def _commits(git_dir: Path, shas: Sequence[str]) -> Iterator["Commit"]:
    """The commits as PyDriller sees them.

    Its own entry points write a setting into the repository that they open, which is only read
    here: a commit is made of GitPython's, as they do it.
    """
    from git import Repo
    from pydriller.domain.commit import Commit
    from pydriller.utils.conf import Conf

    # GitPython says nothing that a user could act on of a commit that is not there.
    run_git(["rev-list", "--no-walk", *shas, "--"], git_dir=git_dir, what="reading commits")
    with Repo(git_dir) as repository:
        repository.git.update_environment(**git_environment())
        configuration = Conf({"path_to_repo": os.fspath(git_dir)})
        for sha in shas:
            yield Commit(repository.commit(sha), configuration)


def _path(file: "ModifiedFile") -> str:
    return file.new_path or file.old_path or ""


def _changed_methods(file: "ModifiedFile") -> Iterator[tuple[object, ...]]:
    """The rows of a file, without the sha, by line."""
    after = {method: method for method in file.methods}
    old_path = file.old_path if file.new_path and file.new_path != file.old_path else None
    # PyDriller gives what a method was where lines were only deleted from it.
    changed = {after.get(method, method): method not in after for method in file.changed_methods}
    for method, is_deleted in sorted(changed.items(), key=_place):
        lines = (method.start_line, method.end_line, method.complexity)
        yield _path(file), old_path, method.name, method.long_name, *lines, is_deleted


def _place(changed: "tuple[Method, bool]") -> tuple[bool, int, str]:
    method, is_deleted = changed
    return is_deleted, method.start_line, method.long_name
