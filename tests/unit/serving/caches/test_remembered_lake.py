"""Tables in memory: read once, true to what is published, bounded, missed when they are gone."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.serving.caches.published import PublishedWorkspace
from hyperion_pipelines.serving.caches.tables import TableMemory
from hyperion_pipelines.serving.problems import MissingDependencyError
from tests.unit.serving.caches.published_tables import SLUG, Analysis, open_served, tree_rows


def paths(served: PublishedWorkspace) -> list[str]:
    return served.lake.read("tree", SLUG)["path"].to_list()


def from_disk(served: PublishedWorkspace) -> int:
    """How many look-ups memory could not answer."""
    return served.lake.memory.counts.misses


def test_a_table_is_read_once_until_it_is_published_anew(home: Path, analysis: Analysis) -> None:
    analysis.publish("tree", "a.py")
    served = open_served(home)
    assert [paths(served), paths(served)] == [["a.py"], ["a.py"]]
    assert from_disk(served) == 1
    analysis.publish("tree", "b.py")
    assert [paths(served), paths(served)] == [["b.py"], ["b.py"]]
    assert from_disk(served) == 2


def test_rows_go_on_while_their_table_is_being_replaced(home: Path, analysis: Analysis) -> None:
    analysis.publish("tree", "a.py")
    served = open_served(home)
    paths(served)
    analysis.withdraw("tree")
    analysis.workspace.lake.write("tree", SLUG, tree_rows("half.py").drop("repository"))
    assert paths(served) == ["a.py"]
    analysis.record("tree", 1)
    assert paths(served) == ["half.py"]


def test_what_is_withdrawn_before_it_was_read_is_not_remembered(
    home: Path, analysis: Analysis
) -> None:
    analysis.publish("tree", "a.py")
    analysis.withdraw("tree")
    served = open_served(home)
    assert [paths(served), paths(served)] == [["a.py"], ["a.py"]]
    assert served.lake.memory.bytes_used == 0


def test_rows_that_are_replaced_while_they_are_read_are_not_remembered(
    home: Path, analysis: Analysis
) -> None:
    analysis.publish("tree", "a.py")
    served = open_served(home)

    def replaced_meanwhile() -> pl.DataFrame:
        before = analysis.workspace.lake.read("tree", SLUG)
        analysis.publish("tree", "b.py")
        return before

    rows = served.lake.memory.rows("tree", SLUG, replaced_meanwhile)
    assert rows is not None
    assert rows["path"].to_list() == ["a.py"]
    assert paths(served) == ["b.py"]


def test_a_repository_added_again_under_the_same_name_is_another_one(
    home: Path, analysis: Analysis
) -> None:
    analysis.publish("tree", "a.py")
    served = open_served(home)
    assert paths(served) == ["a.py"]
    analysis.workspace.remove(SLUG)
    analysis.workspace.catalogue.add("https://elsewhere.example.org/shop.git")
    analysis.publish("commits")  # of the new one, which has no tree yet
    assert paths(served) == []


def test_a_stampede_of_threads_reads_a_table_once(home: Path, analysis: Analysis) -> None:
    analysis.publish("tree", "a.py")
    served = open_served(home)
    reads: list[int] = []

    def read() -> pl.DataFrame:
        reads.append(1)
        return analysis.workspace.lake.read("tree", SLUG)

    with ThreadPoolExecutor(16) as threads:
        asked = [threads.submit(served.lake.memory.rows, "tree", SLUG, read) for _ in range(64)]
    found = [each.result() for each in asked]
    assert all(rows is not None and rows.height == 1 for rows in found)
    assert len(reads) == 1


def test_memory_stays_within_its_bound(home: Path, analysis: Analysis) -> None:
    """Of two tables only the one that was read last has room."""
    many = [f"folder/file-{number:06}.py" for number in range(2_000)]
    analysis.publish("tree", *many)
    analysis.publish("commits")
    room = open_served(home)
    size = room.lake.read("tree", SLUG).estimated_size()
    served = open_served(home, table_cache_bytes=int(size) + 2_100)
    for table in ("tree", "commits", "tree", "commits"):
        served.lake.read(table, SLUG)
        assert served.lake.memory.bytes_used <= size + 2_100
    assert served.lake.memory.counts.hits == 0


def test_a_table_larger_than_the_cache_is_read_from_disk(home: Path, analysis: Analysis) -> None:
    analysis.publish("tree", *[f"file-{number}.py" for number in range(2_000)])
    served = open_served(home, table_cache_bytes=10_000)
    for _ in range(3):
        is_first = pl.col("path") == "file-0.py"
        assert served.lake.read("tree", SLUG, where=is_first).height == 1
    assert served.lake.memory.bytes_used <= 10_000


@pytest.mark.parametrize("table_cache_bytes", [0, 100 * 1024**2])
def test_answers_are_the_lakes_own(home: Path, analysis: Analysis, table_cache_bytes: int) -> None:
    """Columns and conditions mean the same, in memory and without it."""
    analysis.publish("tree", "a.py", "b.py", "c.py")
    lake, remembered = analysis.workspace.lake, open_served(home).lake
    plain = open_served(home, table_cache_bytes=table_cache_bytes).lake
    for columns in (None, ["path"], ["path", "repository"], []):
        for where in (
            None,
            pl.col("path") > "a.py",
            pl.col("path") == "none",
            pl.lit(None, pl.Boolean),
        ):
            expected = lake.read("tree", SLUG, columns=columns, where=where)
            for other in (remembered, plain):
                assert_frame_equal(other.read("tree", SLUG, columns=columns, where=where), expected)


def test_what_a_caller_does_to_a_frame_stays_with_it(home: Path, analysis: Analysis) -> None:
    analysis.publish("tree", "a.py")
    served = open_served(home)
    own = served.lake.read("tree", SLUG)
    own.insert_column(0, pl.Series("mine", [1]))
    own.replace_column(2, pl.Series("path", ["mine.py"]))
    assert served.lake.read("tree", SLUG).columns == list(TABLES["tree"])
    assert paths(served) == ["a.py"]


def test_older_versions_and_all_repositories_are_read_from_disk(
    home: Path, analysis: Analysis
) -> None:
    analysis.publish("tree", "a.py")
    first = analysis.workspace.lake.version("tree")
    analysis.publish("tree", "b.py")
    served = open_served(home)
    assert served.lake.read("tree", SLUG, as_of=first)["path"].to_list() == ["a.py"]
    assert served.lake.read("tree")["path"].to_list() == ["b.py"]


def test_an_unknown_table_is_named(home: Path, analysis: Analysis) -> None:
    with pytest.raises(UsageError, match="no table named 'trees'"):
        open_served(home).lake.read("trees", SLUG)


def _all(home: Path) -> None:
    shutil.rmtree(home / "lake")


def _files(home: Path) -> None:
    for file in (home / "lake" / "tree").glob("repository=*/*.parquet"):
        file.unlink()


def _log(home: Path) -> None:
    shutil.rmtree(home / "lake" / "tree" / "_delta_log")


@pytest.mark.parametrize("lose", [_all, _files, _log])
def test_rows_that_are_gone_are_missed(
    home: Path, analysis: Analysis, lose: Callable[[Path], None]
) -> None:
    analysis.publish("tree", "a.py")
    lose(home)
    with pytest.raises(MissingDependencyError) as missed:
        paths(open_served(home))
    assert missed.value.members == {"dependency": "lake"}
    assert str(home) not in missed.value.detail


def test_what_is_in_memory_outlives_the_lake(home: Path, analysis: Analysis) -> None:
    analysis.publish("tree", "a.py")
    served = open_served(home)
    paths(served)
    _all(home)
    assert paths(served) == ["a.py"]


@settings(deadline=None, max_examples=15)
@given(steps=st.lists(st.sampled_from(["publish", "withdraw", "record", "read"]), max_size=8))
def test_whatever_is_published_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    """A reader that looked before sees what one that comes anew does, once all is published."""
    home = tmp_path_factory.mktemp("steps")
    analysis = Analysis(home)
    served = open_served(home)
    for number, step in enumerate(["publish", "read", *steps]):
        match step:
            case "publish":
                analysis.publish("tree", f"{number}.py")
            case "withdraw":
                analysis.withdraw("tree")
            case "record":
                analysis.record("tree", 1)
            case _:
                paths(served)
    analysis.record("tree", 1)
    assert paths(served) == paths(open_served(home))


def test_a_table_that_nobody_publishes_is_not_counted_as_kept(
    home: Path, analysis: Analysis
) -> None:
    served = open_served(home)
    assert served.lake.read("tree", SLUG).is_empty()
    assert isinstance(served.lake.memory, TableMemory)
    assert served.lake.memory.bytes_used == 0
