"""The graph of commits: its order, and how many commits refs share."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperion_pipelines.errors import MissingObjectsError
from hyperion_pipelines.git.ancestry import Ancestry, ancestors, read_ancestry
from hyperion_pipelines.sample.history_writer import Commit
from tests.histories import (
    Refs,
    commit_of,
    git,
    histories_with_refs,
    point_refs,
    write_history,
)


@st.composite
def ancestries(draw: st.DrawFn) -> Ancestry:
    """Any graph of up to twelve commits whose times repeat and go backwards."""
    parents: dict[str, tuple[str, ...]] = {}
    for number in range(draw(st.integers(1, 12))):
        # Digits in reverse: the order of the names is not that of the graph.
        name = f"{number:02}"[::-1]
        earlier = st.lists(st.sampled_from(sorted(parents) or [name]), unique=True, max_size=3)
        parents[name] = tuple(draw(earlier)) if parents else ()
    times = {name: draw(st.integers(0, 3)) for name in parents}
    return Ancestry(parents, times)


@settings(max_examples=200, deadline=None)
@given(ancestries())
def test_parents_come_before_their_children(ancestry: Ancestry) -> None:
    places = {sha: place for place, sha in enumerate(ancestry.order)}
    assert sorted(places) == sorted(ancestry.parents)
    for sha, parents in ancestry.parents.items():
        assert all(places[parent] < places[sha] for parent in parents)


@settings(max_examples=200, deadline=None)
@given(ancestries(), st.randoms(use_true_random=False), st.data())
def test_the_order_depends_on_the_commits_alone(
    ancestry: Ancestry, chance: random.Random, data: st.DataObject
) -> None:
    """Neither the order in which git lists commits counts, nor what else is in the repository."""
    shuffled = list(ancestry.parents.items())
    chance.shuffle(shuffled)
    assert Ancestry(dict(shuffled), ancestry.times).order == ancestry.order
    tip = data.draw(st.sampled_from(ancestry.order))
    kept = ancestors(ancestry.parents, [tip])
    alone = Ancestry({sha: ancestry.parents[sha] for sha in kept}, ancestry.times)
    assert alone.order == [sha for sha in ancestry.order if sha in kept]


@settings(max_examples=200, deadline=None)
@given(ancestries(), st.data())
def test_distances_are_those_of_sets_of_ancestors(ancestry: Ancestry, data: st.DataObject) -> None:
    names = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(ancestry.order), min_size=1)
    tips = data.draw(names)
    reached = {name: ancestors(ancestry.parents, [sha]) for name, sha in tips.items()}
    expected: dict[tuple[str, ...], int] = {}
    for sha in ancestry.order:
        key = tuple(sorted(name for name, shas in reached.items() if sha in shas))
        expected[key] = expected.get(key, 0) + 1
    rows = ancestry.reached_by(tips).rows()
    assert {tuple(sorted(names)): commits for names, commits in rows} == expected


@settings(max_examples=25, deadline=None)
@given(histories_with_refs())
def test_what_is_read_is_what_the_commits_record(drawn: tuple[list[Commit], Refs]) -> None:
    commits, refs = drawn
    with tempfile.TemporaryDirectory() as folder:
        git_dir = Path(folder, "random.git")
        shas = write_history(git_dir, commits)
        point_refs(git_dir, refs, shas)
        ancestry = read_ancestry(git_dir)
        reachable = git(git_dir, "rev-list", "--all", "HEAD").decode().split()
    assert sorted(ancestry.parents) == sorted(reachable)
    recorded = dict(zip(shas, commits, strict=True))
    for sha, parents in ancestry.parents.items():
        assert list(parents) == [shas[mark - 1] for mark in recorded[sha].parents or ()]
        written = recorded[sha].commit_time
        assert written is not None
        assert ancestry.times[sha] == written.timestamp()


def test_a_tag_names_its_commit_even_through_another_tag(tmp_path: Path) -> None:
    git_dir = tmp_path / "tagged.git"
    (commit,) = write_history(git_dir, [commit_of({"a": "a"})])
    git(git_dir, "tag", "--annotate", "--message=one", "v1", commit)
    git(git_dir, "tag", "--annotate", "--message=two", "v1-signed", "v1")
    git(git_dir, "tag", "--annotate", "--message=tree", "files", f"{commit}^{{tree}}")
    git(git_dir, "tag", "light", f"{commit}:a")
    tags = git(git_dir, "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/tags")
    shas = dict(line.split() for line in tags.decode().splitlines())
    ancestry = read_ancestry(git_dir)
    named = {name: ancestry.commit(sha) for name, sha in shas.items()}
    assert named == {"files": None, "light": None, "v1": commit, "v1-signed": commit}


def test_a_missing_commit_is_named_as_such(tmp_path: Path) -> None:
    git_dir = tmp_path / "damaged.git"
    first, _ = write_history(git_dir, [commit_of({"a": "a"}), commit_of({"a": "b"})])
    (git_dir / "objects" / first[:2] / first[2:]).unlink()
    with pytest.raises(MissingObjectsError, match="git fsck"):
        read_ancestry(git_dir)
