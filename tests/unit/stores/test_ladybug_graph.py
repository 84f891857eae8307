"""What only the embedded store does: files, versions, readers and writers side by side."""

import json
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hyperion_pipelines.stores.graph import GraphStoreError, QueryError, Written
from hyperion_pipelines.stores.ladybug_graph import LadybugGraphs
from tests.graph_answers import sizes
from tests.graphs import day, graph_of, made_graph, size_of, small_graph
from tests.store_processes import process

SMALL = Written(*size_of(small_graph()))


@pytest.fixture
def embedded(tmp_path: Path) -> LadybugGraphs:
    """An embedded store that has the small graph."""
    store = LadybugGraphs(tmp_path / "graph")
    store.load("shop", "v1", small_graph())
    return store


def test_loading_the_same_version_touches_no_file(embedded: LadybugGraphs, tmp_path: Path) -> None:
    folder = tmp_path / "graph" / "shop"
    before = {path: path.stat() for path in (folder, *folder.iterdir())}
    embedded.load("shop", "v1", small_graph())
    assert {path: path.stat() for path in (folder, *folder.iterdir())} == before


@pytest.mark.parametrize("is_there", [True, False])
def test_whether_a_file_is_there_is_not_told(
    embedded: LadybugGraphs, tmp_path: Path, is_there: bool
) -> None:
    file = tmp_path / "secret"
    if is_there:
        file.write_text("a,b\n")
    with pytest.raises(QueryError) as refused:
        embedded.query("shop", f"LOAD FROM '{file}' RETURN *")
    assert str(refused.value) == "only the graph may be read, no files: leave out LOAD FROM"


def test_the_last_two_versions_stay(embedded: LadybugGraphs, tmp_path: Path) -> None:
    for version in ("v2", "v3"):
        embedded.load("shop", version, small_graph())
    files = {path.name for path in (tmp_path / "graph" / "shop").iterdir()}
    assert files == {"published.json", "v2.lbug", "v3.lbug"}


@pytest.mark.parametrize("damage", ["lost", "empty", "shorter", "overwritten"])
def test_a_damaged_graph_is_an_error_that_says_what_to_do(
    embedded: LadybugGraphs, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "graph" / "shop" / "v1.lbug"
    content = file.read_bytes()
    file.unlink()
    if damage != "lost":
        left = {"empty": b"", "shorter": content[:-4096], "overwritten": b"x" * len(content)}
        file.write_bytes(left[damage])
    fresh = LadybugGraphs(tmp_path / "graph")
    with pytest.raises(GraphStoreError, match=r"graph of shop is damaged: remove the repository"):
        fresh.query("shop", "RETURN 1")
    fresh.remove("shop")
    assert fresh.load("shop", "v1", small_graph()) == SMALL


def test_a_lost_graph_is_loaded_again(embedded: LadybugGraphs, tmp_path: Path) -> None:
    (tmp_path / "graph" / "shop" / "v1.lbug").unlink()
    fresh = LadybugGraphs(tmp_path / "graph")
    assert fresh.load("shop", "v1", small_graph()) == SMALL
    assert sizes(fresh) == size_of(small_graph())


def test_threads_ask_while_versions_are_published(embedded: LadybugGraphs) -> None:
    """The database that a thread asks is not closed under it."""

    def read(_: int) -> set[tuple[object, object]]:
        return {sizes(embedded) for _ in range(30)}

    with ThreadPoolExecutor(3) as pool:
        readers = pool.map(read, range(3))
        for number in range(4):
            embedded.load("shop", f"n{number}", small_graph())
        assert set().union(*readers) == {size_of(small_graph())}


def read_until_the_last_version(root: Path) -> None:
    """Ask in a loop; a graph that is not whole is an error."""
    store = LadybugGraphs(root)
    deadline = time.monotonic() + 60
    while store.loaded("shop") != "last":
        assert sizes(store) == size_of(small_graph())
        assert time.monotonic() < deadline
        (root / "started").touch()


def load_on_and_on(root: Path) -> None:
    """Load versions until it is killed."""
    store = LadybugGraphs(root)
    graph = made_graph(300, 600, slug="shop")
    (root / "started").touch()
    for number in range(1_000_000):
        store.load("shop", f"n{number}", graph)


def test_another_process_asks_while_versions_are_published(
    embedded: LadybugGraphs, tmp_path: Path
) -> None:
    reader = process(read_until_the_last_version, tmp_path / "graph")
    for version in ("v2", "v3", "v4", "last"):
        embedded.load("shop", version, small_graph())
    reader.join()
    assert reader.exitcode == 0


def test_a_kill_leaves_a_whole_graph_and_hinders_no_later_one(
    embedded: LadybugGraphs, tmp_path: Path
) -> None:
    root = tmp_path / "graph"
    embedded.load("shop", "v2", made_graph(300, 600, slug="shop"))
    size = sizes(embedded)
    for seconds in (0.02, 0.2):
        loader = process(load_on_and_on, root)
        time.sleep(seconds)
        loader.kill()
        loader.join()
        assert sizes(LadybugGraphs(root)) == size
    embedded.load("shop", "last", small_graph())
    assert sizes(embedded) == size_of(small_graph())
    assert not list((root / "shop").glob(".*"))


def test_what_a_killed_load_left_is_cleared_away(embedded: LadybugGraphs, tmp_path: Path) -> None:
    folder = tmp_path / "graph" / "shop"
    (folder / ".v2.new").mkdir()
    (folder / ".v2.new" / "graph.lbug").write_text("half")
    shutil.copy(folder / "v1.lbug", folder / "v7.lbug")
    assert embedded.loaded("shop") == "v1"
    embedded.load("shop", "v2", small_graph())
    assert {path.name for path in folder.iterdir()} == {"published.json", "v1.lbug", "v2.lbug"}
    assert json.loads((folder / "published.json").read_text())["version"] == "v2"


def test_ladybug_loses_rows_beyond_parallel_edges_unless_there_is_a_with(
    embedded: LadybugGraphs,
) -> None:
    """A fault of Ladybug's: when this fails it is mended, and docs/graph.md need not warn of it."""
    people, files, stretches = 5, 300, 3
    owned = [
        {"source": f"p{person}", "target": f"f{file}", "since": day(stretch)}
        for person in range(people)
        for file in range(files)
        for stretch in range(stretches)
    ]
    nodes = {
        "Person": [{"key": f"p{person}"} for person in range(people)],
        "File": [{"key": f"f{file}"} for file in range(files)],
    }
    embedded.load("made", "v1", graph_of("made", nodes, {("OWNED", "Person", "File"): owned}))
    there = "MATCH (:Person {key: 'made:p0'})-[:OWNED]->(f:File)"
    back = "MATCH (f)<-[:OWNED]-(:Person) RETURN count(*)"
    ((direct,),) = embedded.query("made", f"{there} {back}").rows
    ((with_between,),) = embedded.query("made", f"{there} WITH f {back}").rows
    assert with_between == files * stretches * people * stretches
    assert direct != with_between
