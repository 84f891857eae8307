"""Sources that cannot be analysed: one line that says what to do, and nothing that stays behind.

Once the source is mended, the next run makes the tables of what it holds.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.e2e.commands import Outcome, run, under_permissions
from tests.e2e.conftest import Hyperion
from tests.e2e.sources import add_commit, commits_of, write_source
from tests.histories import git
from tests.homes import allow_dagsters_own_warning, open_home

pytestmark = allow_dagsters_own_warning


class Damage(NamedTuple):
    """How a sound repository becomes a bad source, what is said of it, and how it is mended."""

    spoil: Callable[[Path], None]
    says: str
    mend: Callable[[Path], None]


def hide_repository(source: Path) -> None:
    (source / ".git").rename(source / "hidden")


def show_repository(source: Path) -> None:
    (source / "hidden").rename(source / ".git")


def move_away(source: Path) -> None:
    source.rename(source.with_name("away"))


def move_back(source: Path) -> None:
    source.with_name("away").rename(source)


def start_anew(source: Path) -> None:
    shutil.rmtree(source / ".git")
    git(source, "init", "--quiet")


def commit_something(source: Path) -> None:
    add_commit(source, "first.md", "# First\n")


def leave_for_unborn_branch(source: Path) -> None:
    git(source, "symbolic-ref", "HEAD", "refs/heads/unborn")


def return_to_main(source: Path) -> None:
    git(source, "symbolic-ref", "HEAD", "refs/heads/main")


def replace_by_shallow_clone(source: Path) -> None:
    reclone(source, "--depth=1")


def complete_shallow_clone(source: Path) -> None:
    git(source, "fetch", "--quiet", "--unshallow")


def replace_by_partial_clone(source: Path) -> None:
    git(source, "config", "uploadpack.allowFilter", "true")
    reclone(source, "--no-checkout", "--filter=blob:none")


def complete_partial_clone(source: Path) -> None:
    git(source, "fetch", "--quiet", "--refetch", "--no-filter")
    for setting in ("remote.origin.promisor", "remote.origin.partialclonefilter"):
        git(source, "config", "--unset-all", setting)


def reclone(source: Path, *options: str) -> None:
    """Put a clone that lacks something in the place of *source*, which becomes its origin."""
    origin = source.with_name("origin")
    source.rename(origin)
    git(origin, "clone", "--quiet", *options, origin.as_uri(), str(source))


def hide_object(source: Path) -> None:
    newest_object(source).rename(source / "kept")


def empty_object(source: Path) -> None:
    there = newest_object(source)
    there.rename(source / "kept")
    there.write_bytes(b"")


def restore_object(source: Path) -> None:
    (source / "kept").replace(newest_object(source))


def newest_object(source: Path) -> Path:
    """Where git keeps what the newest commit says of the notes."""
    name = git(source, "rev-parse", "HEAD:notes.md").decode().strip()
    return source / ".git" / "objects" / name[:2] / name[2:]


DAMAGES = {
    "no repository": Damage(
        hide_repository, "it is not a git repository: name the folder or URL", show_repository
    ),
    "no such path": Damage(move_away, "does not exist: name a path or a URL", move_back),
    "no commits": Damage(start_anew, "is empty: commit something to it", commit_something),
    "no commits on HEAD": Damage(leave_for_unborn_branch, "has no commits on HEAD", return_to_main),
    "shallow": Damage(
        replace_by_shallow_clone, "run `git fetch --unshallow` in it", complete_shallow_clone
    ),
    "partial": Damage(
        replace_by_partial_clone,
        "run `git fetch --refetch --no-filter` in it",
        complete_partial_clone,
    ),
    "missing object": Damage(hide_object, "`git fsck` says which", restore_object),
    "damaged object": Damage(empty_object, "`git fsck` says which", restore_object),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=list(DAMAGES))
def test_a_bad_source_is_refused_and_analysed_once_it_is_mended(
    damage: Damage, hyperion: Hyperion, tmp_path: Path
) -> None:
    source, home = write_source(tmp_path / "source"), tmp_path / "home"
    add_commit(source, "notes.md", "# Other notes\n")
    damage.spoil(source)
    refused = hyperion("analyze", source, "--stages", "git", home=home)
    assert_says_what_to_do(refused, damage.says)
    damage.mend(source)
    assert hyperion("analyze", source, "--stages", "git", home=home).status == 0
    commits = open_home(home).lake.read("commits", "source")
    assert set(commits["sha"]) == commits_of(source)


def test_a_source_that_turns_bad_keeps_its_tables(
    hyperion: Hyperion, tmp_path: Path, source: Path
) -> None:
    home = tmp_path / "home"
    assert hyperion("analyze", source, "--stages", "git", home=home).status == 0
    before = open_home(home).lake.read("commits")
    add_commit(source, "notes.md", "# Other notes\n")
    hide_object(source)
    refused = hyperion("analyze", source, "--stages", "git", home=home)
    assert_says_what_to_do(refused, "`git fsck` says which")
    assert open_home(home).lake.read("commits").equals(before)
    restore_object(source)
    assert hyperion("analyze", source, "--stages", "git", home=home).status == 0
    assert set(open_home(home).lake.read("commits")["sha"]) == commits_of(source)


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("http://127.0.0.1:9/shop.git", 1, "it cannot be reached: check the address"),
        ("git://127.0.0.1:9/shop.git", 1, "it cannot be reached: check the address"),
        ("https://alma:secret@example.org/shop.git", 2, "leave out what stands before the @"),
        ("ftp://example.org/shop.git", 2, "use https, ssh, git or file"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(
    address: str, status: int, says: str, hyperion: Hyperion, tmp_path: Path
) -> None:
    refused = hyperion("analyze", address, home=tmp_path / "home")
    assert_says_what_to_do(refused, says, status)
    assert "secret" not in refused.errors
    assert open_home(tmp_path / "home").catalogue.list() == []


def test_a_source_without_permission_is_refused(tmp_path: Path, source: Path) -> None:
    through = under_permissions()
    if through is None:
        pytest.skip("root passes over permissions, and setpriv is not there to take that away")
    source.chmod(0)
    try:
        refused = run("analyze", source, home=tmp_path / "home", through=through)
    finally:
        source.chmod(0o755)
    assert_says_what_to_do(refused, "grant this user read access")
    assert open_home(tmp_path / "home").catalogue.list() == []


def assert_says_what_to_do(refused: Outcome, says: str, status: int = 1) -> None:
    """One line on standard error with the remedy, nothing on standard output, no traceback."""
    assert (refused.status, refused.output) == (status, "")
    assert says in refused.errors
    assert refused.errors.startswith("hyperion: ")
    assert len(refused.errors.splitlines()) == 1
