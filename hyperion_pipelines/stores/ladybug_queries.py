"""Queries of a Ladybug database: which ones are let through, and what comes back.

A query only reads the graph, and Ladybug itself sees to that. Its database is opened read-only;
`forbid_files` takes from it the functions that read files; and of Ladybug's statements only
queries are let through: what its own grammar allows between the brackets of `COPY (...) TO`, of
which none copies, exports, installs, sets or explains. Nothing is run to find that out. What would
read a file is refused in the same words whether there is such a file or not.
"""

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from hyperion_pipelines.graph.schema import EDGES, NODES, node_schema
from hyperion_pipelines.stores.graph import Answer, GraphStoreError, QueryError

if TYPE_CHECKING:
    from ladybug import Connection, Database, PreparedStatement, QueryResult

_LINE = re.compile(r"(?<=\(line: )\d+")
# Where words mean nothing: strings, quoted names, comments.
_NO_WORDS = re.compile(
    r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|/\*.*?\*/|//[^\r\n]*""", re.DOTALL
)
# U+180E is white space in Cypher, not in Python.
_LOAD_FROM = re.compile(
    r"\bLOAD[\s\u180e]+(?:WITH\b.*\bHEADERS\b.*)?FROM\b", re.IGNORECASE | re.DOTALL
)
# What Ladybug says where not the query is at fault.
_FAULTS_OF_THE_STORE = ("IO exception", "Storage exception", "Internal exception")


def forbid_files(database: "Database") -> None:
    """Take away the functions that make tables of files, settings and the state of the process.

    They are gone from this open database, not from its file.
    """
    from ladybug import Connection

    with Connection(database) as connection:
        listed = cast("QueryResult", connection.execute("CALL show_functions() RETURN name, type"))
        rows = cast("list[tuple[str, str]]", listed.get_all())
        for name in {name for name, kind in rows if kind.endswith("TABLE FUNCTION")}:
            connection.remove_function(name)


def answer(
    database: "Database",
    cypher: str,
    parameters: Mapping[str, object],
    *,
    seconds: float,
    most_rows: int,
) -> Answer:
    """What a query finds. Raises QueryError and GraphStoreError as GraphStore.query does."""
    from ladybug import Connection

    if _LOAD_FROM.search(_NO_WORDS.sub(" ", cypher)):
        # Ladybug refuses it too, but in words that tell whether there is such a file.
        raise QueryError("only the graph may be read, no files: leave out LOAD FROM")
    query = cypher.rstrip().removesuffix(";")
    given = {name: _given(value) for name, value in parameters.items()}
    with Connection(database) as connection, _explained(query, seconds):
        connection.set_query_timeout(max(1, round(1000 * seconds)))
        statement = _prepared(connection, query, given)
        result = cast("QueryResult", connection.execute(statement, given))
        if result.get_num_tuples() > most_rows:
            raise QueryError(f"the query finds more than {most_rows:,} rows: add a LIMIT")
        columns = tuple(result.get_column_names())
        rows = cast("list[list[object]]", result.get_all())
    return Answer(columns, [tuple(map(_found, row)) for row in rows])


def _prepared(
    connection: "Connection", query: str, given: dict[str, object]
) -> "PreparedStatement":
    """The query, checked and planned, not run. Raises QueryError for what is none."""
    from ladybug import PreparedStatement

    copying = PreparedStatement(connection, f"COPY (\n{query}\n) TO 'nothing.csv'", given)
    said = copying.get_error_message()
    if not copying.is_success() and said.startswith("Parser exception"):
        wrong = _LINE.sub(lambda line: str(int(line[0]) - 1), said.partition('\n"')[0])
        raise QueryError(f"the query is not one statement that only reads: {wrong}")
    statement = PreparedStatement(connection, query, given)
    if not statement.is_success():
        raise RuntimeError(statement.get_error_message())
    return statement


@contextmanager
def _explained(query: str, seconds: float) -> Generator[None]:
    """Within the block, what Ladybug raises is a QueryError or a GraphStoreError.

    Its errors have no class of their own, only words.
    """
    try:
        yield
    except RuntimeError as error:
        said = str(error)
        if said.startswith("Interrupted"):
            message = f"the query takes more than {seconds:g} seconds: ask for less"
        elif said.startswith("Buffer manager exception"):
            message = "the query takes too much memory: ask for less"
        elif said.startswith(_FAULTS_OF_THE_STORE):
            raise GraphStoreError(f"the graph store fails: {said}") from error
        else:
            message = f"the query cannot be answered: {said}{_hint(said, query)}"
        raise QueryError(message) from error


def _hint(said: str, query: str) -> str:
    """What there is instead of what Ladybug did not find."""
    if re.search(r"Table .* does not exist", said):
        return f" Nodes are {', '.join(NODES)}; edges are {', '.join(EDGES)}."
    if "Cannot find property" in said:
        known = {name: node.properties for name, node in NODES.items()}
        known |= {name: edge.properties for name, edge in EDGES.items()}
        named = [
            f"{name} has {', '.join(properties) or 'none'}"
            for name, properties in known.items()
            if name in query
        ]
        return f" Of what the query names, {'; '.join(named)}." if named else ""
    return ""


def _given(value: object) -> object:
    """A parameter as Ladybug takes it: times in UTC, without saying so. Raises QueryError."""
    match value:
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        case int() if not -(2**63) <= value < 2**63:
            raise QueryError(f"the parameter {value} is too large a number")
        case None | bool() | int() | float() | str() | bytes() | date():
            return value
        case list() | tuple():
            return [_given(item) for item in cast("Sequence[object]", value)]
        case Mapping():
            mapping = cast("Mapping[str, object]", value)
            return {name: _given(item) for name, item in mapping.items()}
        case _:
            raise QueryError(f"a parameter cannot be a {type(value).__name__}: {value!r}")


def _found(value: object) -> object:
    """A value of an answer, as GraphStore says it: nodes, edges, paths, and times in UTC."""
    match value:
        case datetime():
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        case Decimal():  # the sum of whole numbers, which may be of 128 bits
            return int(value) if value == value.to_integral_value() else float(value)
        case list():
            return [_found(item) for item in cast("list[object]", value)]
        case dict():
            return _found_mapping(cast("dict[str, object]", value))
        case _:
            return value


def _found_mapping(value: Mapping[str, object]) -> dict[str, object]:
    """A node, an edge or a path, which Ladybug tells by names of its own; or a plain mapping."""
    name = str(value.get("_LABEL"))
    if "_NODES" in value:
        return {"nodes": _found(value["_NODES"]), "edges": _found(value["_RELS"])}
    if "_SRC" in value:
        return _entity(value, EDGES[name].properties, type=name)
    if "_LABEL" in value:
        return _entity(value, node_schema(name), label=name)
    return {name: _found(item) for name, item in value.items()}


def _entity(
    value: Mapping[str, object], names: Mapping[str, object], **kind: str
) -> dict[str, object]:
    """The properties that the schema names: Ladybug adds those of other labels, and its own."""
    return {name: _found(value.get(name)) for name in names} | kind
