"""Values between Python and Neo4j: what a query is given, and what its answer holds.

Neo4j keeps the times of the graph as LOCAL DATETIME, in UTC; the rest of Hyperion has them aware.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from hyperion_pipelines.graph.schema import EDGES, NODES, node_schema

if TYPE_CHECKING:
    from neo4j.graph import Node, Relationship


def stored_value(value: object) -> object:
    """*value* as Neo4j takes it: times in UTC without zone, in lists and mappings too."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, object]", value)
        return {name: stored_value(item) for name, item in mapping.items()}
    if isinstance(value, list | tuple):
        return [stored_value(item) for item in cast("Sequence[object]", value)]
    return value


def plain_value(value: object) -> object:
    """*value*, as the driver gives it, in the types of Python and as the store's protocol says.

    Times come in UTC, aware of it; durations as ISO 8601 writes them, points as coordinates.
    """
    from neo4j.graph import Node, Path, Relationship

    match value:
        case None | bool() | int() | float() | str() | bytes():
            return value
        case Node() | Relationship():
            return _plain_entity(value)
        case Path():
            return {
                "nodes": [plain_value(node) for node in value.nodes],
                "edges": [plain_value(edge) for edge in value.relationships],
            }
        case dict():
            mapping = cast("dict[str, object]", value)
            return {name: plain_value(item) for name, item in mapping.items()}
        case list():
            return [plain_value(item) for item in cast("list[object]", value)]
        case _:
            return _plain_literal(value)


def _plain_entity(entity: "Node | Relationship") -> dict[str, object]:
    """What the schema knows of a node or an edge, null where it has none; else all that it has."""
    from neo4j.graph import Node

    if isinstance(entity, Node):
        names, kind = _node_names(entity), {"label": min(entity.labels, default=None)}
    else:
        names, kind = _edge_names(entity), {"type": entity.type}
    return {name: plain_value(entity.get(name)) for name in names} | kind


def _node_names(node: "Node") -> Iterable[str]:
    known = [label for label in node.labels if label in NODES]
    return node_schema(known[0]).names() if known else node.keys()


def _edge_names(edge: "Relationship") -> Iterable[str]:
    return EDGES[edge.type].properties if edge.type in EDGES else edge.keys()


def _plain_literal(value: object) -> object:
    """Times, durations and points; anything else as it is."""
    from neo4j import spatial
    from neo4j import time as neo4j_time

    match value:
        case neo4j_time.DateTime():
            native = value.to_native()
            return native.astimezone(UTC) if native.tzinfo else native.replace(tzinfo=UTC)
        case neo4j_time.Date() | neo4j_time.Time():
            return value.to_native()
        case neo4j_time.Duration():
            return value.iso_format()
        case spatial.Point():
            return list(value)
        case _:
            return value
