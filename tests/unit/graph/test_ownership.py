"""Whose commits made a file, over time: by hand, and as of every turn of a quarter."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperion_pipelines.graph.building.ownership import (
    ownership_stretches,
    person_owned,
    person_owns,
)
from hyperion_pipelines.insights.make import head_time
from hyperion_pipelines.insights.shared.people import people
from hyperion_pipelines.insights.shared.touches import touches
from hyperion_pipelines.schemas import CHANGES, IDENTITIES, TREE
from tests.unit.insights.history_rows import commits_of
from tests.unit.insights.lifetimes import rows_of

OWNERS = {"path": pl.String, "person_id": pl.String, "line_share": pl.Float64}
BOT = "renovate"


class Change(NamedTuple):
    """A commit that changes one file."""

    author: str
    time: datetime
    status: str
    path: str
    old_path: str | None = None


def day(month: int, of: int = 15, year: int = 2023) -> datetime:
    return datetime(year, month, of, tzinfo=UTC)


def edges_of(
    history: Sequence[Change],
    *,
    lines: Sequence[tuple[str, str, float]] = (),
    gone: Sequence[str] = (),
    **of_commits: dict[str, object],
) -> list[dict[str, Any]]:
    """The edges of a history, past and present, by path, person and time.

    Those of the present have null for `until`; *gone* are paths that a merge alone deleted.
    """
    tables = tables_of(history, **of_commits)
    there = tables["tree"].filter(~pl.col("path").is_in(gone))
    owners = pl.DataFrame(list(lines), schema=OWNERS, orient="row")
    found = ownership_stretches(
        tables["changes"],
        tables["commits"],
        there,
        people(tables["commits"], tables["identities"]),
        head_time(tables["commits"]),
    )
    edges = pl.concat([person_owned(found), person_owns(found, owners)], how="diagonal")
    return edges.sort("target", "source", "since").to_dicts()


def tables_of(
    history: Sequence[Change], **of_commits: dict[str, object]
) -> dict[str, pl.DataFrame]:
    """Each change is a commit, the oldest first; *of_commits* says what is odd about some."""
    there: dict[str, None] = {}
    for change in history:
        there.pop(change.old_path or "", None)
        there[change.path] = None
        if change.status == "D":
            del there[change.path]
    shas = [f"c{place}" for place in range(len(history))]
    rows = [
        {"sha": sha, "author_id": change.author, "commit_time": change.time}
        | of_commits.get(sha, {})
        for sha, change in zip(shas, history, strict=True)
    ]
    changed = [
        {"sha": sha, "status": change.status, "path": change.path, "old_path": change.old_path}
        for sha, change in zip(shas, history, strict=True)
    ]
    authors = sorted({change.author for change in history})
    identities = [
        {"name": author, "person_id": author, "is_bot": author == BOT} for author in authors
    ]
    return {
        "commits": commits_of(*rows),
        "changes": rows_of(CHANGES, changed),
        "tree": rows_of(TREE, [{"path": path} for path in there]),
        "identities": rows_of(IDENTITIES, identities),
    }


def stretches(edges: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [
        (edge["target"], edge["source"], edge["share"], edge["since"], edge["until"])
        for edge in edges
    ]


def test_a_share_lasts_from_the_turn_after_it_changed_to_the_turn_at_which_it_changes() -> None:
    """Alma adds in the first quarter and changes in the second; Bo in the third; Alma at last."""
    history = [
        Change("alma", day(2), "A", "a.py"),
        Change("alma", day(5), "M", "a.py"),
        Change("bo", day(8), "M", "a.py"),
        Change("alma", day(3, year=2024), "M", "a.py"),
    ]
    head = day(3, year=2024)
    assert stretches(edges_of(history)) == [
        ("a.py", "alma", 1.0, day(4, 1), day(10, 1)),
        ("a.py", "alma", 2 / 3, day(10, 1), head),
        ("a.py", "alma", 3 / 4, head, None),
        ("a.py", "bo", 1 / 3, day(10, 1), head),
        ("a.py", "bo", 1 / 4, head, None),
    ]


def test_a_commit_at_the_very_turn_belongs_to_the_new_quarter() -> None:
    history = [Change("alma", day(4, 1), "A", "a.py"), Change("bo", day(9), "A", "b.py")]
    assert stretches(edges_of(history))[0] == ("a.py", "alma", 1.0, day(7, 1), None)


def test_at_a_head_right_on_a_turn_the_present_counts_its_commits() -> None:
    history = [Change("alma", day(2), "A", "a.py"), Change("bo", day(4, 1), "M", "a.py")]
    assert stretches(edges_of(history)) == [
        ("a.py", "alma", 1 / 2, day(4, 1), None),
        ("a.py", "bo", 1 / 2, day(4, 1), None),
    ]


def test_a_file_keeps_its_owners_when_it_is_renamed() -> None:
    """The old path has them until the rename, the new one from then on, within the quarter."""
    history = [
        Change("alma", day(2), "A", "a.py"),
        Change("bo", day(5), "R", "b.py", "a.py"),
        Change("bo", day(12), "A", "c.py"),
    ]
    edges = stretches(edges_of(history))
    assert [edge for edge in edges if edge[0] != "c.py"] == [
        ("a.py", "alma", 1.0, day(4, 1), day(5)),
        ("b.py", "alma", 1.0, day(5), day(7, 1)),
        ("b.py", "alma", 1 / 2, day(7, 1), None),
        ("b.py", "bo", 1 / 2, day(7, 1), None),
    ]


def test_a_deleted_file_has_no_owner_until_it_comes_back() -> None:
    """The deletion and the return are commits to the file like others."""
    history = [
        Change("alma", day(2), "A", "a.py"),
        Change("bo", day(5), "D", "a.py"),
        Change("alma", day(11), "A", "a.py"),
        Change("bo", day(12), "A", "b.py"),
    ]
    edges = stretches(edges_of(history))
    assert [edge for edge in edges if edge[0] == "a.py"] == [
        ("a.py", "alma", 1.0, day(4, 1), day(5)),
        ("a.py", "alma", 1 / 2, day(11), day(12)),
        ("a.py", "alma", 2 / 3, day(12), None),
        ("a.py", "bo", 1 / 2, day(11), day(12)),
        ("a.py", "bo", 1 / 3, day(12), None),
    ]


def test_a_path_that_another_file_takes_over_was_not_that_file_before() -> None:
    """Bo's file takes the path of Alma's deleted one, whose last owner stays Alma alone."""
    history = [
        Change("alma", day(2), "A", "a.py"),
        Change("bo", day(2, 16), "A", "b.py"),
        Change("alma", day(5), "D", "a.py"),
        Change("bo", day(8), "R", "a.py", "b.py"),
    ]
    edges = stretches(edges_of(history))
    assert [edge for edge in edges if edge[3] < day(8)] == [
        ("a.py", "alma", 1.0, day(4, 1), day(5)),
        ("b.py", "bo", 1.0, day(4, 1), day(8)),
    ]
    assert [edge[:3] for edge in edges if edge[4] is None] == [
        ("a.py", "alma", 1 / 2),
        ("a.py", "bo", 1 / 2),
    ]


def test_a_file_that_lived_at_no_turn_has_no_owner() -> None:
    history = [
        Change("alma", day(2), "A", "a.py"),
        Change("alma", day(3), "D", "a.py"),
        Change("bo", day(12), "A", "b.py"),
    ]
    assert {edge["target"] for edge in edges_of(history)} == {"b.py"}


def test_what_a_merge_alone_deleted_ends_at_head() -> None:
    history = [Change("alma", day(2), "A", "a.py"), Change("bo", day(12), "A", "b.py")]
    edges = stretches(edges_of(history, gone=["a.py"]))
    assert edges[0] == ("a.py", "alma", 1.0, day(4, 1), day(12))


def test_bots_and_branches_beside_head_have_no_part_in_it() -> None:
    history = [
        Change("alma", day(2), "A", "a.py"),
        Change(BOT, day(5), "M", "a.py"),
        Change("bo", day(5), "M", "a.py"),
        Change("alma", day(12), "A", "b.py"),
    ]
    edges = edges_of(history, c2={"is_on_head": False})
    assert {(edge["source"], edge["share"]) for edge in edges} == {("alma", 1.0)}


def test_only_the_present_has_shares_of_lines() -> None:
    history = [Change("alma", day(2), "A", "a.py"), Change("bo", day(8), "M", "a.py")]
    edges = edges_of(history, lines=[("a.py", "alma", 0.9), ("a.py", "bo", 0.1)])
    assert [(edge["source"], edge["until"], edge["line_share"]) for edge in edges] == [
        ("alma", day(8), None),
        ("alma", None, 0.9),
        ("bo", None, 0.1),
    ]


@pytest.mark.parametrize(("others", "shown"), [(19, 20), (20, 5)])
def test_small_shares_are_kept_only_of_the_five_who_had_most(others: int, shown: int) -> None:
    """Of 20 people each has 5 %, of 21 less."""
    history = [Change("alma", day(2), "A", "a.py")]
    history += [Change(f"p{place:02}", day(2), "M", "a.py") for place in range(others)]
    assert len(edges_of(history)) == shown


def test_a_history_without_commits_has_no_owners() -> None:
    assert edges_of([]) == []


@st.composite
def linear_histories(draw: st.DrawFn) -> list[Change]:
    """Over three years: files are added, changed, deleted, renamed, and come back elsewhere."""
    there: list[str] = []
    history: list[Change] = []
    time = day(1) + timedelta(hours=12)  # so that none is right at a turn
    for _ in range(draw(st.integers(1, 14))):
        time += timedelta(days=draw(st.sampled_from([1, 20, 95])))
        author = draw(st.sampled_from(["alma", "bo", "cleo", BOT]))
        free = [path for path in ("a", "b", "c") if path not in there]
        possible = [*(["M", "D"] if there else []), *(["A"] if free else [])]
        possible += ["R"] if there and free else []
        status = draw(st.sampled_from(possible))
        old = draw(st.sampled_from(there)) if status != "A" else None
        new = draw(st.sampled_from(free)) if status in {"A", "R"} else old
        assert new is not None
        history.append(Change(author, time, status, new, old if status == "R" else None))
        there = [path for path in there if path != old]
        there += [new] if status != "D" else []
    return history


@settings(max_examples=30, deadline=None)
@given(linear_histories())
def test_the_past_is_what_was_the_present_then(history: list[Change]) -> None:
    """At each turn of a quarter the edges are those that the history up to then ends with."""
    edges = edges_of(history)
    turns = [day(month, 1, year) for year in (2023, 2024, 2025, 2026) for month in (1, 4, 7, 10)]
    for turn in turns:
        before = [change for change in history if change.time < turn]
        if len(before) == len(history):
            break
        lasting = [
            edge
            for edge in edges
            if edge["since"] <= turn and (edge["until"] is None or edge["until"] > turn)
        ]
        then = [edge for edge in edges_of(before) if edge["until"] is None]
        assert [edge[:3] for edge in stretches(lasting)] == [edge[:3] for edge in stretches(then)]


@settings(max_examples=40, deadline=None)
@given(linear_histories())
def test_the_present_counts_what_the_insights_count(history: list[Change]) -> None:
    tables = tables_of(history)
    touched = touches(tables["commits"], tables["changes"], tables["tree"])
    by_people = touched.filter(pl.col("author_id") != BOT)
    shares = by_people.group_by("path", "author_id").agg(commits=pl.len()).sort("path", "author_id")
    expected = shares.with_columns(share=pl.col("commits") / pl.sum("commits").over("path"))
    present = [edge[:3] for edge in stretches(edges_of(history)) if edge[4] is None]
    assert present == expected.select("path", "author_id", "share").rows()


@settings(max_examples=40, deadline=None)
@given(linear_histories(), st.randoms())
def test_stretches_of_a_person_and_a_path_follow_each_other_whatever_the_clocks_say(
    history: list[Change], random: Random
) -> None:
    times = [change.time for change in history]
    random.shuffle(times)
    odd = [change._replace(time=time) for change, time in zip(history, times, strict=True)]
    edges = edges_of(odd)
    for one, following in pairwise(edges):
        if (one["source"], one["target"]) == (following["source"], following["target"]):
            assert one["since"] < one["until"] <= following["since"]
