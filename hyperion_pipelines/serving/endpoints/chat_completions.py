"""How an answer looks as an OpenAI chat completion, whole or in chunks.

Its sources follow the words, so that every client shows them; clients that know them find them in
`citations`, and all that is known in `hyperion`.
"""

import json
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Literal

from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.types import Send

from hyperion_pipelines.answering.answer import Answer
from hyperion_pipelines.serving.endpoints.answers import AnswerResponse
from hyperion_pipelines.serving.observability.spans import span


class AssistantMessage(BaseModel):
    """The answer's words."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    """The one answer."""

    index: Literal[0] = 0
    message: AssistantMessage
    finish_reason: str
    logprobs: None = None


class Usage(BaseModel):
    """Tokens of the language model, as its server counts them; 0 where none was asked."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class ChatCompletion(BaseModel):
    """An answer as OpenAI defines it, with its sources."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    citations: list[str]
    hyperion: AnswerResponse


@dataclass(frozen=True)
class Completion:
    """What all chunks of an answer have in common."""

    model: str
    has_usage: bool
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def chunk(
        self, delta: Mapping[str, str], finish_reason: str | None = None, **more: object
    ) -> str:
        """A part of the answer as an event of its stream."""
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        return self._event([choice], more)

    def usage_chunk(self, usage: Mapping[str, int]) -> str:
        """The tokens used, which have a chunk of their own."""
        return self._event([], {"usage": Usage(**usage).model_dump()})

    def _event(self, choices: Sequence[Mapping[str, Any]], more: Mapping[str, object]) -> str:
        document = {
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.model,
            "choices": choices,
            **more,
        }
        return f"data: {json.dumps(document, ensure_ascii=False)}\n\n"


def completed(completion: Completion, answer: Answer) -> ChatCompletion:
    """The whole answer."""
    message = AssistantMessage(content=answer.text + ending(answer))
    return ChatCompletion(
        id=completion.id,
        created=completion.created,
        model=completion.model,
        choices=[Choice(message=message, finish_reason=answer.finish_reason)],
        usage=Usage(**answer.usage),
        citations=[source.citation for source in answer.citations],
        hyperion=AnswerResponse.of(answer),
    )


class EventStream(StreamingResponse):
    """A stream of events, closed with its request: whoever leaves ends the model's work, too."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[str]) -> None:
        super().__init__(events, headers={"Cache-Control": "no-store"})
        self._events = events

    async def stream_response(self, send: Send) -> None:
        """Send the events."""
        with span("answer"):
            async with aclosing(self._events):
                await super().stream_response(send)


async def events(
    completion: Completion,
    said: AsyncGenerator[str | Answer],
    ended: Callable[[Answer], Answer],
) -> AsyncGenerator[str]:
    """The events of an answer: its words as they come, its sources, `[DONE]`.

    *ended* takes note of the answer. Where the stream is closed before its end, so is what is
    *said*.
    """
    yield completion.chunk({"role": "assistant", "content": ""})
    async with aclosing(said) as parts:
        async for part in parts:
            if isinstance(part, str):
                yield completion.chunk({"content": part})
                continue
            for event in _last(completion, ended(part)):
                yield event


def _last(completion: Completion, answer: Answer) -> list[str]:
    citations = [source.citation for source in answer.citations]
    about = AnswerResponse.of(answer).model_dump(mode="json")
    return [
        completion.chunk({"content": ending(answer)}),
        completion.chunk({}, answer.finish_reason, citations=citations, hyperion=about),
        *([completion.usage_chunk(answer.usage)] if completion.has_usage else []),
        "data: [DONE]\n\n",
    ]


def ending(answer: Answer) -> str:
    """What follows the words: how the answer came about, and its sources, as Markdown."""
    notes = " ".join(answer.notes)
    if not answer.is_found:
        return notes
    sources = "\n".join(f"- [{one.number}] `{one.citation}`" for one in answer.citations)
    said = f"\n\n*{notes}*" if notes else ""
    return f"{said}\n\nSources:\n\n{sources}"
