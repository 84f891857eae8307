"""Answers in the form of OpenAI's chat completions, for clients that speak it; see `answers`.

The model `hyperion` asks all repositories, `hyperion/SLUG` one. The question is the last message of
the user; what was said before helps to understand it. How an answer looks is the business of
`chat_completions`.
"""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hyperion_pipelines.answering.prompt import Turn
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.serving import problems
from hyperion_pipelines.serving.endpoints.asking import (
    LONGEST_QUESTION,
    Asked,
    Engine,
    find,
    noted,
    while_connected,
)
from hyperion_pipelines.serving.endpoints.chat_completions import (
    ChatCompletion,
    Completion,
    EventStream,
    completed,
    events,
)
from hyperion_pipelines.serving.observability.spans import span
from hyperion_pipelines.serving.problems import ProblemError, as_problem
from hyperion_pipelines.serving.sidecar import Reader, Shared, known_slugs

MODEL = "hyperion"
# What is handed on to the model server as it came.
PASSED_ON = frozenset(
    {"temperature", "top_p", "max_tokens", "max_completion_tokens", "stop", "seed"}
)

Text = Annotated[str, StringConstraints(max_length=200_000, pattern=r"^[^\x00]*$")]


class OpenAIRoute(APIRoute):
    """A route whose problems have OpenAI's member `error` too, which its clients look for."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of FastAPI, its problems completed."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                problem = as_problem(error)
                if problem is None:
                    raise
                problem.members["error"] = _error(problem)
                raise problem from error

        return handler


router = APIRouter(tags=["search and answers"], route_class=OpenAIRoute)


class TextPart(BaseModel):
    """A part of a message; pictures and sounds are refused."""

    type: Literal["text"]
    text: Text


class Message(BaseModel):
    """What somebody said."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """The words."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream has beside the words."""

    include_usage: bool = Field(default=False, description="Whether it ends with the tokens used.")


class ChatRequest(BaseModel):
    """A request as OpenAI defines it; parameters that are not listed have no effect."""

    model_config = ConfigDict(extra="ignore")

    model: Text = Field(default=MODEL, description="`hyperion`, or `hyperion/SLUG` for one.")
    messages: list[Message] = Field(min_length=1, max_length=200)
    stream: bool | None = Field(default=None, description="Whether words are sent as they come.")
    stream_options: StreamOptions | None = None
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, ge=0, le=1)
    max_tokens: int | None = Field(default=None, ge=1, le=1_000_000)
    max_completion_tokens: int | None = Field(default=None, ge=1, le=1_000_000)
    stop: Text | Annotated[list[Text], Field(max_length=4)] | None = None
    seed: int | None = Field(default=None, ge=-(2**63), lt=2**63)

    @property
    def has_usage(self) -> bool:
        """Whether the stream ends with the tokens used."""
        return self.stream_options is not None and self.stream_options.include_usage

    def options(self) -> dict[str, Any]:
        """What the model server is told."""
        options = self.model_dump(include=set(PASSED_ON), exclude_none=True)
        if self.stream and self.has_usage:
            options["stream_options"] = {"include_usage": True}
        return options


class Model(BaseModel):
    """A model that can be asked."""

    id: str
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = MODEL


class ModelList(BaseModel):
    """The models that can be asked."""

    object: Literal["list"] = "list"
    data: list[Model]


@router.get(
    "/v1/models", operation_id="models", summary="The models that `/v1/chat/completions` knows"
)
async def models(sidecar: Shared, caller: Reader) -> ModelList:
    """`hyperion`, which asks all repositories, and `hyperion/SLUG` for each."""
    of_one = (Model(id=f"{MODEL}/{slug}") for slug in known_slugs(sidecar, caller))
    return ModelList(data=[Model(id=MODEL), *of_one])


@router.post(
    "/v1/chat/completions",
    operation_id="chat_completion",
    summary="Answer a question in OpenAI's form, streamed or not",
    response_model=ChatCompletion,
    responses=problems.documented(404, 422, 503),
)
async def chat_completion(
    body: ChatRequest, request: Request, sidecar: Shared, caller: Reader, engine: Engine
) -> ChatCompletion | EventStream:
    """The answer as `/v1/answers` gives it, its sources after the words and in `citations`."""
    before, question = conversation(body.messages)
    asked = Asked(question, repositories(body.model), before=_last_question(before))
    findings = await find(sidecar, caller, engine, asked)
    completion = Completion(body.model, has_usage=body.has_usage)
    if body.stream:
        said = engine.stream(findings, before, body.options())
        return EventStream(events(completion, said, partial(noted, sidecar)))
    with span("answer"):
        answer = await while_connected(request, engine.answer(findings, before, body.options()))
    return completed(completion, noted(sidecar, answer))


def repositories(model: str) -> list[str]:
    """The repositories that a model stands for; none named are all. Raises ProblemError."""
    if model == MODEL:
        return []
    name, _, slug = model.partition("/")
    if name != MODEL or not slug:
        raise ProblemError(
            HTTPStatus.NOT_FOUND,
            "not-found",
            f"no model named {model!r}: ask {MODEL}, or {MODEL}/SLUG for one repository",
        )
    return [slug]


def conversation(messages: Sequence[Message]) -> tuple[list[Turn], str]:
    """The turns before the question, and the question: the last message of the user.

    Raises UsageError where there is none, or it is too long.
    """
    places = [at for at, message in enumerate(messages) if message.role == "user"]
    question = messages[places[-1]].text.strip() if places else ""
    if not question:
        raise UsageError("no question: the last message of the user has no words")
    if len(question) > LONGEST_QUESTION:
        raise UsageError(f"the question has more than {LONGEST_QUESTION:,} characters: shorten it")
    return [turn for message in messages[: places[-1]] if (turn := _turn(message))], question


def _turn(message: Message) -> Turn | None:
    """A message as the model is told of it; calls of tools are not ours."""
    match message.role:
        case "system" | "developer":
            return Turn("system", message.text)
        case "user" | "assistant" if message.text:
            return Turn(message.role, message.text)
        case _:
            return None


def _last_question(before: Sequence[Turn]) -> str:
    return next((turn.content for turn in reversed(before) if turn.role == "user"), "")


def _error(problem: ProblemError) -> dict[str, str | None]:
    kind = "server_error" if problem.status >= 500 else "invalid_request_error"
    return {"message": problem.detail, "type": kind, "code": problem.kind, "param": None}
