"""The graph store on a Neo4j server: all repositories in one database, told apart by `repository`.

A load writes only what differs from what is there, in transactions of a few thousand rows: unlike
those of the embedded form, readers may see one half done. Meanwhile, and after one that was killed,
the Repository node has `loading`, the version on its way; its `version` is set when all is written.
There is one writer a repository.

Times are stored as LOCAL DATETIME in UTC, as Neo4j compares no time with zone to one without: times
among a query's parameters are made so, a time in its text is `localdatetime('2024-01-31')`. Every
node and edge has `digest`, by which a load tells what differs; answers do not show it.
"""

import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from hyperion_pipelines.git.commands import redact
from hyperion_pipelines.graph.schema import Graph
from hyperion_pipelines.stores.graph import (
    LONGEST_SECONDS,
    MOST_ROWS,
    Answer,
    GraphStoreError,
    QueryError,
    Written,
)
from hyperion_pipelines.stores.neo4j_loading import (
    ROWS_READ_AT_ONCE,
    delete_all,
    make_equal,
    prepare,
    run,
    statement,
)
from hyperion_pipelines.stores.neo4j_values import plain_value, stored_value

if TYPE_CHECKING:
    from neo4j import Driver, ResultSummary, Session, Transaction
    from neo4j.exceptions import Neo4jError

_STATE = "MATCH (r:Repository {key: $repository}) RETURN r.version AS version, r.loading AS loading"
_BEGIN = (
    "MERGE (r:Repository {key: $repository}) SET r.repository = $repository, r.loading = $version"
)
_END = "MERGE (r:Repository {key: $repository}) SET r.version = $version REMOVE r.loading"
_FORGET = "MATCH (r:Repository {key: $repository}) REMOVE r.version"

# Operators of a query's plan that reach beyond the graph, or tell of the server and of its users.
_OUTSIDE_OPERATORS = ("LoadCSV", "Show", "Terminate")
_READING_PROCEDURES = ("db.labels(", "db.propertyKeys(", "db.relationshipTypes(", "db.schema.")
# How Neo4j writes them where a subquery is part of an expression, and no operator of its own.
_OUTSIDE_EXPRESSIONS = ("LOAD CSV", "ResolvedCall(")


class _State(NamedTuple):
    """What the Repository node says of loads."""

    version: str | None = None
    loading: str | None = None


class Neo4jGraphs:
    """The graphs of repositories in *database* at *url*, first spoken to when something is asked.

    Without *user* and *password* there is no log-in; without *database* it is the user's own. For
    any number of threads.
    """

    def __init__(self, url: str, user: str = "", password: str = "", database: str = "") -> None:
        self._url = url
        self._log_in = (user, password) if user or password else None
        self._database = database or None
        self._lock = threading.Lock()
        self._driver: Driver | None = None

    def close(self) -> None:
        """Close the connections; what is asked later opens new ones."""
        with self._lock:
            driver, self._driver = self._driver, None
        if driver:
            driver.close()

    def load(self, slug: str, version: str, graph: Graph) -> Written:
        """Write what differs from *graph*; see GraphStore.

        An edge with another property is a new one, and the old one deleted.
        """
        with self._session("WRITE") as session:
            if _state(session, slug) == _State(version):
                return Written()
            prepare(session)
            run(session, _BEGIN, repository=slug, version=version)
            written = make_equal(session, slug, graph)
            run(session, _END, repository=slug, version=version)
        return written

    def loaded(self, slug: str) -> str | None:
        """The version that was loaded last; see GraphStore."""
        with self._session("READ") as session:
            return _state(session, slug).version

    def query(
        self,
        slug: str,
        cypher: str,
        parameters: Mapping[str, object] | None = None,
        *,
        seconds: float = LONGEST_SECONDS,
        most_rows: int = MOST_ROWS,
    ) -> Answer:
        """What *cypher* finds; see GraphStore. The server looks at the time every two seconds."""
        given = {**(parameters or {}), "repository": slug}
        with (
            self._session("READ") as session,
            _refused(seconds),
            session.begin_transaction(timeout=seconds) as transaction,
        ):
            if _state(transaction, slug).version is None:
                raise GraphStoreError(f"no graph of {slug} is loaded: analyse {slug} first")
            values = {name: stored_value(value) for name, value in given.items()}
            _check_reads_only(transaction.run(statement(f"EXPLAIN\n{cypher}"), values).consume())
            result = transaction.run(statement(cypher), values)
            columns = tuple(result.keys())
            records = result.fetch(most_rows + 1)
        if len(records) > most_rows:
            raise QueryError(f"the query finds more than {most_rows:,} rows: add a LIMIT")
        return Answer(columns, [tuple(map(plain_value, record.values())) for record in records])

    def remove(self, slug: str) -> None:
        """Forget a repository."""
        with self._session("WRITE") as session:
            run(session, _FORGET, repository=slug)
            delete_all(session, slug)

    def _connected(self) -> "Driver":
        """The driver, which opens its connections when they are needed."""
        from neo4j import GraphDatabase
        from neo4j.exceptions import ConfigurationError

        with self._lock:
            try:
                self._driver = self._driver or GraphDatabase.driver(
                    self._url, auth=self._log_in, notifications_min_severity="OFF"
                )
            except (ConfigurationError, ValueError) as error:
                said = redact(str(error))
                message = f"HYPERION_NEO4J_URL is no address of a Neo4j server: {said}"
                raise GraphStoreError(message) from error
            return self._driver

    @contextmanager
    def _session(self, access: Literal["READ", "WRITE"]) -> "Generator[Session]":
        """A session; within the block, a server that fails is a GraphStoreError that names it."""
        from neo4j.exceptions import DriverError, Neo4jError

        server = f"the Neo4j server at {redact(self._url)}"
        driver = self._connected()
        try:
            with driver.session(
                database=self._database, default_access_mode=access, fetch_size=ROWS_READ_AT_ONCE
            ) as session:
                yield session
        except DriverError as error:
            raise GraphStoreError(
                f"{server} does not answer: start it, or set HYPERION_NEO4J_URL to one that runs "
                f"({redact(str(error))})"
            ) from error
        except Neo4jError as error:
            if _code(error).startswith("Neo.ClientError.Security"):
                remedy = "check HYPERION_NEO4J_USER and HYPERION_NEO4J_PASSWORD"
                raise GraphStoreError(f"{server} refuses the log-in: {remedy}") from error
            raise GraphStoreError(f"{server} fails: {error.message} ({error.code})") from error


@contextmanager
def _refused(seconds: float) -> Generator[None]:
    """Within the block, what Neo4j finds wrong with a query is a QueryError in its own words."""
    from neo4j.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        code = _code(error)
        if code.startswith(("Neo.ClientError.Security", "Neo.ClientError.Database")):
            raise
        if "TransactionTimedOut" in code:
            message = f"the query takes more than {seconds:g} seconds: ask for less"
            raise QueryError(message) from error
        raise QueryError(f"the query cannot be answered: {error.message}") from error
    except (OverflowError, ValueError) as error:  # what the driver finds wrong with a parameter
        raise QueryError(f"a parameter of the query cannot be used: {error}") from error


def _code(error: "Neo4jError") -> str:
    return error.code or ""


def _state(session: "Session | Transaction", slug: str) -> _State:
    record = session.run(_STATE, repository=slug).single()
    return _State(*record.values()) if record else _State()


def _check_reads_only(explained: "ResultSummary") -> None:
    """Raise QueryError for a query that does more than to read the graph, by its plan."""
    if explained.query_type != "r":
        raise QueryError("the query would write, or change the server: only reading is allowed")
    for operator, details in _operators(cast("Mapping[str, Any]", explained.plan or {})):
        outside = operator.startswith(_OUTSIDE_OPERATORS) or (
            operator.startswith("ProcedureCall") and not details.startswith(_READING_PROCEDURES)
        )
        if outside or any(expression in details for expression in _OUTSIDE_EXPRESSIONS):
            raise QueryError(
                "the query reaches beyond the graph, and only reading the graph is allowed: leave "
                f"out {operator.partition('@')[0]} ({details})"
            )


def _operators(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The operators of a plan by name, and what Neo4j says of each."""
    if plan:
        yield plan["operatorType"], plan["args"].get("Details", "")
    for child in plan.get("children", ()):
        yield from _operators(child)
