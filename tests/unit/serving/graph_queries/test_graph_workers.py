"""Queries in processes of their own: what one of them does harms no other."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import active_children
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from psutil import Process

from hyperion_pipelines.serving.graph_queries.answers import GraphQuery
from hyperion_pipelines.serving.graph_queries.workers import Workers
from hyperion_pipelines.stores.graph import GraphStoreError, QueryError
from hyperion_pipelines.stores.ladybug_graph import LadybugGraphs
from tests.graphs import graph_of, small_graph

FILES = "MATCH (f:File) RETURN f.path AS path ORDER BY path"
# One step of a minute in little memory, which Ladybug cannot be stopped in.
NEVER_ENDS = "RETURN levenshtein(repeat('ab', 200000), repeat('ba', 200000))"
# Deeper than the stack of the parser.
TOO_DEEP = f"RETURN {'NOT ' * 20_000}true"
APP = {"path": "src/app.py"}
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graphs of two repositories."""
    folder = tmp_path_factory.mktemp("graphs")
    LadybugGraphs(folder).load("shop", "v1", small_graph())
    LadybugGraphs(folder).load("empty", "v1", graph_of("empty", {}, {}))
    return folder


@pytest.fixture(scope="module")
def workers(root: Path) -> Iterator[Workers]:
    with Workers(root).running() as running:
        yield running


@pytest.fixture
def ask(workers: Workers) -> Ask:
    """Asks the workers, and reads their answer."""

    def answer(cypher: str, slug: str = "shop", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as GraphQuery has them
        query = GraphQuery(slug, cypher, {}, 5.0, 1000)._replace(**more)
        return json.loads(workers.answer(query))

    return answer


def processes() -> list[BaseProcess]:
    """Those that answer queries now."""
    return [each for each in active_children() if each.name == "graph-queries"]


def test_an_answer_has_columns_rows_and_seconds(ask: Ask) -> None:
    answer = ask("MATCH (f:File {path: $path}) RETURN f.path AS path, 1.5 AS n", parameters=APP)
    assert answer.pop("seconds") >= 0
    assert answer == {"columns": ["path", "n"], "rows": [["src/app.py", 1.5]], "truncated": False}


def test_times_are_iso_and_what_is_no_number_is_null(ask: Ask) -> None:
    rows = ask("RETURN timestamp('2024-05-31 18:00:00'), 0.0 / 0.0, 1.0 / 0.0")["rows"]
    assert rows == [["2024-05-31T18:00:00Z", None, None]]


def test_each_repository_has_a_graph_of_its_own(ask: Ask) -> None:
    assert ask(FILES, "empty")["rows"] == []
    assert ["src/app.py"] in ask(FILES, "shop")["rows"]


def test_the_process_stays_for_the_next_query(ask: Ask) -> None:
    ask(FILES)
    before = processes()
    ask(FILES)
    assert processes() == before


@pytest.mark.parametrize(
    ("cypher", "words"),
    [
        ("CREATE (f:File {key: 'x'})", "read-only"),
        ("MATCH (f:File) DELETE f", "read-only"),
        ("MATCH (f:File) SET f.path = 'x'", "read-only"),
        ("COPY (MATCH (f:File) RETURN f) TO '/tmp/stolen.csv'", "only reads"),
        ("CALL threads=1", "only reads"),
        ("RETURN 1; RETURN 2", "only reads"),
        ("MATCH (f:Fil) RETURN f", "Nodes are"),
    ],
)
def test_what_does_more_than_read_or_is_wrong_is_refused(ask: Ask, cypher: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        ask(cypher)


@pytest.mark.parametrize("file", ["/etc/passwd", "/etc/nothing", "/etc/*", "pyproject.toml"])
@pytest.mark.parametrize(
    "load", ["LOAD FROM", "load/**/from", "LOAD // x\n FROM", "LOAD WITH HEADERS (a STRING) FROM"]
)
def test_a_refused_file_is_refused_alike_whether_it_is_there_or_not(
    ask: Ask, load: str, file: str
) -> None:
    with pytest.raises(QueryError) as refused:
        ask(f"{load} '{file}' RETURN *")
    assert str(refused.value) == "only the graph may be read, no files: leave out LOAD FROM"


@pytest.mark.parametrize("word", ["'LOAD FROM'", '"LOAD FROM"', "1 /* LOAD FROM */"])
def test_the_words_of_a_text_or_a_comment_are_no_clause(ask: Ask, word: str) -> None:
    assert ask(f"RETURN {word} AS word")["columns"] == ["word"]


def test_a_query_that_never_ends_is_ended(ask: Ask) -> None:
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"takes more than 0\.2 seconds: ask for less"):
        ask(NEVER_ENDS, seconds=0.2)
    assert time.monotonic() - started < 4
    assert ["src/app.py"] in ask(FILES)["rows"]


@pytest.mark.parametrize(
    "cypher",
    [
        "RETURN range(1, 1000000000)",
        "UNWIND range(1, 3000000) AS x RETURN collect(x)",
        "UNWIND range(1, 100000) AS x RETURN range(1, 1000)",
    ],
)
def test_a_query_that_eats_memory_is_refused_and_its_memory_comes_back(
    ask: Ask, cypher: str
) -> None:
    with pytest.raises(QueryError, match="too much memory: ask for less"):
        ask(cypher)
    assert ["src/app.py"] in ask(FILES)["rows"]
    kept = [Process(each.pid).memory_info().rss for each in processes()]
    assert max(kept) < 400 * 1024**2


def test_a_query_that_crashes_the_store_is_refused_and_the_next_is_answered(ask: Ask) -> None:
    with pytest.raises(QueryError, match="ended the process that answers it"):
        ask(TOO_DEEP)
    assert ["src/app.py"] in ask(FILES)["rows"]


def test_a_process_that_was_killed_while_it_waited_is_replaced(ask: Ask) -> None:
    ask(FILES)
    for process in processes():
        process.kill()
        process.join(5)
    assert ["src/app.py"] in ask(FILES)["rows"]


def test_two_queries_are_answered_at_once(ask: Ask) -> None:
    """While one of them never ends, the other does."""
    with ThreadPoolExecutor(1) as other:
        ending = other.submit(ask, NEVER_ENDS, seconds=1.0)
        assert ["src/app.py"] in ask(FILES)["rows"]
        assert not ending.done()
        assert isinstance(ending.exception(), QueryError)


def test_more_rows_than_are_wanted_are_refused(ask: Ask) -> None:
    with pytest.raises(QueryError, match="more than 10 rows: add a LIMIT"):
        ask("UNWIND range(1, 11) AS x RETURN x", most_rows=10)


def test_an_answer_above_its_size_is_refused(ask: Ask) -> None:
    with pytest.raises(QueryError, match=r"9 MiB, and at most 8 are sent: add a LIMIT"):
        ask("UNWIND range(1, 900) AS x RETURN repeat('ten bytes!', 1000)")


def test_a_repository_without_a_graph_is_the_stores_failure(ask: Ask) -> None:
    with pytest.raises(GraphStoreError, match="no graph of nobodys is loaded"):
        ask(FILES, "nobodys")


def test_a_new_version_is_found_at_once(tmp_path: Path) -> None:
    """Though addresses for two open graphs are reserved for a moment."""
    graphs = LadybugGraphs(tmp_path)
    files = GraphQuery("shop", "MATCH (f:File) RETURN count(*)", {}, 5.0, 10)
    with Workers(tmp_path).running() as running:
        counts: list[int] = []
        for version, graph in (("v1", small_graph()), ("v2", graph_of("shop", {}, {}))):
            graphs.load("shop", version, graph)
            counts.append(json.loads(running.answer(files))["rows"][0][0])
    assert counts[0] > 0
    assert counts[1] == 0


def test_the_processes_end_with_the_sidecar(root: Path) -> None:
    before = processes()
    with Workers(root).running() as running:
        running.answer(GraphQuery("shop", FILES, {}, 5.0, 1000))
        assert len(processes()) == len(before) + 1
    assert processes() == before
