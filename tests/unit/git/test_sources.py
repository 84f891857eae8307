"""What a user names as a repository, and what is said of a name that is none."""

import multiprocessing
import os
import pwd
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from hyperion_pipelines.errors import HyperionError, SourceError, UsageError
from hyperion_pipelines.git.sources import (
    RefList,
    check_complete,
    check_slug,
    list_refs,
    local_path,
    resolve_source,
    suggest_slug,
)
from tests.histories import Refs, commit_of, git, point_refs, write_history


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    write_history(tmp_path / "shop.git", [commit_of({"a": "a"}), commit_of({"a": "b"})])
    return tmp_path / "shop.git"


@pytest.fixture
def work_tree(bare: Path, tmp_path: Path) -> Path:
    git(tmp_path, "clone", "--quiet", str(bare), "work tree")
    (tmp_path / "work tree" / "deep" / "er").mkdir(parents=True)
    return tmp_path / "work tree"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter (pytest's own may not be entered by others)."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def become_a_stranger() -> None:
    """Be another user of this machine, where one may change the user."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)


def ask(source: str) -> str:
    try:
        return str(list_refs(resolve_source(source), timeout=10))
    except HyperionError as error:
        return f"{type(error).__name__}: {error}"


def told_to_a_stranger(source: Path) -> str:
    """What another user is told; forked, since the interpreter may lie where only we may read."""
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, mp_context=fork, initializer=become_a_stranger) as stranger:
        return stranger.submit(ask, str(source)).result()


def test_a_path_becomes_absolute(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bare.parent)
    assert resolve_source("shop.git") == str(bare.resolve())
    monkeypatch.setenv("HOME", str(bare.parent))
    assert resolve_source(" ~/shop.git\n") == str(bare.resolve())


def test_a_folder_inside_a_repository_stands_for_its_root(bare: Path, work_tree: Path) -> None:
    assert resolve_source(str(work_tree / "deep" / "er")) == str(work_tree.resolve())
    assert resolve_source(str(bare / "refs")) == str(bare.resolve())


def test_a_linked_work_tree_is_a_source_of_its_own(work_tree: Path, tmp_path: Path) -> None:
    git(work_tree, "worktree", "add", "--quiet", "-b", "topic", str(tmp_path / "linked"), "HEAD~1")
    source = resolve_source(str(tmp_path / "linked"))
    assert source == str((tmp_path / "linked").resolve())
    assert list_refs(source, timeout=10).head_branch == "refs/heads/topic"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/shop.git",
        "HTTP://example.org/shop",
        "ssh://git@example.org/shop.git",
        "git://example.org/shop.git",
        "file:///srv/shop.git",
        "git@example.org:shop/shop.git",
        "example.org:shop.git",
    ],
)
def test_urls_are_kept_as_they_are(url: str) -> None:
    assert resolve_source(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://user:secret@example.org/x",
        "https://secret@example.org/x",
        "  https://user:secret@example.org/x",
        "HTTPS://user:half@secret@example.org/x",
        "ssh://git:secret@example.org/x",
        "ftp://user:secret@example.org/x",
        "https://user:sec[ret@example.org/x",
    ],
)
def test_urls_with_credentials_are_refused_without_printing_them(url: str) -> None:
    with pytest.raises(UsageError) as refusal:
        resolve_source(url)
    assert "user" not in str(refusal.value)
    assert "sec" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_a_scheme_that_is_not_read_is_refused() -> None:
    with pytest.raises(UsageError, match="over ftp: use https, ssh, git or file"):
        resolve_source("ftp://example.org/shop.git")


@pytest.mark.parametrize("nothing", ["", "  \n"])
def test_no_name_is_a_wrong_call(nothing: str) -> None:
    with pytest.raises(UsageError, match="give a path or a URL"):
        resolve_source(nothing)


def test_what_is_no_repository_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    with pytest.raises(SourceError, match="missing does not exist: name a path"):
        resolve_source(str(tmp_path / "missing"))
    with pytest.raises(SourceError, match="below does not exist"):
        resolve_source(str(tmp_path / "file" / "below"))
    with pytest.raises(SourceError, match="file is a file: name the folder"):
        resolve_source(str(tmp_path / "file"))
    with pytest.raises(SourceError, match="it is not a git repository"):
        resolve_source(str(tmp_path))


def test_a_folder_without_permission_says_so(open_folder: Path) -> None:
    (open_folder / "closed").mkdir(mode=0o700)
    (open_folder / "closed" / "shop").mkdir()
    (open_folder / "closed").chmod(0)
    for path in (open_folder / "closed", open_folder / "closed" / "shop"):
        told = told_to_a_stranger(path)
        assert told.startswith("SourceError")
        assert "no permission to read" in told


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may act as another user")
def test_a_repository_of_another_user_says_how_to_allow_it(open_folder: Path) -> None:
    write_history(open_folder / "shop.git", [commit_of({"a": "a"})])
    told = told_to_a_stranger(open_folder / "shop.git")
    assert told.startswith("SourceError")
    assert "safe.directory" in told


def test_refs_are_branches_tags_and_head(bare: Path) -> None:
    first, second = git(bare, "rev-list", "--reverse", "main").decode().split()
    point_refs(bare, Refs({"main": 2, "a/b": 1}, {"v1": 1}, frozenset({"v1"})), [first, second])
    git(bare, "tag", "--annotate", "--message=again", "v1-again", "v1")
    git(bare, "update-ref", "refs/notes/commits", first)
    git(bare, "update-ref", "refs/remotes/origin/refs/heads/x", first)
    git(bare, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/a/b")
    found = list_refs(str(bare), timeout=10)
    assert (found.head_sha, found.head_branch) == (second, "refs/heads/main")
    tags = git(bare, "rev-parse", "v1", "v1-again").decode().split()
    names = ["refs/heads/main", "refs/heads/a/b", "refs/tags/v1", "refs/tags/v1-again"]
    assert found.refs == dict(zip(names, [second, first, *tags], strict=True))


def test_a_head_that_names_no_branch_is_detached(bare: Path) -> None:
    first, second = git(bare, "rev-list", "--reverse", "main").decode().split()
    git(bare, "update-ref", "refs/odd/x", first)
    git(bare, "symbolic-ref", "HEAD", "refs/odd/x")
    found = list_refs(str(bare), timeout=10)
    assert found == RefList(first, None, {"refs/heads/main": second})


def test_an_empty_repository_says_so(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "empty")
    with pytest.raises(SourceError, match="is empty: commit something"):
        list_refs(str(tmp_path / "empty"), timeout=10)


def test_an_unborn_head_beside_other_branches_says_so(bare: Path) -> None:
    git(bare, "symbolic-ref", "HEAD", "refs/heads/unborn")
    with pytest.raises(SourceError, match="git symbolic-ref HEAD refs/heads/BRANCH"):
        list_refs(str(bare), timeout=10)


def test_sha_256_is_refused(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "new")
    git(tmp_path / "new", "commit", "--allow-empty", "--message=first")
    with pytest.raises(SourceError, match="only SHA-1 is read"):
        list_refs(str(tmp_path / "new"), timeout=10)


def test_a_shallow_clone_says_how_to_complete_it(bare: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", bare.as_uri(), "shallow")
    for source in (str(tmp_path / "shallow"), (tmp_path / "shallow").as_uri()):
        with pytest.raises(SourceError, match="git fetch --unshallow"):
            check_complete(source)
    git(tmp_path / "shallow", "fetch", "--quiet", "--unshallow")
    check_complete(str(tmp_path / "shallow"))


def test_a_partial_clone_says_how_to_complete_it(bare: Path, tmp_path: Path) -> None:
    git(bare, "config", "uploadpack.allowFilter", "true")
    command = ["clone", "--quiet", "--filter=blob:none", "--no-checkout", bare.as_uri(), "partial"]
    git(tmp_path, *command)
    partial = tmp_path / "partial"
    with pytest.raises(SourceError, match="git fetch --refetch --no-filter"):
        check_complete(str(partial))
    git(partial, "fetch", "--quiet", "--refetch", "--no-filter")
    git(partial, "config", "--unset-all", "remote.origin.promisor")
    check_complete(str(partial))


@pytest.mark.parametrize(
    ("source", "folder"),
    [
        ("/srv/a shop", Path("/srv/a shop")),
        ("file:///srv/a%20shop", Path("/srv/a shop")),
        ("https://example.org/x", None),
        ("git@example.org:x", None),
    ],
)
def test_only_paths_and_file_urls_lie_on_this_machine(source: str, folder: Path | None) -> None:
    assert local_path(source) == folder


@pytest.mark.parametrize(
    ("source", "slug"),
    [
        ("https://example.org/Shop/Web-Shop.git", "web-shop"),
        ("https://example.org/shop/", "shop"),
        ("git@example.org:shop.git", "shop"),
        ("/srv/shop/.git", "shop"),
        ("/srv/Mein Läden", "mein-l-den"),
        ("/", "repository"),
        ("/srv/日本", "repository"),
    ],
)
def test_a_slug_is_suggested_by_the_sources_name(source: str, slug: str) -> None:
    assert suggest_slug(source) == slug
    assert check_slug(slug) == slug


@pytest.mark.parametrize("slug", ["", ".", "..", "Shop", "a/b", "a b", "shop\n", "shop'", "ñ"])
def test_a_slug_that_could_not_name_a_folder_is_refused(slug: str) -> None:
    with pytest.raises(UsageError, match="cannot name a repository"):
        check_slug(slug)


def test_the_digest_tells_any_two_states_apart() -> None:
    sha, other = "a" * 40, "b" * 40
    states = [
        RefList(sha, "refs/heads/main", {"refs/heads/main": sha}),
        RefList(sha, None, {"refs/heads/main": sha}),
        RefList(sha, "refs/heads/main", {"refs/heads/main": sha, "refs/tags/v1": sha}),
        RefList(sha, "refs/heads/main", {"refs/heads/main": sha, "refs/tags/v1": other}),
        RefList(other, "refs/heads/main", {"refs/heads/main": other}),
    ]
    assert len({state.digest for state in states}) == len(states)
    reversed_refs = dict(reversed(states[2].refs.items()))
    assert RefList(sha, "refs/heads/main", reversed_refs).digest == states[2].digest
