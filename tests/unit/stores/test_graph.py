"""Either form of the graph store keeps graphs whole and apart, and answers what only reads them."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.graph.schema import EdgeKind, Graph
from hyperion_pipelines.stores.graph import GraphStore, GraphStoreError, QueryError, Written
from hyperion_pipelines.stores.ladybug_graph import LadybugGraphs
from hyperion_pipelines.stores.neo4j_graph import Neo4jGraphs
from tests.graph_answers import column, sizes
from tests.graphs import day, graph_of, size_of, small_graph

SMALL = Written(*size_of(small_graph()))
ODD_PATHS = ["it's.py", 'a "b".py', "back\\slash.py", "new\nline.py", "größe/日本.py", "$x,{y}.py"]
IMPORTS = EdgeKind("IMPORTS", "File", "File")


@pytest.fixture(params=["embedded", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    """A store of either form that knows none of the repositories of these tests."""
    if request.param == "embedded":
        yield LadybugGraphs(tmp_path / "graph")
        return
    with closing(Neo4jGraphs(request.getfixturevalue("neo4j_url"))) as server:
        for slug in ("shop", "shop2"):
            server.remove(slug)
        yield server
        for slug in ("shop", "shop2"):
            server.remove(slug)


@pytest.fixture
def shop(store: GraphStore) -> GraphStore:
    """A store that has the small graph."""
    store.load("shop", "v1", small_graph())
    return store


@pytest.fixture
def embedded(tmp_path: Path) -> LadybugGraphs:
    """An embedded store that has the small graph."""
    store = LadybugGraphs(tmp_path / "graph")
    store.load("shop", "v1", small_graph())
    return store


def changed(graph: Graph) -> Graph:
    """*graph* with a file of more lines, without an import, with another one."""
    longer = pl.when(pl.col("path") == "src/app.py").then(21).otherwise("lines")
    imports = graph.edges[IMPORTS].filter(pl.col("target") != "shop:tools/b.py")
    added = imports.head(1).with_columns(target=pl.lit("shop:tools/b.py"))
    return Graph(
        {**graph.nodes, "File": graph.nodes["File"].with_columns(lines=longer)},
        {**graph.edges, IMPORTS: pl.concat([imports, added])},
    )


def test_there_is_nothing_before_the_first_load(store: GraphStore) -> None:
    assert store.loaded("shop") is None
    with pytest.raises(GraphStoreError, match=r"no graph of shop is loaded: analyse shop first"):
        store.query("shop", "RETURN 1")


def test_all_that_is_loaded_is_found(store: GraphStore) -> None:
    assert store.load("shop", "v1", small_graph()) == SMALL
    assert store.loaded("shop") == "v1"
    assert sizes(store) == size_of(small_graph())


def test_loading_the_same_version_writes_nothing(shop: GraphStore) -> None:
    assert shop.load("shop", "v1", small_graph()) == Written()
    assert sizes(shop) == size_of(small_graph())


def test_the_same_graph_by_another_name_writes_only_the_name(shop: GraphStore) -> None:
    assert shop.load("shop", "v2", small_graph()) == Written()
    assert shop.loaded("shop") == "v2"


def test_of_a_changed_graph_the_difference_counts(shop: GraphStore) -> None:
    assert shop.load("shop", "v2", changed(small_graph())) == Written(nodes=1, edges=1, deleted=1)
    assert column(shop, "MATCH (f:File {path: 'src/app.py'}) RETURN f.lines") == [21]
    importing = "MATCH (f:File)-[:IMPORTS]->(:File {path: 'tools/b.py'}) RETURN f.path"
    assert column(shop, importing) == ["src/app.py"]


def test_what_is_gone_is_not_found(shop: GraphStore) -> None:
    nodes, edges = size_of(small_graph())
    assert shop.load("shop", "v2", graph_of("shop", {}, {})) == Written(1, 0, nodes - 1 + edges)
    assert sizes(shop) == (1, 0)


def test_equal_edges_are_all_kept(store: GraphStore) -> None:
    files = [{"key": path, "path": path} for path in "ab"]
    edge = {"source": "a", "target": "b", "line": 1}
    twice = graph_of("shop", {"File": files}, {("IMPORTS", "File", "File"): [edge, edge]})
    assert store.load("shop", "v1", twice) == Written(nodes=3, edges=2)
    once = graph_of("shop", {"File": files}, {("IMPORTS", "File", "File"): [edge]})
    assert store.load("shop", "v2", once) == Written(deleted=1)


def test_a_removed_repository_is_forgotten_and_can_come_back(shop: GraphStore) -> None:
    shop.remove("shop")
    assert shop.loaded("shop") is None
    with pytest.raises(GraphStoreError):
        shop.query("shop", "RETURN 1")
    assert shop.load("shop", "v1", small_graph()) == SMALL
    assert sizes(shop) == size_of(small_graph())


def test_repositories_are_apart(shop: GraphStore) -> None:
    """Also where the name of one begins with that of another."""
    shop.load("shop2", "v1", graph_of("shop2", {"File": [{"key": "a", "path": "a"}]}, {}))
    assert (sizes(shop), sizes(shop, "shop2")) == (size_of(small_graph()), (2, 0))
    shop.remove("shop2")
    assert sizes(shop) == size_of(small_graph())


def test_a_node_has_its_label_and_all_properties_of_its_schema(shop: GraphStore) -> None:
    (node,) = column(shop, "MATCH (r:Repository {repository: $repository}) RETURN r")
    assert node == {
        "label": "Repository",
        "key": "shop",
        "repository": "shop",
        "head_sha": "c5",
        "head_time": day(6),
    }
    (team,) = column(shop, "MATCH (n {key: 'shop:payments'}) RETURN n")
    assert team == {
        "label": "Team",
        "key": "shop:payments",
        "repository": "shop",
        "name": "payments",
        "is_inferred": False,
        "named_by": "CODEOWNERS",
        "members": 2,
    }


def test_an_edge_has_its_type_and_all_properties(shop: GraphStore) -> None:
    cypher = "MATCH (:File {path: $path})-[r:IMPORTS]->(:File) RETURN r ORDER BY r.since"
    assert column(shop, cypher, path="src/cart.py") == [
        {"type": "IMPORTS", "since": day(2), "until": day(4), "line": None},
        {"type": "IMPORTS", "since": day(4), "until": None, "line": 2},
    ]


def test_a_path_has_its_nodes_and_edges_in_order(shop: GraphStore) -> None:
    cypher = "MATCH p = (:Person)-[:AUTHORED {role: 'author'}]->(:Commit)-[:FIXES]->() RETURN p"
    (path,) = shop.query("shop", cypher).frame(pl.Schema({"p": pl.Object})).rows()[0]
    assert [node["key"] for node in path["nodes"]] == ["shop:bob", "shop:c4", "shop:#12"]
    assert [edge["type"] for edge in path["edges"]] == ["AUTHORED", "FIXES"]


def test_a_path_of_any_length_is_a_path(shop: GraphStore) -> None:
    cypher = "MATCH p = (:File {path: $path})-[:IMPORTS*1..3]->(:Module {name: 'sqlite3'}) RETURN p"
    found = shop.query("shop", cypher, {"path": "src/money.py"})
    path = found.frame(pl.Schema({"p": pl.Object})).item()
    assert [node["label"] for node in path["nodes"]] == ["File", "File", "Module"]
    assert [edge["line"] for edge in path["edges"]] == [1, 2]


def test_lists_numbers_truths_and_nulls_come_back(shop: GraphStore) -> None:
    cypher = (
        "MATCH (f:File {path: 'src/cart.py'}) "
        "RETURN [f.path, f.language] AS texts, f.risk AS risk, f.is_test AS flag, f.hotspot AS gap"
    )
    answer = shop.query("shop", cypher)
    assert answer.columns == ("texts", "risk", "flag", "gap")
    assert list(answer.rows) == [(["src/cart.py", "python"], 0.6, False, None)]


def test_the_sum_of_whole_numbers_is_one(shop: GraphStore) -> None:
    (total,) = column(shop, "MATCH (f:File) RETURN sum(f.lines)")
    assert isinstance(total, int)


def test_times_go_in_and_come_out_aware(shop: GraphStore) -> None:
    """Whatever their zone, also in lists; those without one are UTC."""
    cypher = "MATCH (c:Commit) WHERE c.time >= $at RETURN c.time ORDER BY c.time"
    for at in (day(4), day(4).astimezone(), day(4).replace(tzinfo=None)):
        assert column(shop, cypher, at=at) == [day(4), day(6)]
    listed = "MATCH (c:Commit) WHERE c.time IN $times RETURN c.sha ORDER BY c.sha"
    assert column(shop, listed, times=[day(1), day(6).astimezone()]) == ["c1", "c5"]


def test_a_graph_as_it_was(shop: GraphStore) -> None:
    cypher = (
        "MATCH (f:File {path: 'src/cart.py', repository: $repository})-[e:IMPORTS]->(g:File) "
        "WHERE (e.since IS NULL OR e.since <= $at) AND (e.until IS NULL OR e.until > $at) "
        "RETURN g.path"
    )
    assert column(shop, cypher, at=day(1)) == []
    assert column(shop, cypher, at=day(3)) == ["src/db.py"]
    assert column(shop, cypher, at=datetime.max.replace(tzinfo=UTC)) == ["src/money.py"]


def test_any_path_is_kept_as_it_is(store: GraphStore) -> None:
    files = [{"key": path, "path": path} for path in ODD_PATHS]
    ring = zip(ODD_PATHS, [*ODD_PATHS[1:], ODD_PATHS[0]], strict=True)
    edges = [{"source": source, "target": target} for source, target in ring]
    store.load(
        "shop", "v1", graph_of("shop", {"File": files}, {("IMPORTS", "File", "File"): edges})
    )
    assert sorted(map(str, column(store, "MATCH (f:File) RETURN f.path"))) == sorted(ODD_PATHS)
    one_by_one = "MATCH (f:File {path: $path})-[:IMPORTS]->(g) RETURN g.path"
    found = [column(store, one_by_one, path=path) for path in ODD_PATHS]
    assert found == [[path] for path in [*ODD_PATHS[1:], ODD_PATHS[0]]]
    several = "UNWIND $keys AS key MATCH (f:File {key: key}) RETURN f.path"
    assert len(column(store, several, keys=[f"shop:{path}" for path in ODD_PATHS])) == 6


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (:File {key: 'x'})",
        "MATCH (f:File) SET f.path = 'x'",
        "MATCH (f:File) DETACH DELETE f",
        "MERGE (f:File {key: 'x'}) RETURN f",
        "MATCH (f:File) REMOVE f.path",
        "MATCH (f:File) RETURN f.path; MATCH (f:File) RETURN f.path",
        "MATCH (f:File RETURN f",
        "MATCH (f:File) RETURN nosuch(f)",
        "",
    ],
)
def test_what_writes_or_is_no_query_is_refused(shop: GraphStore, cypher: str) -> None:
    with pytest.raises(QueryError):
        shop.query("shop", cypher)
    assert sizes(shop) == size_of(small_graph())


@pytest.mark.parametrize(
    "cypher",
    [
        "COPY (MATCH (f:File) RETURN f.path) TO 'FILE'",
        "MATCH (f:File) RETURN f.path) TO 'FILE' //",
        "COPY File FROM 'FILE'",
        "LOAD FROM 'FILE' RETURN *",
        "LOAD WITH HEADERS (a STRING) FROM 'FILE' RETURN a",
        "MATCH (f:File) LOAD FROM 'FILE' RETURN *",
        "CALL read_csv_serial('FILE') RETURN *",
        "CALL READ_CSV_PARALLEL('FILE') RETURN *",
        "CALL read_parquet('FILE') RETURN *",
        "EXPORT DATABASE 'FILE'",
        "IMPORT DATABASE 'FILE'",
        "ATTACH 'FILE' AS other (dbtype lbug)",
        "INSTALL httpfs",
        "LOAD EXTENSION 'FILE'",
        "UNINSTALL httpfs",
        "CALL threads=1",
        "CALL timeout=0",
        "CALL current_setting('threads') RETURN *",
        "CALL project_graph('g', ['File'], ['IMPORTS'])",
        "BEGIN TRANSACTION",
        "CHECKPOINT",
        "CREATE MACRO more(a) AS a + 1",
        "CREATE NODE TABLE x(key STRING PRIMARY KEY)",
        "PROFILE COPY (MATCH (f:File) RETURN f.path) TO 'FILE'",
        "EXPLAIN EXPORT DATABASE 'FILE'",
        "USE other",
    ],
)
def test_files_settings_and_extensions_are_out_of_reach(
    embedded: LadybugGraphs, tmp_path: Path, cypher: str
) -> None:
    """Neither read nor written, whatever Ladybug's grammar has for it."""
    secret = tmp_path / "secret.csv"
    for there in (True, False):
        if there:
            secret.write_text("password\nhush\n")
        with pytest.raises(QueryError) as refused:
            embedded.query("shop", cypher.replace("FILE", str(secret)))
        assert "hush" not in str(refused.value)
        assert not there or secret.read_text() == "password\nhush\n"
        secret.unlink(missing_ok=True)
    assert {path.name for path in tmp_path.iterdir()} == {"graph"}


def test_a_refusal_says_what_there_is_instead(embedded: LadybugGraphs) -> None:
    with pytest.raises(QueryError, match=r"Nope does not exist\. Nodes are .*Person.* edges are"):
        embedded.query("shop", "MATCH (n:Nope) RETURN n")
    with pytest.raises(QueryError, match=r"property pth .* File has path, name"):
        embedded.query("shop", "MATCH (f:File) RETURN f.pth")
    with pytest.raises(QueryError, match=r"line: 2, offset: 2"):
        embedded.query("shop", "MATCH (f:File)\n  RETRUN f")


def test_a_query_that_takes_too_long_is_stopped(shop: GraphStore) -> None:
    cypher = (
        "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y WITH x WHERE x + y < 0 RETURN x"
    )
    cypher = cypher.replace("WITH x WHERE", "WITH x, y WHERE")
    started = time.monotonic()
    with pytest.raises(QueryError, match=r"takes more than 0\.2 seconds"):
        shop.query("shop", cypher, seconds=0.2)
    assert time.monotonic() - started < 10
    assert column(shop, "RETURN 1") == [1]


def test_a_query_that_finds_too_much_is_refused(shop: GraphStore) -> None:
    cypher = "UNWIND range(1, $count) AS x RETURN x"
    assert len(shop.query("shop", cypher, {"count": 10}, most_rows=10).rows) == 10
    with pytest.raises(QueryError, match=r"more than 10 rows: add a LIMIT"):
        shop.query("shop", cypher, {"count": 11}, most_rows=10)


def test_a_parameter_that_no_store_can_take_is_refused(shop: GraphStore) -> None:
    with pytest.raises(QueryError, match="parameter"):
        shop.query("shop", "RETURN $x", {"x": 2**70})


def test_a_semicolon_and_a_comment_do_no_harm(shop: GraphStore) -> None:
    assert column(shop, "RETURN 1;\n") == [1]
    assert column(shop, "RETURN 1 // one") == [1]
