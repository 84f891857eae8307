"""Which commit stands for the turn of a quarter, and which files it had."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperion_pipelines.code.snapshots import Snapshots, find_snapshots, read_versions
from hyperion_pipelines.errors import SourceError
from hyperion_pipelines.git.tree import list_tree
from hyperion_pipelines.sample.history_writer import Commit
from hyperion_pipelines.schemas import COMMITS
from tests.histories import histories, write_history

Span = tuple[str, str, str | None]

START = datetime(2019, 11, 15, tzinfo=UTC)
TURNS = [
    datetime(year, month, 1, tzinfo=UTC) for year in range(2019, 2024) for month in (1, 4, 7, 10)
]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def chain(*times: datetime) -> pl.DataFrame:
    """The commits c0, c1, ..., each the only parent of the next."""
    shas = [f"c{number}" for number in range(len(times))]
    parents = [[sha] for sha in shas]
    return commits(shas, [[], *parents[:-1]], times)


def commits(
    shas: Sequence[str], parents: Sequence[Sequence[str]], times: Sequence[datetime]
) -> pl.DataFrame:
    """A table of commits, all of them on HEAD."""
    columns = ["sha", "parents", "commit_time", "is_on_head"]
    schema = {name: COMMITS[name] for name in columns}
    return pl.DataFrame([shas, parents, times, [True] * len(shas)], schema=schema)


def spans(history: pl.DataFrame, head: str) -> list[Span]:
    """The snapshots of *head*, times as days."""
    found = find_snapshots(history, head)
    return found.select("sha", pl.col("since", "until").dt.to_string("%Y-%m-%d")).rows()


def test_the_newest_commit_before_a_turn_stands_for_it() -> None:
    history = chain(day("2020-01-10"), day("2020-03-31T23:59:59"), day("2020-04-02"))
    assert spans(history, "c2") == [("c1", "2020-04-01", None)]


def test_a_commit_at_the_very_turn_comes_after_it() -> None:
    history = chain(day("2020-03-01"), day("2020-04-01"))
    assert spans(history, "c1") == [("c0", "2020-04-01", None)]


def test_one_commit_stands_for_all_turns_of_a_quiet_time() -> None:
    history = chain(day("2020-02-01"), day("2021-02-01"), day("2021-05-01"))
    assert spans(history, "c2") == [
        ("c0", "2020-04-01", "2021-04-01"),
        ("c1", "2021-04-01", None),
    ]


def test_a_history_within_one_quarter_has_no_snapshot() -> None:
    assert spans(chain(day("2020-01-01"), day("2020-03-31")), "c1") == []


def test_what_a_merge_brought_in_is_seen_from_the_merge_on() -> None:
    """A side branch's commit is newer than the turn's snapshot, and no snapshot itself."""
    times = [day(text) for text in ("2020-01-10", "2020-02-01", "2020-03-01", "2020-04-10")]
    history = commits(
        ["root", "main", "side", "merge"], [[], ["root"], ["root"], ["main", "side"]], times
    )
    assert spans(history, "merge") == [("main", "2020-04-01", None)]


def test_commits_that_head_does_not_reach_bring_no_turns() -> None:
    history = chain(day("2020-01-10"), day("2020-05-01"), day("2020-08-01"))
    ahead = history.with_columns(is_on_head=pl.col("sha") != "c2")
    assert spans(ahead, "c1") == [("c0", "2020-04-01", None)]


def test_a_head_that_was_not_read_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(SourceError, match="run the stage git"):
        find_snapshots(chain(day("2020-01-10")), "c1")


def test_of_skewed_clocks_the_commit_nearest_to_head_is_taken() -> None:
    history = chain(day("2020-03-01"), day("2020-06-01"), day("2020-03-15"), day("2020-07-02"))
    assert spans(history, "c3") == [("c2", "2020-04-01", None)]


clocks = st.lists(st.integers(0, 900), min_size=1, max_size=12).map(
    lambda days: [START + timedelta(days=number) for number in days]
)


@given(clocks)
def test_each_turn_has_the_first_earlier_commit_on_the_way_from_head(
    times: list[datetime],
) -> None:
    found = find_snapshots(chain(*times), f"c{len(times) - 1}")
    for turn in TURNS:
        earlier = [f"c{number}" for number, time in enumerate(times) if time < turn]
        within = found.filter(
            pl.col("since") <= turn, (pl.col("until") > turn) | pl.col("until").is_null()
        )
        expected = earlier[-1:] if turn <= max(times) else within["sha"].to_list()
        assert within["sha"].to_list() == expected


@given(clocks)
def test_without_the_history_after_a_snapshot_those_before_it_stay_as_they_are(
    times: list[datetime],
) -> None:
    history = chain(*times)
    found = find_snapshots(history, f"c{len(times) - 1}").select("sha", "since")
    for place, sha in enumerate(found["sha"]):
        rest = find_snapshots(history.head(int(sha[1:]) + 1), sha).select("sha", "since")
        assert rest.head(place).equals(found.head(place))


@settings(max_examples=15, deadline=None)
@given(histories(fewest=2))
def test_the_files_of_a_snapshot_are_those_of_its_commit(history: list[Commit]) -> None:
    """Odd paths, links, submodules, files that turn into folders: as git lists them."""
    with tempfile.TemporaryDirectory() as folder:
        git_dir = Path(folder, "source.git")
        shas = list(dict.fromkeys(write_history(git_dir, history)))
        snapshots = Snapshots(pl.DataFrame({"sha": shas}), read_versions(git_dir, shas))
        for place, sha in enumerate(shas):
            listed = list_tree(git_dir, sha).select("path", "blob", "mode")
            assert snapshots.files(place).select("path", "blob", "mode").equals(listed.sort("path"))


def test_without_snapshots_there_are_no_files(tmp_path: Path) -> None:
    assert read_versions(tmp_path, []).is_empty()
