"""Repositories over HTTP: which there are, and the tables of what was found of each.

Rows are as the pipeline published them (docs/tables.md says what the columns mean); nothing is
computed here.
"""

import posixpath
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, JsonValue
from pydantic_core import to_json

from hyperion_pipelines.git.commands import redact
from hyperion_pipelines.repositories import Repository
from hyperion_pipelines.serving.access.callers import Caller, Scope
from hyperion_pipelines.serving.dependencies import needing
from hyperion_pipelines.serving.observability.spans import span
from hyperion_pipelines.serving.problems import NotPublishedError, documented
from hyperion_pipelines.serving.sidecar import Reader, Shared, Sidecar, known_repository
from hyperion_pipelines.stages import REPOSITORY_STAGES, STAGES
from hyperion_pipelines.workspace import Workspace

router = APIRouter(prefix="/v1/repositories", tags=["repositories"])

MOST_ROWS = 1000
# Tables that tell a course over time -> their times.
TRENDS = {
    "complexity_trend": "month",
    "delivery_weeks": "week",
    "risk_by_month": "month",
    "lines_by_year": "at",
    "releases": "time",
}
EVERY_ROW = pl.lit(value=True)
PROBLEMS = documented(403, 404, 422, 503)


class RepositorySummary(BaseModel):
    """A repository, and how far it is analysed."""

    slug: str
    added_at: datetime
    source: str | None = Field(
        description="Where it comes from, without credentials; null unless an admin asks."
    )
    head_sha: str | None = Field(description="HEAD as it was analysed last.")
    published_at: dict[str, datetime] = Field(
        description="When each stage was last published; without those that never were."
    )
    has_search: bool = Field(description="Whether its documents can be searched.")
    has_graph: bool = Field(description="Whether its graph can be asked.")
    has_predictions: bool = Field(description="Whether its commits and files are scored.")


class RepositoryDetail(RepositorySummary):
    """The same of one repository, and how much there is of it."""

    rows: dict[str, int] = Field(description="How many rows each of its tables has.")


class AsOf(BaseModel):
    """What rows were made from, and when; nulls while they are being made anew."""

    head_sha: str | None
    published_at: datetime | None


class TableRows(BaseModel):
    """Some rows of a table, in its order; docs/tables.md says what the columns mean."""

    repository: str
    table: str
    as_of: AsOf
    total: int = Field(description="How many rows there are to list.")
    offset: int
    rows: list[dict[str, JsonValue]]


class Trends(BaseModel):
    """The tables that tell a course over time, each in the order of time."""

    repository: str
    as_of: dict[str, AsOf]
    total: dict[str, int] = Field(description="How many rows each table has.")
    tables: dict[str, list[dict[str, JsonValue]]] = Field(
        description="Of each table the newest rows, at most `limit`."
    )


Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="The most rows that are listed.")]
Offset = Annotated[
    int, Query(ge=0, le=2**31 - 1, description="How many rows are left out before the first.")
]
PathOfRows = Annotated[
    str | None,
    Query(
        min_length=1, max_length=4096, description="Rows of this file alone, by its path at HEAD."
    ),
]


@router.get(
    "", summary="The repositories", operation_id="list_repositories", responses=documented(403)
)
def list_repositories(sidecar: Shared, caller: Reader) -> list[RepositorySummary]:
    """Those that the caller may know of, by slug."""
    return [
        RepositorySummary.model_validate(_summary(sidecar.workspace, repository, caller))
        for repository in sidecar.workspace.catalogue.list()
        if caller.may_know(repository.slug)
    ]


@router.get("/{slug}", summary="A repository", operation_id="show_repository", responses=PROBLEMS)
def show_repository(sidecar: Shared, caller: Reader, slug: str) -> RepositoryDetail:
    """How far it is analysed, and how much there is of it."""
    known_repository(sidecar, caller, slug)
    workspace = sidecar.workspace
    tables = [table for stage in REPOSITORY_STAGES for table in stage.tables]
    made = {table: workspace.publications.get(table, slug) for table in tables}
    rows = {table: publication.rows for table, publication in made.items() if publication}
    about = _summary(workspace, workspace.catalogue.get(slug), caller)
    return RepositoryDetail.model_validate({**about, "rows": rows})


@router.get(
    "/{slug}/profile",
    summary="All that is known of a repository, and what to do first",
    operation_id="profile",
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}, **PROBLEMS},
    response_class=Response,
)
def profile(sidecar: Shared, caller: Reader, slug: str) -> Response:
    """The profile as the pipeline published it; docs/profile.md describes it."""
    known_repository(sidecar, caller, slug)
    return Response(sidecar.workspace.profile(slug), media_type="application/json")


@router.get(
    "/{slug}/hotspots",
    summary="Which complex files change most often?",
    operation_id="hotspots",
    response_model=TableRows,
    responses=PROBLEMS,
)
def hotspots(
    sidecar: Shared, caller: Reader, slug: str, limit: Limit = 100, offset: Offset = 0
) -> Response:
    """The table `hotspots`: the hottest first."""
    return _listed(sidecar, caller, slug, "hotspots", slice(offset, offset + limit))


@router.get(
    "/{slug}/owners",
    summary="Who knows each file?",
    operation_id="owners",
    response_model=TableRows,
    responses=PROBLEMS,
)
def owners(
    sidecar: Shared,
    caller: Reader,
    slug: str,
    path: PathOfRows = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """The table `file_owners`: a row for each person who worked on a file."""
    part = slice(offset, offset + limit)
    return _listed(sidecar, caller, slug, "file_owners", part, _has_path(path, "path"))


@router.get(
    "/{slug}/coupling",
    summary="Which files change together?",
    operation_id="coupling",
    response_model=TableRows,
    responses=PROBLEMS,
)
def coupling(
    sidecar: Shared,
    caller: Reader,
    slug: str,
    path: PathOfRows = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """The table `change_coupling`: pairs of files, with `path` those that it is either one of."""
    part = slice(offset, offset + limit)
    has_path = _has_path(path, "path", "other")
    return _listed(sidecar, caller, slug, "change_coupling", part, has_path)


@router.get(
    "/{slug}/trends",
    summary="How did complexity, pace and risk change?",
    operation_id="trends",
    response_model=Trends,
    responses=PROBLEMS,
)
def trends(sidecar: Shared, caller: Reader, slug: str, limit: Limit = MOST_ROWS) -> Response:
    """The tables that tell a course over time, in one document."""
    courses = {
        table: _table(sidecar, caller, slug, table).sort(time, maintain_order=True)
        for table, time in TRENDS.items()
    }
    return _json(
        {
            "repository": slug,
            "as_of": {table: _as_of(sidecar.workspace, table, slug) for table in courses},
            "total": {table: rows.height for table, rows in courses.items()},
            "tables": {table: rows.tail(limit).to_dicts() for table, rows in courses.items()},
        }
    )


def _summary(workspace: Workspace, repository: Repository, caller: Caller) -> dict[str, object]:
    """The fields of RepositorySummary."""
    slug = repository.slug
    head = workspace.publications.get("commits", slug)
    published_at = {
        stage.name: made
        for stage in REPOSITORY_STAGES
        if (made := _published_at(workspace, slug, stage.tables))
    }
    return {
        "slug": slug,
        "added_at": repository.added_at,
        "source": redact(repository.source) if caller.may(Scope.ADMIN) else None,
        "head_sha": head.head_sha if head else None,
        "published_at": published_at,
        "has_search": "documents" in published_at,
        "has_graph": "graph" in published_at,
        "has_predictions": "predictions" in published_at,
    }


def _published_at(workspace: Workspace, slug: str, tables: Iterable[str]) -> str | None:
    """When the last of *tables* was published; None unless all are."""
    made = [workspace.publications.get(table, slug) for table in tables]
    there = [publication.published_at for publication in made if publication]
    return max(there) if len(there) == len(made) else None


def _table(sidecar: Sidecar, caller: Caller, slug: str, table: str) -> pl.DataFrame:
    """The rows of a table. Raises NotFoundError, and NotPublishedError where it was never made."""
    known_repository(sidecar, caller, slug)
    with needing("lake"), span(f"read {table}"):
        rows = sidecar.workspace.lake.read(table, slug)
    if rows.is_empty() and sidecar.workspace.publications.get(table, slug) is None:
        stage = next(stage.name for stage in STAGES.values() if table in stage.tables)
        raise NotPublishedError(
            f"{slug} has no {stage} yet: run `hyperion analyze {slug} --stages {stage}` first"
        )
    return rows


def _has_path(path: str | None, *columns: str) -> pl.Expr:
    """Whether a row has *path* in one of *columns*; every row has, where none is asked for."""
    if path is None:
        return EVERY_ROW
    return pl.any_horizontal(pl.col(columns) == posixpath.normpath(path))


def _listed(
    sidecar: Sidecar,
    caller: Caller,
    slug: str,
    table: str,
    part: slice,
    where: pl.Expr = EVERY_ROW,
) -> Response:
    """TableRows: of the rows of a table that are meant, a *part*."""
    found = _table(sidecar, caller, slug, table).filter(where)
    return _json(
        {
            "repository": slug,
            "table": table,
            "as_of": _as_of(sidecar.workspace, table, slug),
            "total": found.height,
            "offset": part.start,
            "rows": found[part].to_dicts(),
        }
    )


def _as_of(workspace: Workspace, table: str, slug: str) -> dict[str, str | None]:
    made = workspace.publications.get(table, slug)
    return {
        "head_sha": made.head_sha if made else None,
        "published_at": made.published_at if made else None,
    }


def _json(content: dict[str, Any]) -> Response:
    return Response(to_json(content, inf_nan_mode="null"), media_type="application/json")
