"""Graphs as Ladybug databases: making one of a graph, and what a graph has that one has not.

Where databases lie, and which one readers find, is the business of `ladybug_graph`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import polars as pl

from hyperion_pipelines.column_types import TIME
from hyperion_pipelines.graph.schema import (
    EDGES,
    NODES,
    Graph,
    edge_schema,
    node_schema,
)
from hyperion_pipelines.stores.graph import GraphStoreError, Written

if TYPE_CHECKING:
    from ladybug import Connection, Database, QueryResult

# Of pages in memory; Ladybug takes most of the machine's, unless told.
LOADING_BYTES = 512 * 1024**2
# Of address space a database; without it Ladybug takes 8 TiB, and a process can open but a few.
LARGEST_BYTES = 256 * 1024**3
THREADS = 4
_TYPES: Mapping[pl.DataType, str] = {
    pl.String(): "STRING",
    pl.Int64(): "INT64",
    pl.Float64(): "DOUBLE",
    pl.Boolean(): "BOOL",
    TIME: "TIMESTAMP",
    pl.List(pl.String()): "STRING[]",
}


def build(folder: Path, graph: Graph, slug: str) -> None:
    """Make the database `graph.lbug` in *folder*. Raises GraphStoreError."""
    from ladybug import Connection, Database

    try:
        with (
            Database(
                folder / "graph.lbug",
                buffer_pool_size=LOADING_BYTES,
                max_num_threads=THREADS,
                max_db_size=LARGEST_BYTES,
            ) as database,
            Connection(database) as connection,
        ):
            for statement in _tables():
                connection.execute(statement)
            for label, frame in graph.nodes.items():
                _copy(connection, folder, frame, into=label)
            for kind, frame in graph.edges.items():
                ends = f" (from='{kind.source}', to='{kind.target}')"
                _copy(connection, folder, frame, into=kind.type, ends=ends)
    except (RuntimeError, OSError) as error:  # Ladybug's have no class of their own
        raise GraphStoreError(
            f"cannot load the graph of {slug}: see that the disk is not full, run again ({error})"
        ) from error


def _tables() -> list[str]:
    """The statements that make a table for each label and each type."""
    nodes = [
        f"CREATE NODE TABLE {label} ({_columns(node_schema(label))}, PRIMARY KEY (key))"
        for label in NODES
    ]
    edges: list[str] = []
    for name, edge in EDGES.items():
        parts = [f"FROM {source} TO {target}" for source, target in edge.ends]
        if edge.properties:
            properties = {key: of.dtype for key, of in edge.properties.items()}
            parts.append(_columns(pl.Schema(properties)))
        edges.append(f"CREATE REL TABLE {name} ({', '.join(parts)})")
    return [*nodes, *edges]


def _columns(schema: pl.Schema) -> str:
    return ", ".join(f"`{name}` {_TYPES[dtype]}" for name, dtype in schema.items())


def _copy(
    connection: "Connection", folder: Path, frame: pl.DataFrame, *, into: str, ends: str = ""
) -> None:
    """Add the rows of *frame* to a table."""
    if frame.is_empty():
        return
    file = folder / "rows.parquet"
    # Ladybug takes the times of no later version of the format for times.
    naive = frame.with_columns(pl.col(TIME).dt.replace_time_zone(None))
    options = {"version": "1.0", "coerce_timestamps": "us"}
    naive.write_parquet(file, use_pyarrow=True, pyarrow_options=options)
    name = str(file).replace("\\", "\\\\").replace("'", "\\'")
    connection.execute(f"COPY {into} FROM '{name}'{ends}")
    file.unlink()


def whole(graph: Graph) -> Written:
    """What is written where there was nothing."""
    return Written(
        nodes=sum(frame.height for frame in graph.nodes.values()),
        edges=sum(frame.height for frame in graph.edges.values()),
    )


def difference(database: "Database", graph: Graph) -> Written:
    """What *graph* has that *database* has not, and the other way round.

    An edge with another property is a new one, and the old one is gone.
    """
    from ladybug import Connection

    nodes = edges = deleted = 0
    with Connection(database) as connection:
        for label, new in graph.nodes.items():
            cypher = f"MATCH (n:{label}) RETURN {_returned(node_schema(label), key='n.key')}"
            old = _frame(connection, cypher, node_schema(label))
            nodes += new.join(old, on=new.columns, how="anti", nulls_equal=True).height
            deleted += old.join(new, on="key", how="anti").height
        for kind, new in graph.edges.items():
            schema = edge_schema(kind.type)
            returned = _returned(schema, source="a.key", target="b.key")
            pattern = f"(a:{kind.source})-[n:{kind.type}]->(b:{kind.target})"
            old = _frame(connection, f"MATCH {pattern} RETURN {returned}", schema)
            missing, gone = _more(new, old), _more(old, new)
            edges += missing
            deleted += gone
    return Written(nodes, edges, deleted)


def _returned(schema: pl.Schema, **keys: str) -> str:
    columns = [f"{keys.get(name, f'n.`{name}`')} AS `{name}`" for name in schema]
    return ", ".join(columns)


def _frame(connection: "Connection", cypher: str, schema: pl.Schema) -> pl.DataFrame:
    result = cast("QueryResult", connection.execute(cypher))
    frame = result.get_as_pl()
    times = [name for name, dtype in schema.items() if dtype == TIME]
    return frame.with_columns(pl.col(times).dt.replace_time_zone("UTC")).cast(schema)


def _more(one: pl.DataFrame, other: pl.DataFrame) -> int:
    """How many rows of *one* the *other* has not; equal rows are counted."""
    of_both = pl.concat(
        [one.with_columns(pl.lit(1).alias("#")), other.with_columns(pl.lit(-1).alias("#"))]
    )
    left = of_both.group_by(one.columns).agg(pl.col("#").sum())["#"]
    return int(left.clip(lower_bound=0).sum())
