"""Makes the graph of a repository on a Neo4j server equal to a given one, by what differs.

What a load and a removal are to readers is the business of `neo4j_graph`, whose sessions these are.
Each transaction is one that the driver runs again where the server says that this may help.
"""

from hashlib import blake2b
from typing import TYPE_CHECKING, LiteralString, NamedTuple, cast

import polars as pl
from polars import selectors

from hyperion_pipelines.graph.schema import NODES, EdgeKind, Graph
from hyperion_pipelines.stores.graph import GraphStoreError, Written

if TYPE_CHECKING:
    from neo4j import ManagedTransaction, Session

ROWS_WRITTEN_AT_ONCE = 10_000
ROWS_DELETED_AT_ONCE = 1_000  # a transaction keeps all that it deletes in memory
ROWS_READ_AT_ONCE = 50_000
_INDEX_SECONDS = 300


class _Difference(NamedTuple):
    """Rows to be written, and what identifies those to be deleted."""

    missing: pl.DataFrame
    gone: pl.DataFrame


def statement(cypher: str) -> LiteralString:
    """*cypher* as the driver's types want it.

    Labels and types of the schema stand in statements, what users give only in parameters; users'
    own statements are checked before they run.
    """
    return cast("LiteralString", cypher)


def run(session: "Session", cypher: str, **parameters: object) -> int:
    """Run *cypher* in a transaction of its own: the count that it returns, 0 for nothing."""
    return session.execute_write(_count, cypher, parameters)


def _count(transaction: "ManagedTransaction", cypher: str, parameters: dict[str, object]) -> int:
    record = transaction.run(statement(cypher), parameters).single()
    return record[0] if record else 0


def prepare(session: "Session") -> None:
    """Have keys unique, and nodes found by key and by repository."""
    session.execute_write(_create_indexes)
    session.run("CALL db.awaitIndexes($seconds)", seconds=_INDEX_SECONDS).consume()


def _create_indexes(transaction: "ManagedTransaction") -> None:
    for label in NODES:
        key, repository = f"{label.lower()}_key", f"{label.lower()}_repository"
        unique = f"CREATE CONSTRAINT {key} IF NOT EXISTS FOR (n:{label}) REQUIRE n.key IS UNIQUE"
        found = f"CREATE INDEX {repository} IF NOT EXISTS FOR (n:{label}) ON (n.repository)"
        transaction.run(statement(unique)).consume()
        transaction.run(statement(found)).consume()


def delete_all(session: "Session", slug: str) -> None:
    """Delete the graph of a repository, edges before nodes."""
    for label in NODES:
        of_label = f"MATCH (n:{label} {{repository: $repository}})"
        _repeat(session, f"{of_label}-[found]->()", slug)
        _repeat(session, f"{of_label} WITH n AS found", slug)


def make_equal(session: "Session", slug: str, graph: Graph) -> Written:
    """Write and delete until there is *graph*, no more and no less."""
    nodes = {
        label: _node_difference(session, slug, label, frame) for label, frame in graph.nodes.items()
    }
    edges = {
        kind: _edge_difference(session, slug, kind, frame) for kind, frame in graph.edges.items()
    }
    deleted_edges = sum(_delete_edges(session, kind, edges[kind].gone) for kind in edges)
    deleted_nodes = sum(_delete_nodes(session, label, nodes[label].gone) for label in nodes)
    return Written(
        nodes=sum(_write_nodes(session, label, nodes[label].missing) for label in nodes),
        edges=sum(_create_edges(session, kind, edges[kind].missing) for kind in edges),
        deleted=deleted_edges + deleted_nodes,
    )


def _node_difference(session: "Session", slug: str, label: str, nodes: pl.DataFrame) -> _Difference:
    """Nodes that are new or changed, and the `key` of those that are no more."""
    found = session.execute_read(
        _read,
        f"MATCH (n:{label} {{repository: $repository}}) RETURN n.key, n.digest",
        slug,
        pl.Schema({"key": pl.String, "digest": pl.Int64}),
    )
    wanted = _with_digest(nodes)
    return _Difference(
        missing=wanted.join(found, on=["key", "digest"], how="anti"),
        gone=found.join(wanted, on="key", how="anti").select("key"),
    )


def _edge_difference(
    session: "Session", slug: str, kind: EdgeKind, edges: pl.DataFrame
) -> _Difference:
    """Edges that are new, and `id` and `digest` of those that are no more.

    Edges that are equal in all are told apart by their number.
    """
    found = session.execute_read(
        _read,
        f"MATCH (:{kind.source} {{repository: $repository}})-[e:{kind.type}]->(:{kind.target}) "
        "RETURN elementId(e), e.digest",
        slug,
        pl.Schema({"id": pl.String, "digest": pl.Int64}),
    )
    copy = pl.int_range(pl.len()).over("digest").alias("copy")
    wanted, found = _with_digest(edges).with_columns(copy), found.with_columns(copy)
    return _Difference(
        missing=wanted.join(found, on=["digest", "copy"], how="anti").drop("copy"),
        gone=found.join(wanted, on=["digest", "copy"], how="anti").drop("copy"),
    )


def _with_digest(rows: pl.DataFrame) -> pl.DataFrame:
    """*rows* with `digest`, 64 bits of BLAKE2 over all that they say; times without zone."""
    texts = rows.select(pl.struct(pl.all()).struct.json_encode()).to_series()
    digests = [
        int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), signed=True)
        for text in texts
    ]
    return rows.with_columns(
        selectors.datetime().dt.replace_time_zone(None),
        digest=pl.Series(digests, dtype=pl.Int64),
    )


def _write_nodes(session: "Session", label: str, nodes: pl.DataFrame) -> int:
    """Write nodes; what a node has beside its properties stays, as `version` of a Repository."""
    write = f"MERGE (n:{label} {{key: row.key}}) SET n += row"
    return _for_each(session, write, nodes)


def _create_edges(session: "Session", kind: EdgeKind, edges: pl.DataFrame) -> int:
    """Create edges. Raises GraphStoreError where an end of one is no node."""
    create = (
        f"MATCH (a:{kind.source} {{key: row.source}}) MATCH (b:{kind.target} {{key: row.target}}) "
        f"CREATE (a)-[e:{kind.type}]->(b) SET e = row.properties"
    )
    properties = pl.struct(pl.all().exclude("source", "target")).alias("properties")
    written = _for_each(session, create, edges.select("source", "target", properties))
    if written != edges.height:
        raise GraphStoreError(
            f"there are edges {kind.source}-{kind.type}->{kind.target} that lead from or to what "
            f"is not in the graph ({edges.height - written:,}): analyse the repository again"
        )
    return written


def _delete_edges(session: "Session", kind: EdgeKind, edges: pl.DataFrame) -> int:
    # An id may stand for another edge by now, where something else wrote meanwhile.
    delete = (
        f"MATCH ()-[e:{kind.type}]->() WHERE elementId(e) = row.id AND e.digest = row.digest "
        "DELETE e"
    )
    return _for_each(session, delete, edges)


def _delete_nodes(session: "Session", label: str, nodes: pl.DataFrame) -> int:
    return _for_each(session, f"MATCH (n:{label} {{key: row.key}}) DETACH DELETE n", nodes)


def _for_each(session: "Session", cypher: str, rows: pl.DataFrame) -> int:
    """Run *cypher* for every `row` of *rows*; how many rows it came to its end with."""
    cypher_of_rows = f"UNWIND $rows AS row {cypher} RETURN count(*)"
    batches = rows.iter_slices(ROWS_WRITTEN_AT_ONCE)
    return sum(run(session, cypher_of_rows, rows=batch.to_dicts()) for batch in batches)


def _repeat(session: "Session", match: str, slug: str) -> None:
    """Delete what *match* calls `found`, a thousand at a time, until there is none."""
    delete = f"{match} WITH found LIMIT {ROWS_DELETED_AT_ONCE} DETACH DELETE found RETURN count(*)"
    while run(session, delete, repository=slug):
        pass


def _read(
    transaction: "ManagedTransaction", cypher: str, slug: str, schema: pl.Schema
) -> pl.DataFrame:
    """All that *cypher* finds; rows as Python objects weigh much, so some at a time."""
    result = transaction.run(statement(cypher), repository=slug)
    frames = [pl.DataFrame(schema=schema)]
    while records := result.fetch(ROWS_READ_AT_ONCE):
        rows = [record.values() for record in records]
        frames.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return pl.concat(frames)
