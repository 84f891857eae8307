"""The mirror follows its source, whatever the source is and however its refs move."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from git_server import serve

from hyperion_pipelines.git.mirror import DETACHED_HEAD, Mirror
from hyperion_pipelines.git.sources import RefList, list_refs, resolve_source
from tests.histories import Refs, commit_of, git, point_refs, write_history

State = Mapping[str, tuple[int, int, bytes]]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three commits in a row and one beside them, `main` on the third."""
    write_history(
        tmp_path / "source.git",
        [
            commit_of({"a": "1\n"}),
            commit_of({"a": "2\n"}, hours=1),
            commit_of({"a": "3\n"}, hours=2),
            commit_of({"b": "4\n"}, hours=3, parents=[1], branch="side"),
        ],
    )
    git(tmp_path / "source.git", "branch", "-D", "side")
    return tmp_path / "source.git"


@pytest.fixture
def shas(source: Path) -> list[str]:
    """Object ids by mark; the fourth commit is on no branch."""
    listed = git(source, "cat-file", "--batch-check", "--batch-all-objects").decode().splitlines()
    commits = [line.split()[0] for line in listed if " commit " in line]
    times = {sha: git(source, "show", "-s", "--format=%ct", sha) for sha in commits}
    return sorted(commits, key=lambda sha: times[sha])


@pytest.fixture
def mirror(source: Path, tmp_path: Path) -> Mirror:
    return Mirror(tmp_path / "home" / "mirror.git", str(source))


def state_of(folder: Path) -> State:
    """Every file below *folder*: when it was written, how large it is, what it holds."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {
        str(file): (file.stat().st_mtime_ns, file.stat().st_size, file.read_bytes())
        for file in files
    }


def assert_follows(mirror: Mirror, source: Path, refs: Refs, shas: list[str]) -> None:
    """After the source moved to *refs*, the mirror has them, in git's own words too."""
    point_refs(source, refs, shas)
    updated = mirror.update()
    assert updated == list_refs(str(source), timeout=10) == mirror.refs()
    listing = ["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags"]
    assert git(mirror.git_dir, *listing) == git(source, *listing)
    head = ["rev-parse", "HEAD"]
    assert git(mirror.git_dir, *head) == git(source, *head)
    git(mirror.git_dir, "fsck", "--connectivity-only")


def test_a_bare_repository_is_mirrored(mirror: Mirror, source: Path, shas: list[str]) -> None:
    assert mirror.refs() is None
    assert mirror.update() == RefList(shas[2], "refs/heads/main", {"refs/heads/main": shas[2]})
    assert git(mirror.git_dir, "rev-parse", "--is-bare-repository").strip() == b"true"


def test_every_form_of_a_source_gives_the_same_mirror(
    source: Path, tmp_path: Path, shas: list[str]
) -> None:
    """A path, a file URL, a work tree, a folder in it, and a linked work tree on its branch."""
    git(tmp_path, "clone", "--quiet", str(source), "tree")
    (tmp_path / "tree" / "deep").mkdir()
    git(tmp_path / "tree", "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    git(tmp_path / "tree", "checkout", "--quiet", "--detach")
    git(tmp_path / "linked", "checkout", "--quiet", "main")
    forms = [str(source), source.as_uri(), str(tmp_path / "linked"), (tmp_path / "linked").as_uri()]
    git_dirs = (tmp_path / f"mirror-{number}.git" for number in range(len(forms)))
    for form, git_dir in zip(forms, git_dirs, strict=True):
        refs = Mirror(git_dir, resolve_source(form)).update()
        assert refs == RefList(shas[2], "refs/heads/main", {"refs/heads/main": shas[2]})
    within = Mirror(tmp_path / "within.git", resolve_source(str(tmp_path / "tree" / "deep")))
    assert within.update() == RefList(shas[2], None, {"refs/heads/main": shas[2]})


def test_a_repository_is_fetched_over_http(source: Path, tmp_path: Path, shas: list[str]) -> None:
    with serve(tmp_path) as address:
        mirror = Mirror(tmp_path / "mirror.git", resolve_source(f"{address}/source.git"))
        assert mirror.update().head_sha == shas[2]
        point_refs(source, Refs({"main": 4, "old": 3}), shas)
        assert mirror.update().refs == {"refs/heads/main": shas[3], "refs/heads/old": shas[2]}


def test_branches_and_tags_are_mirrored_and_nothing_else(
    mirror: Mirror, source: Path, shas: list[str]
) -> None:
    git(source, "tag", "--annotate", "--message=one", "v1", shas[3])
    git(source, "tag", "--annotate", "--message=two", "v1-again", "v1")
    git(source, "update-ref", "refs/notes/commits", shas[3])
    git(source, "update-ref", "refs/pull/1/head", shas[3])
    mirror.update()
    names = git(mirror.git_dir, "for-each-ref", "--format=%(refname)").decode().split()
    assert names == ["refs/heads/main", "refs/tags/v1", "refs/tags/v1-again"]
    tags = git(source, "for-each-ref", "refs/tags")
    assert git(mirror.git_dir, "for-each-ref", "refs/tags") == tags


def test_the_source_is_only_read(source: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(source), "tree")
    before = state_of(source), state_of(tmp_path / "tree")
    for number, name in enumerate([str(source), source.as_uri(), str(tmp_path / "tree")]):
        Mirror(tmp_path / f"mirror-{number}.git", resolve_source(name)).update()
    assert (state_of(source), state_of(tmp_path / "tree")) == before


def test_an_update_with_nothing_new_writes_nothing(mirror: Mirror) -> None:
    mirror.update()
    before = state_of(mirror.git_dir)
    mirror.update()
    assert state_of(mirror.git_dir) == before


@pytest.mark.parametrize(
    "later",
    [
        Refs({"main": 3, "new": 4}),
        Refs({"main": 4}),
        Refs({"main": 1}),
        Refs({"main": 3}, {"v1": 3}),
        Refs({"main": 3}, {"v1": 4}, frozenset({"v1"})),
        Refs({"main": 3, "topic/one": 1}),
        Refs({"main": 3, "topic": 3}, head="topic"),
        Refs({"renamed": 3}, head="renamed"),
        Refs({"main": 3}, head=2),
        Refs({"main": 2}, head=4),
    ],
    ids=[
        *("new branch", "force-push to another line", "force-push backwards", "moved tag"),
        *("tag of its own", "folder for a branch", "head elsewhere", "renamed branch"),
        *("detached on a branch", "detached off all branches"),
    ],
)
def test_any_movement_of_refs_is_followed_and_back(
    mirror: Mirror, source: Path, shas: list[str], later: Refs
) -> None:
    first = Refs({"main": 3, "topic": 2}, {"v1": 1})
    assert_follows(mirror, source, first, shas)
    assert_follows(mirror, source, later, shas)
    assert_follows(mirror, source, first, shas)


def test_a_detached_head_leaves_no_trace_when_it_is_gone(
    mirror: Mirror, source: Path, shas: list[str]
) -> None:
    """Commits that only it reached would count as the newest of all, which a new mirror lacks."""
    point_refs(source, Refs({"main": 3}, head=4), shas)
    mirror.update()
    assert git(mirror.git_dir, "rev-parse", DETACHED_HEAD).decode().strip() == shas[3]
    point_refs(source, Refs({"main": 3}), shas)
    mirror.update()
    assert shas[3] not in git(mirror.git_dir, "rev-list", "--all").decode()


def test_a_removed_mirror_is_made_anew(mirror: Mirror) -> None:
    first = mirror.update()
    mirror.remove()
    assert mirror.refs() is None
    assert mirror.update() == first


@pytest.mark.parametrize("form", ["path", "file URL"])
def test_a_killed_update_is_completed_by_the_next(
    source: Path, tmp_path: Path, shas: list[str], form: str
) -> None:
    """What a killed git leaves behind: locks, half a pack, half of a new list of refs."""
    mirror = Mirror(tmp_path / "mirror.git", str(source) if form == "path" else source.as_uri())
    mirror.update()
    git(mirror.git_dir, "pack-refs", "--all")
    point_refs(source, Refs({"renamed": 4, "main/two": 1}, {"v1": 2}, head="renamed"), shas)
    left_behind = [
        *("HEAD.lock", "packed-refs.lock", "packed-refs.new", "config.lock", "shallow.lock"),
        *("refs/heads/renamed.lock", "refs/tags/v1.lock", "objects/pack/tmp_pack_x"),
        *("objects/info/commit-graphs/commit-graph-chain.lock", "objects/maintenance.lock"),
    ]
    for name in left_behind:
        (mirror.git_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (mirror.git_dir / name).write_bytes(b"half")
    assert mirror.update() == list_refs(str(source), timeout=10)
    assert not [name for name in left_behind if (mirror.git_dir / name).exists()]


def test_a_first_clone_that_was_killed_is_begun_anew(mirror: Mirror, shas: list[str]) -> None:
    partial = mirror.git_dir.with_suffix(".partial")
    git(partial.parent.parent, "init", "--quiet", "--bare", str(partial))
    mirror.git_dir.mkdir()
    (mirror.git_dir / "objects").mkdir()
    assert mirror.update().head_sha == shas[2]
    assert not partial.exists()


def test_a_source_that_borrows_objects_is_mirrored_with_them(source: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--shared", str(source), "borrower")
    mirror = Mirror(tmp_path / "mirror.git", resolve_source(str(tmp_path / "borrower")))
    mirror.update()
    git(mirror.git_dir, "fsck", "--connectivity-only")


def test_a_users_hooks_do_not_run_in_the_mirror(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither those of a template for new repositories nor those set for all."""
    hooks = tmp_path / "template" / "hooks"
    hooks.mkdir(parents=True)
    (hooks / "reference-transaction").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (hooks / "reference-transaction").chmod(0o755)
    (tmp_path / "config").write_text(f"[core]\n\thooksPath = {hooks}\n")
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(hooks.parent))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    mirror.update()
    assert not (tmp_path / "ran").exists()
