"""Answers to questions, each with its sources; where nothing is found, none is given."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from hyperion_pipelines.answering.answer import Answer
from hyperion_pipelines.answering.citations import Source
from hyperion_pipelines.answering.retrieval import PASSAGES
from hyperion_pipelines.serving import problems
from hyperion_pipelines.serving.endpoints.asking import (
    MOST_REPOSITORIES,
    Asked,
    Engine,
    Question,
    find,
    noted,
    while_connected,
)
from hyperion_pipelines.serving.endpoints.search import Name
from hyperion_pipelines.serving.observability.spans import span
from hyperion_pipelines.serving.sidecar import Reader, Shared

router = APIRouter(tags=["search and answers"])


class AnswerRequest(BaseModel):
    """What is asked, and of which repositories."""

    model_config = ConfigDict(extra="forbid")

    question: Question = Field(description="A question in words.")
    repositories: list[Name] = Field(
        default=[], max_length=MOST_REPOSITORIES, description="Repositories; default: all."
    )
    limit: int = Field(
        default=PASSAGES, ge=1, le=20, description="The most passages that it rests on."
    )


class AnswerResponse(BaseModel):
    """The answer; its `text` is empty where nothing was found."""

    question: str
    text: str = Field(description="Markdown; [n] is the citation with that number.")
    answered_by: str = Field(
        description="`language model NAME`, `extractive` (passages, quoted) or `nothing found`."
    )
    citations: Sequence[Source]
    notes: Sequence[str] = Field(description="Sentences on how the answer came about.")

    @classmethod
    def of(cls, answer: Answer) -> "AnswerResponse":
        """The answer as it is sent."""
        return cls(
            question=answer.question,
            text=answer.text,
            answered_by=answer.answered_by,
            citations=answer.citations,
            notes=answer.notes,
        )


@router.post(
    "/v1/answers",
    operation_id="answer",
    summary="Answer a question, with sources",
    responses=problems.documented(404, 422, 503),
)
async def answer(
    body: AnswerRequest, request: Request, sidecar: Shared, caller: Reader, engine: Engine
) -> AnswerResponse:
    """An answer of the language model, or the passages that answer, quoted; none without source."""
    asked = Asked(body.question, body.repositories, body.limit)
    findings = await find(sidecar, caller, engine, asked)
    with span("answer"):
        answered = await while_connected(request, engine.answer(findings))
    return AnswerResponse.of(noted(sidecar, answered))
