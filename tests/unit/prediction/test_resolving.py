"""Which commits a selection means: those of the lake first, then those of a clone."""

from pathlib import Path

import pytest

from hyperion_pipelines.errors import HyperionError, SourceError, UsageError
from hyperion_pipelines.prediction import Commit, Selection, predict, resolve
from hyperion_pipelines.workspace import Workspace
from tests.histories import commit_of, git, write_history
from tests.unit.prediction.analysed_home import SLUG, analyse


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three commits, and a branch that was merged."""
    folder = tmp_path_factory.mktemp("resolving")
    write_history(
        folder / "shop.git",
        [
            commit_of({"a.py": "a = 1\n"}),
            commit_of({"a.py": "a = 2\n"}, hours=1),
            commit_of({"b.py": "b = 1\n"}, branch="side", parents=[1], hours=2),
            commit_of({"b.py": "b = 1\n"}, "Merge side", parents=[2, 3], hours=3),
        ],
    )
    return analyse(folder / "home", folder / "shop.git")


@pytest.fixture
def clone(workspace: Workspace, tmp_path: Path) -> Path:
    """A clone with a commit that the source has not."""
    git(tmp_path, "clone", "--quiet", workspace.catalogue.get(SLUG).source, "clone")
    (tmp_path / "clone/c.py").write_text("c = 1\n")
    git(tmp_path / "clone", "add", "c.py")
    git(tmp_path / "clone", "commit", "--quiet", "--message=Add c")
    return tmp_path / "clone"


def resolved(workspace: Workspace, selection: Selection, clone: Path | None = None) -> list[Commit]:
    with resolve(workspace, SLUG, selection, clone) as commits:
        return commits


def shas(workspace: Workspace) -> list[str]:
    return workspace.lake.read("commit_scores", SLUG, columns=["sha"])["sha"].to_list()


def head(clone: Path) -> str:
    return git(clone, "rev-parse", "HEAD").decode().strip()


def test_the_beginning_of_a_sha_names_a_commit_that_the_lake_has(workspace: Workspace) -> None:
    first = shas(workspace)[0]
    (commit,) = resolved(workspace, Selection.commit(first[:8]))
    assert (commit.sha, commit.is_stored) == (first, True)


def test_without_a_clone_the_mirror_knows_branches(workspace: Workspace) -> None:
    (commit,) = resolved(workspace, Selection.commit("side"))
    assert commit.is_stored


def test_a_commit_of_the_clone_is_pending(workspace: Workspace, clone: Path) -> None:
    (commit,) = resolved(workspace, Selection.commit("HEAD"), clone)
    assert (commit.sha, commit.is_stored) == (head(clone), False)


def test_the_current_folder_is_looked_at_before_the_source(
    workspace: Workspace, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stands in a clone means the HEAD of that clone."""
    monkeypatch.chdir(clone)
    (commit,) = resolved(workspace, Selection.commit("HEAD"))
    assert commit.sha == head(clone)


def test_head_is_that_of_the_work_tree_one_stands_in(workspace: Workspace, clone: Path) -> None:
    git(clone, "worktree", "add", "--quiet", "--detach", "../linked", "HEAD~1^1")
    (commit,) = resolved(workspace, Selection.commit("HEAD"), clone.parent / "linked")
    assert commit.sha == head(clone.parent / "linked") != head(clone)


def test_a_current_folder_that_is_another_repository_is_passed_over(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_history(tmp_path / "other.git", [commit_of({"other": "1\n"})])
    monkeypatch.chdir(tmp_path / "other.git")
    (commit,) = resolved(workspace, Selection.commit("side"))
    assert commit.is_stored


def test_a_range_has_known_and_unknown_commits_but_no_merges(
    workspace: Workspace, clone: Path
) -> None:
    commits = resolved(workspace, Selection.range("HEAD~2..HEAD"), clone)
    assert [commit.is_stored for commit in commits] == [True, False]
    (stored, pending) = predict(workspace, SLUG, Selection.range("HEAD~2..HEAD"), clone)
    assert (stored.files, pending.files) == (("b.py",), ("c.py",))


def test_a_shallow_clone_will_do_where_the_mirror_has_the_rest(
    workspace: Workspace, clone: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{clone}", "shallow")
    (whole,) = predict(workspace, SLUG, Selection.commit("HEAD"), clone)
    (shallow,) = predict(workspace, SLUG, Selection.commit("HEAD"), tmp_path / "shallow")
    assert shallow == whole


def test_a_merge_changes_nothing_by_itself(workspace: Workspace, clone: Path) -> None:
    with pytest.raises(UsageError, match=r"--range HEAD~1\^1\.\.HEAD~1\^2"):
        resolved(workspace, Selection.commit("HEAD~1"), clone)


@pytest.mark.parametrize("text", ["HEAD", "HEAD...HEAD~1", "..HEAD", "HEAD.."])
def test_a_range_is_written_with_both_ends(workspace: Workspace, clone: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"write A\.\.B"):
        resolved(workspace, Selection.range(text), clone)


def test_an_empty_range_has_nothing_to_predict(workspace: Workspace, clone: Path) -> None:
    with pytest.raises(UsageError, match="nothing to predict"):
        resolved(workspace, Selection.range("HEAD..HEAD"), clone)


@pytest.mark.parametrize("text", ["no-such-branch", "0123456789", "--all", ""])
def test_a_name_that_nobody_knows_says_where_to_look(workspace: Workspace, text: str) -> None:
    with pytest.raises(UsageError, match="name one with --clone"):
        resolved(workspace, Selection.commit(text))


def test_a_folder_of_another_repository_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    write_history(tmp_path / "other.git", [commit_of({"other": "1\n"})])
    with pytest.raises(SourceError, match="no history in common"):
        resolved(workspace, Selection.commit("HEAD"), tmp_path / "other.git")


def test_a_folder_that_is_no_repository_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(HyperionError, match="not a git repository"):
        resolved(workspace, Selection.commit("HEAD"), tmp_path)


def test_an_unknown_repository_is_refused(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="no repository named"):
        predict(workspace, "nothing", Selection.worktree())
