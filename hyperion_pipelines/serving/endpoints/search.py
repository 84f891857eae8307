"""Passages of documents and code, by words and by meaning, as `hyperion search` finds them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hyperion_pipelines.answering.citations import citation
from hyperion_pipelines.documents.search.marking import Mark, mark_words
from hyperion_pipelines.documents.search.passages import Passage
from hyperion_pipelines.documents.search.selecting import passage_filter
from hyperion_pipelines.serving import problems
from hyperion_pipelines.serving.dependencies import needing, vectors_name
from hyperion_pipelines.serving.endpoints.asking import (
    MOST_REPOSITORIES,
    Engine,
    Question,
    answering_of,
    searched,
)
from hyperion_pipelines.serving.observability.spans import span
from hyperion_pipelines.serving.sidecar import Reader, Shared

router = APIRouter(tags=["search and answers"], lifespan=answering_of)

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class SearchRequest(BaseModel):
    """What is looked for, and where."""

    model_config = ConfigDict(extra="forbid")

    query: Question = Field(description="A question, words, a name, an error message or a path.")
    repositories: list[Name] = Field(
        default=[], max_length=MOST_REPOSITORIES, description="Repositories; default: all."
    )
    kinds: list[Name] = Field(
        default=[], max_length=20, description="Only these kinds: readme, markdown, code, api, ..."
    )
    languages: list[Name] = Field(
        default=[], max_length=20, description="Only files in these languages: Python, Go, ..."
    )
    path_prefix: str = Field(
        default="",
        max_length=4_000,
        pattern=r"^[^\x00]*$",
        description="Only paths that begin so.",
    )
    limit: int = Field(default=10, ge=1, le=100, description="The most passages.")


class FoundPassage(BaseModel):
    """A passage: where it stands, how it was found, and where the query's words are in it."""

    repository: str
    path: str
    start_line: int
    end_line: int
    kind: str
    language: str | None
    symbol: str | None
    heading: str
    text: str
    score: float = Field(description="That of both rankings fused; only its order says something.")
    dense_rank: int | None = Field(
        description="The place by meaning, from 1; null if not found so."
    )
    bm25_rank: int | None = Field(description="The place by words, from 1; null if not found so.")
    marks: list[tuple[int, int]] = Field(
        description="From which character up to which words match."
    )
    citation: str = Field(description="`repository@sha:path#L12-L34`.")


class SearchResponse(BaseModel):
    """The best passages, and where they were looked for."""

    query: str
    repositories: list[str]
    results: list[FoundPassage]


@router.post(
    "/v1/search",
    operation_id="search",
    summary="Find passages of documents and code",
    responses=problems.documented(404, 422, 503),
)
def search(body: SearchRequest, sidecar: Shared, caller: Reader, engine: Engine) -> SearchResponse:
    """The passages that answer best, by words and by meaning, each with its citation."""
    wanted = passage_filter(body.kinds, body.path_prefix, body.languages)
    slugs = searched(sidecar, caller, body.repositories)
    with span("search"), needing(vectors_name(sidecar.settings)):
        passages = engine.retrieval.passages(body.query, slugs, limit=body.limit, wanted=wanted)
    marks = mark_words(body.query, [passage.text for passage in passages])
    shas = {slug: engine.retrieval.sha(slug) for slug in {one.repository for one in passages}}
    return SearchResponse(
        query=body.query,
        repositories=slugs,
        results=[
            _found(passage, shas[passage.repository], of_text)
            for passage, of_text in zip(passages, marks, strict=True)
        ],
    )


def _found(passage: Passage, sha: str, marks: Sequence[Mark]) -> FoundPassage:
    place = (passage.repository, sha, passage.path, passage.start_line, passage.end_line)
    return FoundPassage.model_validate(
        {**asdict(passage), "marks": marks, "citation": citation(*place)}
    )
