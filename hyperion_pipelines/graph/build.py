"""Makes the code graph of a repository from its tables.

Each label of nodes and kind of edges has a builder in the package `building`; here they are called,
and what they return is brought into the form that `graph.schema` describes. Loading it is the
business of `stores`.
"""

import logging
from collections.abc import Mapping
from typing import Any

import polars as pl

from hyperion_pipelines.graph.building.calls import file_calls, function_calls
from hyperion_pipelines.graph.building.co_changes import co_changes
from hyperion_pipelines.graph.building.history import (
    commit_nodes,
    fixes,
    induced,
    issue_nodes,
    modifies,
    renamed_to,
)
from hyperion_pipelines.graph.building.imports import file_imports, module_imports, module_nodes
from hyperion_pipelines.graph.building.ownership import (
    ownership_stretches,
    person_owned,
    person_owns,
    team_owns,
)
from hyperion_pipelines.graph.building.people import authored, people_nodes, reviewed
from hyperion_pipelines.graph.building.stretches import directory_stretches, path_stretches
from hyperion_pipelines.graph.building.structure import (
    defines,
    directory_directories,
    directory_files,
    directory_nodes,
    file_nodes,
    function_nodes,
    repository_directories,
    repository_files,
    repository_nodes,
)
from hyperion_pipelines.graph.building.teams import member_of, team_members, teams_nodes
from hyperion_pipelines.graph.schema import EdgeKind, Graph, edge_schema, node_schema
from hyperion_pipelines.insights.make import SHARED
from hyperion_pipelines.named_inputs import Function, NamedInputs, ReadTable, parameters

NODE_BUILDERS: Mapping[str, Function] = {
    "Repository": repository_nodes,
    "Directory": directory_nodes,
    "File": file_nodes,
    "Function": function_nodes,
    "Commit": commit_nodes,
    "Person": people_nodes,
    "Team": teams_nodes,
    "Module": module_nodes,
    "Issue": issue_nodes,
}
EDGE_BUILDERS: Mapping[EdgeKind, Function] = {
    EdgeKind("CONTAINS", "Repository", "Directory"): repository_directories,
    EdgeKind("CONTAINS", "Repository", "File"): repository_files,
    EdgeKind("CONTAINS", "Directory", "Directory"): directory_directories,
    EdgeKind("CONTAINS", "Directory", "File"): directory_files,
    EdgeKind("DEFINES", "File", "Function"): defines,
    EdgeKind("IMPORTS", "File", "File"): file_imports,
    EdgeKind("IMPORTS", "File", "Module"): module_imports,
    EdgeKind("CALLS", "Function", "Function"): function_calls,
    EdgeKind("CALLS", "File", "Function"): file_calls,
    EdgeKind("MODIFIES", "Commit", "File"): modifies,
    EdgeKind("RENAMED_TO", "File", "File"): renamed_to,
    EdgeKind("AUTHORED", "Person", "Commit"): authored,
    EdgeKind("REVIEWED", "Person", "Commit"): reviewed,
    EdgeKind("OWNS", "Person", "File"): person_owns,
    EdgeKind("OWNS", "Team", "File"): team_owns,
    EdgeKind("OWNED", "Person", "File"): person_owned,
    EdgeKind("MEMBER_OF", "Person", "Team"): member_of,
    EdgeKind("CO_CHANGES", "File", "File"): co_changes,
    EdgeKind("FIXES", "Commit", "Issue"): fixes,
    EdgeKind("INDUCED", "Commit", "Commit"): induced,
}
# What several builders are made from, beside tables.
SHARED_BUILDERS: Mapping[str, Function] = {
    **SHARED,
    "path_stretches": path_stretches,
    "directory_stretches": directory_stretches,
    "team_members": team_members,
    "ownership_stretches": ownership_stretches,
}
# Not a table: given by whoever asks for the graph.
GIVEN = frozenset({"filters", "teams", "codeowners", "issues"})

logger = logging.getLogger(__name__)


def build_graph(slug: str, read_table: ReadTable, given: Mapping[str, Any]) -> Graph:
    """The graph of a repository as its tables say it is, and was.

    *read_table* gives a table of the lake (of this repository alone, empty where it was never
    made); *given* has what `GIVEN` names: the repository's `filters` and `teams`, the text of its
    `codeowners`, and its tracker's `issues`, the last two None where there are none. An edge to or
    from what is no node is left out; how many these were is logged, as the tables contradict
    themselves then.
    """
    inputs = NamedInputs(given, SHARED_BUILDERS.get, read_table)
    nodes = {
        label: _nodes(slug, label, inputs.by(builder)) for label, builder in NODE_BUILDERS.items()
    }
    edges = {
        kind: _between(nodes, kind, _edges(slug, kind, inputs.by(builder)))
        for kind, builder in EDGE_BUILDERS.items()
    }
    return Graph(nodes, edges)


def tables_read() -> frozenset[str]:
    """The tables of the lake that the graph is made from."""
    read: set[str] = set()
    waiting = [*NODE_BUILDERS.values(), *EDGE_BUILDERS.values()]
    while waiting:
        for name in parameters(waiting.pop()):
            if name in SHARED_BUILDERS:
                waiting.append(SHARED_BUILDERS[name])
            else:
                read.add(name)
    return frozenset(read - GIVEN)


def _nodes(slug: str, label: str, rows: pl.DataFrame) -> pl.DataFrame:
    keyed = rows.with_columns(_key(slug, label, "key"), repository=pl.lit(slug))
    return _in_schema(keyed, node_schema(label)).sort("key")


def _edges(slug: str, kind: EdgeKind, rows: pl.DataFrame) -> pl.DataFrame:
    keyed = rows.with_columns(_key(slug, kind.source, "source"), _key(slug, kind.target, "target"))
    schema = edge_schema(kind.type)
    return _in_schema(keyed, schema).sort(schema.names())


def _key(slug: str, label: str, column: str) -> pl.Expr:
    """The key of the node that *column* names within its repository."""
    if label == "Repository":
        return pl.lit(slug).alias(column)
    return pl.format("{}:{}", pl.lit(slug), column).alias(column)


def _in_schema(rows: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """*rows* with the columns of *schema* and no other; what they lack is null."""
    return rows.match_to_schema(
        schema, missing_columns="insert", integer_cast="upcast", float_cast="upcast"
    ).select(schema.names())


def _between(
    nodes: Mapping[str, pl.DataFrame], kind: EdgeKind, edges: pl.DataFrame
) -> pl.DataFrame:
    """Those of *edges* whose ends are *nodes*."""
    sound = edges
    for end, label in (("source", kind.source), ("target", kind.target)):
        sound = sound.join(
            nodes[label], left_on=end, right_on="key", how="semi", maintain_order="left"
        )
    if lost := edges.height - sound.height:
        logger.warning("%d edges %s are left out: an end of theirs is no node", lost, kind)
    return sound
