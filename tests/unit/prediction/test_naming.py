"""What many shas mean at once: the lake's commits, the mirror's, merges, and nothing."""

from pathlib import Path

import pytest

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.prediction import name_commits, predictions_of
from hyperion_pipelines.workspace import Workspace
from tests.histories import commit_of, git, write_history
from tests.unit.prediction.analysed_home import SLUG, analyse


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A branch that was merged, and a commit that was fetched after the analysis."""
    folder = tmp_path_factory.mktemp("naming")
    write_history(
        folder / "shop.git",
        [
            commit_of({"a.py": "a = 1\n"}),
            commit_of({"a.py": "a = 2\n"}, hours=1),
            commit_of({"b.py": "b = 1\n"}, branch="side", parents=[1], hours=2),
            commit_of({"b.py": "b = 1\n"}, "Merge side", parents=[2, 3], hours=3),
        ],
    )
    workspace = analyse(folder / "home", folder / "shop.git")
    git(folder, "clone", "--quiet", "shop.git", "clone")
    (folder / "clone/c.py").write_text("c = 1\n")
    git(folder / "clone", "add", "c.py")
    git(folder / "clone", "commit", "--quiet", "--message=Add c")
    git(folder / "clone", "push", "--quiet", "origin", "HEAD")
    workspace.mirror(SLUG).update()
    return workspace


def sha(workspace: Workspace, revision: str) -> str:
    mirror = workspace.mirror(SLUG).git_dir
    return git(mirror, "rev-parse", revision).decode().strip()


def test_each_sha_is_a_commit_a_merge_or_unknown(workspace: Workspace) -> None:
    stored, new = sha(workspace, "main~2"), sha(workspace, "main")
    merge = sha(workspace, "main~1")
    named = name_commits(workspace, SLUG, [stored[:9], new, merge[:12], "f" * 40, stored[:9]])
    assert {asked: (one.sha, one.is_stored) for asked, one in named.commits.items()} == {
        stored[:9]: (stored, True),
        new: (new, False),
    }
    assert dict(named.merges) == {merge[:12]: merge}
    assert list(named.unknown) == ["f" * 40]


def test_stored_and_fetched_commits_are_predicted_together(workspace: Workspace) -> None:
    shas = [sha(workspace, "main"), sha(workspace, "main~2")]
    commits = list(name_commits(workspace, SLUG, shas).commits.values())
    fetched, stored = predictions_of(workspace, SLUG, commits)
    assert (fetched.sha, fetched.files, fetched.is_stored) == (shas[0], ("c.py",), False)
    assert (stored.sha, stored.files, stored.is_stored) == (shas[1], ("a.py",), True)


def test_what_several_commits_begin_with_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    """Of twenty commits two begin with the same digit."""
    history = [commit_of({"a.py": f"a = {hour}\n"}, hours=hour) for hour in range(20)]
    write_history(tmp_path / "many.git", history)
    many = analyse(tmp_path / "home", tmp_path / "many.git")
    with pytest.raises(UsageError, match="several commits of shop begin with"):
        name_commits(many, SLUG, list("0123456789abcdef"))


def test_an_object_that_is_no_commit_is_unknown(workspace: Workspace) -> None:
    tree = sha(workspace, "main^{tree}")
    assert list(name_commits(workspace, SLUG, [tree]).unknown) == [tree]
