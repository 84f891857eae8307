"""The graph of a repository over HTTP: the questions that ship with Hyperion, and any Cypher.

What questions find is the business of `hyperion_pipelines.graph.questions`; how a caller's own
query is kept within bounds is that of `serving.graph_queries`.
"""

from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, FastAPI, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic_core import to_json

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.graph.questions import replies
from hyperion_pipelines.graph.questions.replies import Reply
from hyperion_pipelines.graph.questions.repository_graph import PRESENT, RepositoryGraph
from hyperion_pipelines.serving.access.callers import Caller
from hyperion_pipelines.serving.dependencies import graph_name, needing
from hyperion_pipelines.serving.graph_queries.answers import GraphQuery
from hyperion_pipelines.serving.graph_queries.asking import GraphQueries, graph_queries
from hyperion_pipelines.serving.observability.spans import span
from hyperion_pipelines.serving.problems import ForbiddenError, NotPublishedError, documented
from hyperion_pipelines.serving.sidecar import Reader, Shared, Sidecar, known_repository

LONGEST_SECONDS = 30.0
MOST_ROWS = 10_000
NO_NUL = r"^[^\x00]*$"


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[Mapping[str, Any]]:
    """What answers queries ends with the application; `request.state` has it meanwhile."""
    with graph_queries(app.state.sidecar.workspace) as queries:
        yield {"graph_queries": queries}


router = APIRouter(tags=["graph"], lifespan=_lifespan)


class CypherQuery(BaseModel):
    """A query in Cypher that reads the graph of one repository."""

    model_config = ConfigDict(extra="forbid")

    repository: str = Field(description="Slug of the repository; `$repository` in the query.")
    cypher: str = Field(
        min_length=1,
        max_length=100_000,
        pattern=NO_NUL,
        description="One statement that reads.",
        examples=["MATCH (f:File) RETURN f.path ORDER BY f.lines DESC LIMIT 10"],
    )
    parameters: dict[str, JsonValue] = Field(
        default={}, max_length=100, description="What `$NAME` in the query stands for, by name."
    )
    seconds: float = Field(
        default=10.0, gt=0, le=LONGEST_SECONDS, description="After so long it is given up."
    )
    limit: int = Field(
        default=MOST_ROWS, ge=1, le=MOST_ROWS, description="A query that finds more is refused."
    )


class CypherAnswer(BaseModel):
    """What a query found. Nodes have `label`, edges `type`, paths `nodes` and `edges`."""

    columns: list[str]
    rows: list[list[JsonValue]]
    truncated: bool = Field(description="Always false: an answer is whole, or refused.")
    seconds: float = Field(description="What the store took.")


class Answered(BaseModel):
    """What a question found: sentences that sum it up, what was asked, and rows under a name."""

    model_config = ConfigDict(extra="allow")

    repository: str
    summary: list[str] = Field(description="What was found, in sentences.")


@router.post(
    "/v1/graph/query",
    summary="Ask a repository's graph in Cypher",
    operation_id="query_graph",
    response_model=CypherAnswer,
    responses=documented(403, 404, 422, 503),
)
async def query_graph(
    asked: CypherQuery, sidecar: Shared, caller: Reader, request: Request
) -> Response:
    """Answer a query that reads, within its time, 8 MiB, and 256 MiB of memory.

    On a Neo4j server one database holds all repositories, and a query may reach any of them: there
    it takes a caller who may know all.
    """
    queries: GraphQueries = request.state.graph_queries
    name = graph_name(sidecar.settings)
    if name == "neo4j" and caller.repositories is not None:
        raise ForbiddenError(
            "queries of one's own reach every repository of the Neo4j server, and this key may not "
            "know all of them: ask the questions under /v1/graph/{slug}/ instead"
        )
    with needing(name), span("graph query"):
        await to_thread.run_sync(_graph, sidecar, caller, asked.repository)
        body = await queries.ask(
            GraphQuery(
                asked.repository, asked.cypher, dict(asked.parameters), asked.seconds, asked.limit
            )
        )
    return Response(body, media_type="application/json")


PathQuery = Annotated[
    str,
    Query(
        min_length=1,
        max_length=4096,
        pattern=NO_NUL,
        description="A file, by its path in the repository.",
    ),
]
AsOf = Annotated[
    datetime | None,
    Query(description="As it was then (UTC, if it names no zone); default: as it is at HEAD."),
]
Limit = Annotated[
    int, Query(ge=1, le=MOST_ROWS, description="The most rows of each kind that are listed.")
]


def _question(path: str, summary: str) -> Mapping[str, Any]:
    """How the operation of a question is documented."""
    return {
        "path": f"/v1/graph/{{slug}}/{path}",
        "summary": summary,
        "response_model": Answered,
        "responses": documented(403, 404, 422, 503),
    }


@router.get(**_question("knowers", "Who knows a file?"), operation_id="knowers")
def knowers(
    sidecar: Shared,
    caller: Reader,
    slug: str,
    path: PathQuery,
    as_of: AsOf = None,
    limit: Limit = 1000,
) -> Response:
    """Who made commits to it, and which teams own it."""
    with _asked(sidecar, caller, slug) as graph:
        return _document(replies.who_knows(graph, path, _moment(as_of)), limit)


@router.get(
    **_question("dependents", "What depends on a file, or calls a function of it?"),
    operation_id="dependents",
)
def dependents(
    sidecar: Shared,
    caller: Reader,
    slug: str,
    path: PathQuery,
    function: Annotated[
        str | None,
        Query(
            max_length=1024,
            pattern=NO_NUL,
            description="A function of the file, with the names of what encloses it: who calls it?",
        ),
    ] = None,
    as_of: AsOf = None,
    limit: Limit = 1000,
) -> Response:
    """By imports or calls, directly or through others."""
    with _asked(sidecar, caller, slug) as graph:
        return _document(replies.what_depends(graph, path, function, _moment(as_of)), limit)


@router.get(
    **_question("co-changes", "What changes together with a file?"), operation_id="co_changes"
)
def co_changes(
    sidecar: Shared, caller: Reader, slug: str, path: PathQuery, limit: Limit = 1000
) -> Response:
    """The files that change with it more often than by chance."""
    with _asked(sidecar, caller, slug) as graph:
        return _document(replies.what_changes_with(graph, path), limit)


@router.get(**_question("history", "How did a file come to be?"), operation_id="history")
def history(
    sidecar: Shared, caller: Reader, slug: str, path: PathQuery, limit: Limit = 1000
) -> Response:
    """Its commits, the newest first, under all its names."""
    with _asked(sidecar, caller, slug) as graph:
        return _document(replies.how_it_came_to_be(graph, path), limit)


@router.get(**_question("islands", "Which files lie apart from the rest?"), operation_id="islands")
def islands(
    sidecar: Shared, caller: Reader, slug: str, as_of: AsOf = None, limit: Limit = 1000
) -> Response:
    """Groups of files that imports tie to each other, and to no other file."""
    with _asked(sidecar, caller, slug) as graph:
        return _document(replies.what_lies_apart(graph, _moment(as_of)), limit)


@router.get(
    **_question("cycles", "Which files import each other in circles?"), operation_id="cycles"
)
def cycles(
    sidecar: Shared, caller: Reader, slug: str, as_of: AsOf = None, limit: Limit = 1000
) -> Response:
    """Groups of files that import each other, with the smallest circle in each."""
    with _asked(sidecar, caller, slug) as graph:
        return _document(replies.what_goes_in_circles(graph, _moment(as_of)), limit)


@router.get(**_question("communities", "Which files belong together?"), operation_id="communities")
def communities(sidecar: Shared, caller: Reader, slug: str, limit: Limit = 1000) -> Response:
    """Groups of files that import each other, or change together, more than others."""
    with _asked(sidecar, caller, slug) as graph:
        return _document(replies.what_belongs_together(graph), limit)


@router.get(
    **_question("central-files", "On which files does the rest lean?"), operation_id="central_files"
)
def central_files(
    sidecar: Shared, caller: Reader, slug: str, limit: Limit = replies.MOST_CENTRAL
) -> Response:
    """By imports, and by who imports those that import them."""
    with _asked(sidecar, caller, slug) as graph:
        return _document(replies.what_the_rest_leans_on(graph, limit), limit)


@router.get(
    **_question("orphans", "What would nobody know if a person left?"), operation_id="orphans"
)
def orphans(
    sidecar: Shared,
    caller: Reader,
    slug: str,
    person: Annotated[
        str,
        Query(
            min_length=1,
            max_length=1024,
            pattern=NO_NUL,
            description="A name, an e-mail address or an id.",
        ),
    ],
    limit: Limit = 1000,
) -> Response:
    """The source files that no other active person knows."""
    with _asked(sidecar, caller, slug) as graph:
        return _document(replies.what_nobody_else_knows(graph, person), limit)


def _graph(sidecar: Sidecar, caller: Caller, slug: str) -> RepositoryGraph:
    known_repository(sidecar, caller, slug)
    graphs = sidecar.workspace.graphs
    if graphs.loaded(slug) is None:
        raise NotPublishedError(f"{slug} has no graph yet: run `hyperion analyze {slug}` first")
    return RepositoryGraph(graphs, slug)


@contextmanager
def _asked(sidecar: Sidecar, caller: Caller, slug: str) -> Generator[RepositoryGraph]:
    """The graph of a repository that the caller may know; within the block it is asked."""
    with needing(graph_name(sidecar.settings)), span("graph question"):
        yield _graph(sidecar, caller, slug)


def _moment(as_of: datetime | None) -> datetime:
    if as_of is None:
        return PRESENT
    try:
        return as_of.astimezone(UTC) if as_of.tzinfo else as_of.replace(tzinfo=UTC)
    except OverflowError as error:
        raise UsageError(f"as_of: {as_of} is no time of UTC's years 1 to 9999") from error


def _document(reply: Reply, limit: int) -> Response:
    """*reply* as JSON; of each of its frames *limit* rows, and how many there are as `total`."""
    content = {
        **reply.asked,
        "summary": reply.sentences,
        "total": {name: frame.height for name, frame in reply.frames.items()},
        **{name: frame.head(limit).to_dicts() for name, frame in reply.frames.items()},
    }
    return Response(to_json(content, inf_nan_mode="null"), media_type="application/json")
