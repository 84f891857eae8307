"""What only the form of the graph on Neo4j does; what both forms do is in `test_graph`."""

import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import neo4j
import polars as pl
import pytest

from hyperion_pipelines.graph.schema import NODES, Graph
from hyperion_pipelines.stores.graph import GraphStoreError, QueryError, Written
from hyperion_pipelines.stores.neo4j_graph import Neo4jGraphs
from tests.graphs import day, graph_of, size_of, small_graph
from tests.services.neo4j_server import Neo4jServer
from tests.services.server import free_port

pytestmark = pytest.mark.service("neo4j")

LOAD = "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line"


@pytest.fixture
def driver(neo4j_url: str) -> Iterator[neo4j.Driver]:
    """A client that asks the server what the store does not tell."""
    with neo4j.GraphDatabase.driver(neo4j_url, notifications_min_severity="OFF") as driver:
        yield driver


@pytest.fixture
def graphs(neo4j_url: str) -> Iterator[Neo4jGraphs]:
    with closing(Neo4jGraphs(neo4j_url)) as graphs:
        yield graphs


@pytest.fixture
def slug(graphs: Neo4jGraphs) -> Iterator[str]:
    """A repository of the one test."""
    slug = f"test-{uuid.uuid4().hex}"
    yield slug
    graphs.remove(slug)


def two_files(slug: str, *, lines: int = 1, imports: int = 1) -> Graph:
    """A graph of three nodes; `a.py` imports `b.py` so many times, in one line."""
    files = [{"key": "a.py", "lines": lines}, {"key": "b.py"}]
    edge = {"source": "a.py", "target": "b.py", "line": 1}
    return graph_of(slug, {"File": files}, {("IMPORTS", "File", "File"): [edge] * imports})


def without_nodes(graph: Graph, label: str) -> Graph:
    """*graph* whose edges to nodes of *label* lead nowhere."""
    return graph._replace(nodes={**graph.nodes, label: graph.nodes[label].clear()})


def repository(driver: neo4j.Driver, slug: str) -> dict[str, object]:
    """What the Repository node says."""
    found = driver.execute_query("MATCH (r:Repository {key: $slug}) RETURN r", slug=slug)
    return dict(found.records[0]["r"])


def count(graphs: Neo4jGraphs, slug: str, cypher: str) -> object:
    return graphs.query(slug, cypher).rows[0][0]


def test_a_load_writes_the_nodes_and_edges_that_differ_and_no_others(
    graphs: Neo4jGraphs, slug: str
) -> None:
    graphs.load(slug, "1", two_files(slug))
    assert graphs.load(slug, "2", two_files(slug, lines=9)) == Written(nodes=1)
    lines = "MATCH (f:File {repository: $repository}) RETURN f.lines ORDER BY f.key"
    assert graphs.query(slug, lines).rows == [(9,), (None,)]


def test_a_graph_that_is_there_already_only_gets_its_new_version(
    graphs: Neo4jGraphs, slug: str
) -> None:
    graph = small_graph(slug)
    nodes, edges = size_of(graph)
    assert graphs.load(slug, "1", graph) == Written(nodes, edges)
    assert graphs.load(slug, "2", graph) == Written()
    assert graphs.loaded(slug) == "2"


def test_a_property_that_is_no_longer_known_is_taken_away(graphs: Neo4jGraphs, slug: str) -> None:
    graphs.load(slug, "1", two_files(slug))
    graph = two_files(slug)
    unknown = graph.nodes["File"].with_columns(lines=pl.lit(None, pl.Int64))
    graphs.load(slug, "2", graph._replace(nodes={**graph.nodes, "File": unknown}))
    known = "MATCH (f:File {repository: $repository}) WHERE f.lines IS NOT NULL RETURN count(*)"
    assert count(graphs, slug, known) == 0


def test_what_is_gone_is_deleted_and_counted(graphs: Neo4jGraphs, slug: str) -> None:
    graphs.load(slug, "1", two_files(slug))
    lone = graph_of(slug, {"File": [{"key": "a.py", "lines": 1}]}, {})
    assert graphs.load(slug, "2", lone) == Written(deleted=2)


@pytest.mark.parametrize(
    ("copies", "written"), [(3, Written(edges=1)), (1, Written(deleted=1)), (2, Written())]
)
def test_edges_that_are_equal_in_all_are_kept_in_their_number(
    graphs: Neo4jGraphs, slug: str, copies: int, written: Written
) -> None:
    graphs.load(slug, "1", two_files(slug, imports=2))
    assert graphs.load(slug, "2", two_files(slug, imports=copies)) == written
    imports = "MATCH (:File {repository: $repository})-[e:IMPORTS]->() RETURN count(e)"
    assert count(graphs, slug, imports) == copies


def test_under_the_same_version_nothing_is_even_compared(
    graphs: Neo4jGraphs, slug: str, driver: neo4j.Driver
) -> None:
    graphs.load(slug, "1", two_files(slug))
    driver.execute_query("MATCH (f:File {repository: $slug}) DETACH DELETE f", slug=slug)
    assert graphs.load(slug, "1", two_files(slug)) == Written()
    assert graphs.load(slug, "2", two_files(slug)) == Written(nodes=2, edges=1)


def test_keys_are_unique_and_nodes_indexed_by_repository(
    graphs: Neo4jGraphs, slug: str, driver: neo4j.Driver
) -> None:
    graphs.load(slug, "1", two_files(slug))
    constraints = driver.execute_query("SHOW CONSTRAINTS YIELD labelsOrTypes, properties, type")
    unique = {
        (row["labelsOrTypes"][0], row["properties"][0])
        for row in constraints.records
        if row["type"] == "UNIQUENESS"
    }
    online = "SHOW INDEXES YIELD labelsOrTypes, properties, state WHERE state = 'ONLINE'"
    indexes = driver.execute_query(f"{online} RETURN labelsOrTypes, properties").records
    indexed = {(row[0][0], row[1][0]) for row in indexes if row[0]}
    assert {(label, "key") for label in NODES} <= unique
    assert {(label, "repository") for label in NODES} <= indexed


def test_a_load_that_broke_off_leaves_the_version_before_and_says_what_it_loaded(
    graphs: Neo4jGraphs, slug: str, driver: neo4j.Driver
) -> None:
    graphs.load(slug, "1", two_files(slug))
    with pytest.raises(GraphStoreError, match="edges File-IMPORTS->File that lead"):
        graphs.load(slug, "2", without_nodes(two_files(slug, imports=2), "File"))
    assert graphs.loaded(slug) == "1"
    assert repository(driver, slug)["loading"] == "2"


def test_after_a_load_that_broke_off_the_version_before_is_written_again(
    graphs: Neo4jGraphs, slug: str, driver: neo4j.Driver
) -> None:
    graphs.load(slug, "1", two_files(slug))
    with pytest.raises(GraphStoreError):
        graphs.load(slug, "2", without_nodes(two_files(slug, imports=2), "File"))
    assert graphs.load(slug, "1", two_files(slug)) == Written(nodes=2, edges=1)
    assert "loading" not in repository(driver, slug)


def test_a_first_load_that_broke_off_is_not_found(graphs: Neo4jGraphs, slug: str) -> None:
    with pytest.raises(GraphStoreError):
        graphs.load(slug, "1", without_nodes(two_files(slug), "File"))
    assert graphs.loaded(slug) is None
    with pytest.raises(GraphStoreError, match=f"no graph of {slug} is loaded"):
        graphs.query(slug, "MATCH (n) RETURN n")


def test_a_load_that_meets_a_deadlock_is_tried_again(
    graphs: Neo4jGraphs, slug: str, driver: neo4j.Driver, caplog: pytest.LogCaptureFixture
) -> None:
    """The load holds `a`, waits for `b` and then for `c`, whose holder waits for `a` by then.

    Of the two the server ends the one that holds less: the rival holds a hundred files more.
    """
    keys = [f"{slug}:{name}" for name in "abc"]
    changed, others = ([{"key": name} for name in names] for names in ("abc", map(str, range(100))))
    graphs.load(slug, "1", graph_of(slug, {"File": [*changed, *others]}, {}))
    changed = [{**file, "lines": 7} for file in changed]
    graph = graph_of(slug, {"File": [*changed, *others]}, {})
    written: list[Written] = []
    load = threading.Thread(target=lambda: written.append(graphs.load(slug, "2", graph)))
    with driver.session() as gate_session, driver.session() as rival_session:
        gate = gate_session.begin_transaction()
        _lock(gate, [keys[1]])
        load.start()
        _wait_until(lambda: _waiting(driver, slug) == 1)
        rival = rival_session.begin_transaction()
        _lock(rival, [keys[2], *(f"{slug}:{other['key']}" for other in others)])
        rival_waits = threading.Thread(target=_lock, args=(rival, [keys[0]]))
        rival_waits.start()
        _wait_until(lambda: _waiting(driver, slug) == 2)
        gate.rollback()
        rival_waits.join()
        rival.rollback()
        load.join()
    assert "Transaction failed and will be retried" in caplog.text
    assert written == [Written(nodes=3)]


def _lock(transaction: neo4j.Transaction, keys: list[str]) -> None:
    lock = "UNWIND $rows AS row MATCH (f:File {key: row.key}) SET f.path = f.path"
    transaction.run(lock, rows=[{"key": key} for key in keys]).consume()


def _waiting(driver: neo4j.Driver, slug: str) -> int:
    """How many transactions about the files of *slug* wait for another one."""
    found = driver.execute_query(
        "SHOW TRANSACTIONS YIELD status, parameters WHERE status STARTS WITH 'Blocked' AND "
        "parameters.rows[0].key STARTS WITH $slug RETURN count(*)",
        slug=slug,
    )
    return found.records[0][0]


def _wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_repository_is_removed_alone(graphs: Neo4jGraphs, slug: str) -> None:
    other = f"{slug}.other"
    graphs.load(slug, "1", two_files(slug))
    graphs.load(other, "1", two_files(other))
    graphs.remove(other)
    assert graphs.loaded(other) is None
    assert graphs.load(other, "1", two_files(other)) == Written(nodes=3, edges=1)
    graphs.remove(other)
    assert graphs.load(slug, "2", two_files(slug)) == Written()


@pytest.mark.parametrize(
    "cypher",
    [
        LOAD,
        f"MATCH (n) WHERE EXISTS {{ {LOAD} }} RETURN n",
        f"RETURN [x IN [1] | COLLECT {{ {LOAD} }}] AS lines",
        f"RETURN reduce(sum = 0, x IN [1] | sum + COUNT {{ {LOAD} }}) AS lines",
        "RETURN [x IN [1] | COLLECT { CALL db.labels() YIELD label RETURN label }] AS labels",
        "CALL db.info()",
        "CALL db.clearQueryCaches()",
        "CALL dbms.listConfig()",
        "SHOW SETTINGS",
        "SHOW TRANSACTIONS",
        "SHOW USERS",
        "TERMINATE TRANSACTION 'neo4j-transaction-1'",
        "CREATE USER guest SET PASSWORD 'password'",
        "CREATE INDEX mine FOR (n:Mine) ON (n.name)",
        "CALL db.createLabel('Mine')",
        "MATCH (n) CALL (n) { SET n.mine = 1 } IN TRANSACTIONS RETURN 1",
    ],
)
def test_a_query_that_does_more_than_read_the_graph_is_refused(
    graphs: Neo4jGraphs, slug: str, cypher: str
) -> None:
    graphs.load(slug, "1", two_files(slug))
    with pytest.raises(QueryError):
        graphs.query(slug, cypher)


def test_words_that_only_look_like_reading_a_file_are_no_hindrance(
    graphs: Neo4jGraphs, slug: str
) -> None:
    graphs.load(slug, "1", two_files(slug))
    assert graphs.query(slug, "RETURN 'LOAD CSV' AS words").rows == [("LOAD CSV",)]


def test_the_labels_of_the_database_may_be_asked_for(graphs: Neo4jGraphs, slug: str) -> None:
    graphs.load(slug, "1", two_files(slug))
    assert ("File",) in graphs.query(slug, "CALL db.labels()").rows


def test_times_of_a_query_and_of_the_graph_can_be_compared(graphs: Neo4jGraphs, slug: str) -> None:
    graphs.load(slug, "1", small_graph(slug))
    began = (
        "MATCH (:File {repository: $repository})-[e:RENAMED_TO]->() WHERE e.since <= $at "
        "AND e.since = localdatetime('2026-01-04') RETURN e.since"
    )
    assert graphs.query(slug, began, {"at": day(3)}).rows == [(day(3),)]
    assert graphs.query(slug, began, {"at": day(2)}).rows == []


@pytest.mark.parametrize(
    ("cypher", "value"),
    [
        ("datetime('2026-01-04T02:00:00+02:00')", day(3)),
        ("[localdatetime('2026-01-04')]", [day(3)]),
        ("{at: date('2026-01-04')}", {"at": date(2026, 1, 4)}),
        ("duration('P1M2D')", "P1M2D"),
        ("point({x: 1, y: 2})", [1.0, 2.0]),
    ],
)
def test_values_of_neo4j_become_those_of_python(
    graphs: Neo4jGraphs, slug: str, cypher: str, value: object
) -> None:
    graphs.load(slug, "1", two_files(slug))
    assert graphs.query(slug, f"RETURN {cypher} AS value").rows == [(value,)]


def test_a_parameter_that_is_too_large_is_an_error_of_the_query(
    graphs: Neo4jGraphs, slug: str
) -> None:
    graphs.load(slug, "1", two_files(slug))
    with pytest.raises(QueryError, match="parameter of the query cannot be used"):
        graphs.query(slug, "RETURN $number", {"number": 2**64})


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("bolt://127.0.0.1:1", "does not answer: start it, or set HYPERION_NEO4J_URL"),
        ("http://ann:secret@[", "HYPERION_NEO4J_URL is no address"),
    ],
)
def test_a_server_that_is_away_is_named_with_the_remedy_and_no_password(
    url: str, remedy: str
) -> None:
    with (
        closing(Neo4jGraphs(url, "ann", "secret")) as graphs,
        pytest.raises(GraphStoreError, match=remedy) as raised,
    ):
        graphs.loaded("shop")
    assert "secret" not in str(raised.value)


def test_a_log_in_that_is_refused_names_the_settings_and_no_password(
    neo4j_url: str, tmp_path: Path
) -> None:
    """A server of its own: those of the other tests let everybody in."""
    server, port = Neo4jServer(asks_for_log_in=True), free_port()
    server.prepare(tmp_path, port)
    with subprocess.Popen(
        server.command(tmp_path, port), cwd=tmp_path, stdout=subprocess.DEVNULL
    ) as process:
        try:
            _wait_until(lambda: server.answers(server.url(port)))
            with (
                closing(Neo4jGraphs(server.url(port), "ann", "secret")) as graphs,
                pytest.raises(GraphStoreError, match="HYPERION_NEO4J_PASSWORD") as raised,
            ):
                graphs.loaded("shop")
        finally:
            process.kill()
    assert "secret" not in str(raised.value)
