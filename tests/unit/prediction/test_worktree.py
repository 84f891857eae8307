"""The work tree as a commit: all that git would commit, nothing of it written into the clone."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.git.log_stream import read_log
from hyperion_pipelines.prediction import Selection, resolve
from hyperion_pipelines.workspace import Workspace
from tests.histories import commit_of, git, write_history
from tests.unit.prediction.analysed_home import SLUG, analyse

FILES = {
    "src/cart.py": "total = 1\n",
    "src/list.py": "".join(f"item_{number} = {number}\n" for number in range(20)),
    "run.sh": "echo\n",
    ".gitignore": "*.log\n",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("worktree")
    write_history(folder / "shop.git", [commit_of(FILES)])
    return analyse(folder / "home", folder / "shop.git")


@pytest.fixture
def clone(workspace: Workspace, tmp_path: Path) -> Path:
    source = workspace.catalogue.get(SLUG).source
    git(tmp_path, "clone", "--quiet", source, "clone")
    git(tmp_path / "clone", "config", "user.name", "Bo")
    git(tmp_path / "clone", "config", "user.email", "bo@example.org")
    return tmp_path / "clone"


def changes(workspace: Workspace, clone: Path) -> pl.DataFrame:
    """What the commit of the work tree changes."""
    with resolve(workspace, SLUG, Selection.worktree(), clone) as commits:
        (commit,) = commits
        assert commit.is_draft
        return read_log(commit.git_dir, [commit.sha]).changes


def statuses(workspace: Workspace, clone: Path) -> dict[str, str]:
    found = changes(workspace, clone)
    return dict(zip(found["path"], found["status"], strict=True))


def digest(folder: Path) -> str:
    """A hash of every file's path, mode and content."""

    def lines() -> Iterator[str]:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                said = hashlib.sha256(file.read_bytes()).hexdigest()
                yield f"{file} {file.stat().st_mode} {said}"

    return "\n".join(lines())


def test_nothing_is_written_into_the_clone(workspace: Workspace, clone: Path) -> None:
    """Not its index, nor a ref, nor an object, nor a file of the work tree."""
    (clone / "src/cart.py").write_text("total = 2\n")
    (clone / "new.py").write_text("new = 1\n")
    git(clone, "add", "new.py")
    before = digest(clone)
    assert statuses(workspace, clone) == {"new.py": "A", "src/cart.py": "M"}
    assert digest(clone) == before


def test_untracked_files_count_and_ignored_ones_do_not(workspace: Workspace, clone: Path) -> None:
    (clone / "new.py").write_text("new = 1\n")
    (clone / "trace.log").write_text("noise\n")
    (clone / ".git/info/exclude").write_text("private.py\n")
    (clone / "private.py").write_text("secret = 1\n")
    assert statuses(workspace, clone) == {"new.py": "A"}


def test_deleted_and_renamed_files_are_seen_as_git_sees_them(
    workspace: Workspace, clone: Path
) -> None:
    (clone / "run.sh").unlink()
    (clone / "src/list.py").rename(clone / "src/items.py")
    found = changes(workspace, clone).select("path", "old_path", "status").rows()
    assert found == [("run.sh", None, "D"), ("src/items.py", "src/list.py", "R")]


def test_an_executable_bit_alone_is_a_change(workspace: Workspace, clone: Path) -> None:
    (clone / "run.sh").chmod(0o755)
    (change,) = changes(workspace, clone).iter_rows(named=True)
    assert (change["path"], change["mode"], change["added"]) == ("run.sh", "100755", 0)


def test_an_executable_bit_means_nothing_where_the_clone_ignores_modes(
    workspace: Workspace, clone: Path
) -> None:
    git(clone, "config", "core.fileMode", "false")
    (clone / "run.sh").chmod(0o755)
    with pytest.raises(UsageError, match="nothing to predict"):
        changes(workspace, clone)


def test_line_endings_are_normalised_as_the_clone_says(workspace: Workspace, clone: Path) -> None:
    git(clone, "config", "core.autocrlf", "input")
    (clone / "src/cart.py").write_bytes(b"total = 1\r\n")
    with pytest.raises(UsageError, match="nothing to predict"):
        changes(workspace, clone)


def test_a_repository_in_the_work_tree_is_the_commit_that_it_is_at(
    workspace: Workspace, clone: Path
) -> None:
    git(clone, "clone", "--quiet", workspace.catalogue.get(SLUG).source, "module")
    (change,) = changes(workspace, clone).iter_rows(named=True)
    assert (change["path"], change["mode"], change["new_blob"]) == ("module", "160000", None)


def test_a_linked_work_tree_is_read_with_its_own_index(
    workspace: Workspace, clone: Path, tmp_path: Path
) -> None:
    git(clone, "worktree", "add", "--quiet", str(tmp_path / "linked"))
    (tmp_path / "linked/src/cart.py").write_text("total = 3\n")
    assert statuses(workspace, tmp_path / "linked") == {"src/cart.py": "M"}


def test_files_outside_a_sparse_checkout_are_not_deleted(workspace: Workspace, clone: Path) -> None:
    git(clone, "sparse-checkout", "set", "--no-cone", "run.sh")
    assert not (clone / "src").exists()
    (clone / "run.sh").write_text("echo shop\n")
    assert statuses(workspace, clone) == {"run.sh": "M"}


def test_its_author_is_whom_the_clone_names(workspace: Workspace, clone: Path) -> None:
    (clone / "run.sh").write_text("echo shop\n")
    with resolve(workspace, SLUG, Selection.worktree(), clone) as (commit,):
        (row,) = read_log(commit.git_dir, [commit.sha]).commits.iter_rows(named=True)
    assert (row["author_name"], row["author_email"]) == ("Bo", "bo@example.org")


def test_without_a_name_its_author_is_unknown(
    workspace: Workspace, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    git(clone, "config", "--unset", "user.name")
    git(clone, "config", "--unset", "user.email")
    (clone / "run.sh").write_text("echo shop\n")
    with resolve(workspace, SLUG, Selection.worktree(), clone) as (commit,):
        (row,) = read_log(commit.git_dir, [commit.sha]).commits.iter_rows(named=True)
    assert (row["author_name"], row["author_email"]) == ("Unknown author", "")


def test_an_unchanged_work_tree_has_nothing_to_predict(workspace: Workspace, clone: Path) -> None:
    with pytest.raises(UsageError, match="nothing to predict"):
        changes(workspace, clone)


def test_in_the_middle_of_a_merge_the_other_commits_are_to_be_asked_about(
    workspace: Workspace, clone: Path
) -> None:
    git(clone, "checkout", "--quiet", "-b", "other")
    (clone / "src/cart.py").write_text("total = 4\n")
    git(clone, "commit", "--quiet", "--all", "--message=other")
    git(clone, "checkout", "--quiet", "main")
    git(clone, "merge", "--quiet", "--no-commit", "--no-ff", "other")
    with pytest.raises(UsageError, match=r"--range HEAD\.\.MERGE_HEAD"):
        changes(workspace, clone)
    with resolve(workspace, SLUG, Selection.range("HEAD..MERGE_HEAD"), clone) as commits:
        assert len(commits) == 1


def test_a_bare_repository_has_no_work_tree(workspace: Workspace) -> None:
    bare = Path(workspace.catalogue.get(SLUG).source)
    with pytest.raises(UsageError, match="has no work tree"):
        changes(workspace, bare)


def test_a_branch_without_a_commit_has_nothing_that_changes_could_follow(
    workspace: Workspace, clone: Path
) -> None:
    git(clone, "checkout", "--quiet", "--orphan", "new")
    with pytest.raises(UsageError, match="no commit yet"):
        changes(workspace, clone)
