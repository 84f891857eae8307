"""The tables of a history: an update leaves what a run from nothing leaves."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hyperion_pipelines.checks import count_offenders
from hyperion_pipelines.errors import MissingObjectsError
from hyperion_pipelines.git.history import History, update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.mirror import Mirror
from hyperion_pipelines.sample.history_writer import Commit
from hyperion_pipelines.schemas import TABLES
from tests.histories import (
    Refs,
    commit_of,
    git,
    histories,
    point_refs,
    refs_over,
    write_history,
)

NOTHING = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())
DERIVED = ("commits", "changes", "identities", "refs")


@dataclass(frozen=True)
class Changing:
    """A repository and the sets of refs that it goes through, one after another."""

    commits: list[Commit]
    states: list[Refs]


@st.composite
def changing(draw: st.DrawFn) -> Changing:
    """Any refs follow any other: new commits, force-pushes, deletions, renames, a moved HEAD."""
    commits = draw(histories())
    states = draw(st.lists(refs_over(len(commits)), min_size=2, max_size=3))
    return Changing(commits, states)


def known(history: History) -> LogFrames:
    return LogFrames(history.commits, history.changes)


def analysed(git_dir: Path, source: Path, before: LogFrames = NOTHING) -> History:
    mirror = Mirror(git_dir, str(source))
    return update_history(git_dir, mirror.update(), before)


@settings(max_examples=15, deadline=None)
@given(changing())
def test_an_update_leaves_the_tables_of_a_run_from_nothing(changing: Changing) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source.git"
        shas = write_history(source, changing.commits)
        updated: History | None = None
        for state in changing.states:
            point_refs(source, state, shas)
            before = known(updated) if updated else NOTHING
            updated = analysed(folder / "mirror.git", source, before)
        fresh = analysed(folder / "fresh.git", source)
    for table in DERIVED:
        assert_frame_equal(getattr(updated, table), getattr(fresh, table))
        named = getattr(fresh, table).with_columns(repository=pl.lit("random"))
        assert named.select(list(TABLES[table])).schema == TABLES[table]
        assert set(count_offenders(table, named).values()) == {0}


@settings(max_examples=10, deadline=None)
@given(changing())
def test_positions_are_dense_and_put_parents_first(changing: Changing) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source.git"
        point_refs(source, changing.states[0], write_history(source, changing.commits))
        commits = analysed(folder / "mirror.git", source).commits
        reachable = git(source, "rev-list", "--branches", "HEAD").decode().split()
    assert sorted(commits["sha"]) == sorted(reachable)
    places = dict(commits.select("sha", "position").iter_rows())
    assert sorted(places.values()) == list(range(len(reachable)))
    for sha, parents in commits.select("sha", "parents").iter_rows():
        assert all(places[parent] < places[sha] for parent in parents)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three commits on main, whose middle one names its second person as the first."""
    git_dir = tmp_path / "source.git"
    write_history(
        git_dir,
        [
            commit_of({"a": "1\n"}),
            commit_of({"b": "2\n"}, b"Fix \xff\n\nFixes #12"),
            commit_of({"a": "3\n"}, hours=1),
        ],
    )
    return git_dir


def test_only_new_commits_are_read(source: Path, tmp_path: Path) -> None:
    first = analysed(tmp_path / "mirror.git", source)
    again = analysed(tmp_path / "mirror.git", source, known(first))
    assert (first.read, again.read) == (3, 0)


def test_commits_that_no_branch_reaches_any_longer_are_dropped(
    source: Path, tmp_path: Path
) -> None:
    first = analysed(tmp_path / "mirror.git", source)
    root = first.commits["sha"][0]
    git(source, "update-ref", "refs/heads/main", root)
    after = analysed(tmp_path / "mirror.git", source, known(first))
    assert after.commits["sha"].to_list() == [root]
    assert after.changes["sha"].to_list() == [root]


def test_commits_that_only_a_tag_reaches_are_left_out(source: Path, tmp_path: Path) -> None:
    tip = git(source, "rev-parse", "main").decode().strip()
    git(source, "tag", "v1", tip)
    git(source, "update-ref", "refs/heads/main", f"{tip}~1")
    history = analysed(tmp_path / "mirror.git", source)
    assert tip not in history.commits["sha"]
    (tag,) = history.refs.filter(pl.col("kind") == "tag").iter_rows(named=True)
    assert (tag["ahead"], tag["behind"], tag["is_merged"]) == (1, 0, False)


def test_messages_are_described_and_undecodable_ones_counted(source: Path, tmp_path: Path) -> None:
    history = analysed(tmp_path / "mirror.git", source)
    assert history.undecodable == 1
    assert history.commits["is_fix"].to_list() == [False, True, False]
    assert history.commits["issue_refs"].to_list() == [[], ["#12"], []]


def test_the_mailmap_of_head_joins_people(tmp_path: Path) -> None:
    """A mailmap that is committed later counts for the commits before it as well."""
    source = tmp_path / "source.git"
    mailmap = "Alma Smith <alma@example.org>\n"
    write_history(source, [commit_of({"a": "1\n"}), commit_of({".mailmap": mailmap})])
    history = analysed(tmp_path / "mirror.git", source)
    assert history.identities["person_name"].to_list() == ["Alma Smith"]
    assert history.identities["commits"].to_list() == [4]
    assert history.commits["author_id"].n_unique() == 1


def test_missing_objects_end_the_update(source: Path, tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "mirror.git", str(source))
    refs = mirror.update()
    blob = git(mirror.git_dir, "rev-parse", "HEAD:a").decode().strip()
    (mirror.git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(MissingObjectsError, match="fsck"), mirror.reading() as git_dir:
        update_history(git_dir, refs, NOTHING)
