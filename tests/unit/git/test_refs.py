"""Branches and tags: how far each lies from HEAD, and how old it is."""

import tempfile
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings

from hyperion_pipelines.git.ancestry import read_ancestry
from hyperion_pipelines.git.refs import describe_refs
from hyperion_pipelines.git.sources import RefList, list_refs
from hyperion_pipelines.sample.history_writer import Commit
from hyperion_pipelines.schemas import REFS
from tests.histories import (
    START,
    Refs,
    commit_of,
    git,
    histories_with_refs,
    point_refs,
    write_history,
)

COLUMNS = {name: dtype for name, dtype in REFS.items() if name != "repository"}


@pytest.fixture
def git_dir(tmp_path: Path) -> Path:
    """Main is two commits ahead of the root, `topic` one; a day lies between any two."""
    commits = [
        commit_of({"a": "1"}),
        commit_of({"a": "2"}, hours=24),
        commit_of({"b": "1"}, hours=48, parents=[1], branch="topic"),
        commit_of({"a": "3"}, hours=72),
    ]
    write_history(tmp_path / "refs.git", commits)
    return tmp_path / "refs.git"


def described(git_dir: Path) -> pl.DataFrame:
    return describe_refs(read_ancestry(git_dir), list_refs(str(git_dir), timeout=10))


@settings(max_examples=20, deadline=None)
@given(histories_with_refs())
def test_distances_are_those_that_git_counts(drawn: tuple[list[Commit], Refs]) -> None:
    commits, refs = drawn
    with tempfile.TemporaryDirectory() as folder:
        git_dir = Path(folder, "random.git")
        point_refs(git_dir, refs, write_history(git_dir, commits))
        table = described(git_dir)
        assert dict(table.schema) == COLUMNS
        assert table.height == len(refs.branches) + len(refs.tags)
        for row in table.iter_rows(named=True):
            name = f"refs/{'heads' if row['kind'] == 'branch' else 'tags'}/{row['name']}"
            counts = git(git_dir, "rev-list", "--left-right", "--count", f"HEAD...{name}")
            assert [row["behind"], row["ahead"]] == [int(count) for count in counts.split()]
            assert row["sha"] == git(git_dir, "rev-parse", f"{name}^{{}}").decode().strip()


def test_a_branch_is_described(git_dir: Path) -> None:
    main, topic = described(git_dir).iter_rows(named=True)
    assert (main["name"], main["ahead"], main["behind"], main["age_days"]) == ("main", 0, 0, 0)
    assert (main["is_head"], main["is_merged"]) == (True, True)
    assert (topic["name"], topic["ahead"], topic["behind"], topic["age_days"]) == ("topic", 1, 2, 1)
    assert (topic["is_head"], topic["is_merged"]) == (False, False)
    assert topic["commit_time"] == START + timedelta(days=2)


def test_a_tag_names_a_commit_and_other_tags_are_left_out(git_dir: Path) -> None:
    git(git_dir, "tag", "--annotate", "--message=tag", "v1", "topic")
    git(git_dir, "tag", "--annotate", "--message=tag of a tag", "v1-again", "v1")
    git(git_dir, "tag", "files", "topic^{tree}")
    tags = described(git_dir).filter(pl.col("kind") == "tag")
    topic = git(git_dir, "rev-parse", "topic").decode().strip()
    assert tags.select("name", "sha").rows() == [("v1", topic), ("v1-again", topic)]


def test_a_tag_and_a_branch_may_share_a_name(git_dir: Path) -> None:
    git(git_dir, "tag", "main", "topic")
    table = described(git_dir)
    assert table.select("kind", "name").rows() == [
        ("branch", "main"),
        ("branch", "topic"),
        ("tag", "main"),
    ]
    assert table["is_head"].to_list() == [True, False, False]


def test_no_branch_is_head_when_head_is_detached(git_dir: Path) -> None:
    git(git_dir, "update-ref", "--no-deref", "HEAD", "main")
    assert not described(git_dir)["is_head"].any()


def test_a_repository_without_refs_has_an_empty_table(git_dir: Path) -> None:
    """As when HEAD is detached and every branch was deleted."""
    head = git(git_dir, "rev-parse", "main").decode().strip()
    table = describe_refs(read_ancestry(git_dir), RefList(head, None, {}))
    assert dict(table.schema) == COLUMNS
    assert table.is_empty()
