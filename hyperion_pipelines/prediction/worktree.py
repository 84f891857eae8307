"""What is not committed yet, as a draft (see `drafts`).

Git itself reads the work tree (`add`), into the reader of a clone (see `clone`): the clone's index,
refs and objects stay as they are.
"""

import shutil
from pathlib import Path

from hyperion_pipelines.errors import GitError, UsageError
from hyperion_pipelines.git.commands import run_git
from hyperion_pipelines.prediction.clone import Clone
from hyperion_pipelines.prediction.drafts import Draft, commit_draft

SUBJECT = "Uncommitted changes"


def commit_worktree(clone: Clone, reader: Path) -> str:
    """The sha of a commit in *reader* that holds all of the clone's work tree; HEAD is its parent.

    Untracked files count, ignored ones do not. Its author is whom the clone's settings name, its
    time that of asking. Raises UsageError where there is nothing that is not committed, where the
    clone has no work tree, or in the middle of a merge.
    """
    if clone.root is None:
        raise UsageError(f"{clone.git_dir} has no work tree: name a clone that has one")
    if (clone.git_dir / "MERGE_HEAD").exists():
        raise UsageError(
            f"{clone.root} is in the middle of a merge, whose changes are other commits' already: "
            "ask about these with --range HEAD..MERGE_HEAD, or end the merge first"
        )
    head = _head(clone)
    _borrow_index(clone, reader)
    # The clone's settings say how files become blobs: line endings, filters, case, modes.
    settings = [
        *("-c", f"include.path={clone.common_dir / 'config'}"),
        *("-c", f"include.path={clone.git_dir / 'config.worktree'}"),
        *("-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false"),
        *("-c", "advice.addEmbeddedRepo=false", "-c", "core.safecrlf=false"),
    ]
    add = [*settings, f"--work-tree={clone.root}", "-C", str(clone.root), "add", "--all"]
    run_git(add, git_dir=reader, user_configuration=True, what="reading the work tree")
    draft = Draft(head, SUBJECT, _setting(clone, "name"), _setting(clone, "email"))
    sha = commit_draft(reader, draft)
    if sha is None:
        raise UsageError(f"nothing to predict: {clone.root} has no change that is not committed")
    return sha


def _head(clone: Clone) -> str:
    try:
        return clone.git("rev-parse", "--verify", "HEAD^{commit}")
    except GitError as error:
        raise UsageError(f"{clone.root} has no commit yet that its changes could follow") from error


def _borrow_index(clone: Clone, reader: Path) -> None:
    """Copy what git knows of the work tree's files: only those that changed are read again."""
    (reader / "info").mkdir(exist_ok=True)
    for source, name in [
        *((file, file.name) for file in clone.git_dir.glob("sharedindex.*")),
        (clone.common_dir / "info/exclude", "info/exclude"),
        (clone.git_dir / "info/sparse-checkout", "info/sparse-checkout"),
        (clone.git_dir / "index", "index"),
    ]:
        if source.is_file():
            shutil.copy2(source, reader / name)


def _setting(clone: Clone, name: str) -> str:
    """The user's name or e-mail by the clone's settings; empty where they say none."""
    return clone.git("config", "--default", "", "--get", f"user.{name}")
