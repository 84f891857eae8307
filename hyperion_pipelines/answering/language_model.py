"""A language model behind an OpenAI-compatible server: Ollama, vLLM, OpenAI and others.

Whatever goes wrong there is one LanguageModelError that says it in words, without the key. What is
asked is the business of `prompt`.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Generator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from http import HTTPStatus
from typing import Any, NamedTuple, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.git.commands import redact
from hyperion_pipelines.settings import Settings

CONNECT_SECONDS = 5.0
MOST_CHARACTERS = 2_000_000  # that a server says; a streamed word takes some 200
# What Server-Sent Events have beside `data`; a comment begins with the colon.
_OTHER_FIELDS = frozenset({"", "event", "id", "retry"})
_SHOWN = 200  # characters of what a server said instead
Messages = Sequence[Mapping[str, str]]
Options = Mapping[str, Any]
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


class LanguageModelError(HyperionError):
    """The model server does not answer, or answers what nobody can use."""


class Piece(NamedTuple):
    """A part of an answer, or all of it; what the server says of the whole comes with the last."""

    text: str
    finish_reason: str | None = None
    usage: Mapping[str, int] | None = None


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Words(_Said):
    content: str | None = None


class _Choice(_Said):
    message: _Words | None = None
    delta: _Words | None = None
    finish_reason: str | None = None


class _Usage(_Said):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class _Chat(_Said):
    choices: list[_Choice]
    usage: _Usage | None = None

    def piece(self) -> Piece:
        """What is said here for an answer."""
        choice = self.choices[0] if self.choices else _Choice()
        words = choice.message or choice.delta or _Words()
        usage = self.usage.model_dump() if self.usage else None
        return Piece(words.content or "", choice.finish_reason, usage)


class _Error(_Said):
    message: str


class _Failure(_Said):
    error: _Error | str

    def words(self) -> str:
        return self.error if isinstance(self.error, str) else self.error.message


class _Model(_Said):
    id: str


class _Models(_Said):
    data: list[_Model]


class LanguageModel:
    """The model of the server that *settings* name; connections are kept until it is closed."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.llm_url.rstrip("/")
        self._name = settings.llm_model
        self._seconds, self._stall_seconds = settings.llm_seconds, settings.llm_stall_seconds
        self._key = settings.llm_api_key.get_secret_value()
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def name(self) -> str:
        """The name of the model that is asked: the one set, or the first that the server lists.

        Raises LanguageModelError.
        """
        if not self._name:
            with self._explained():
                request = self._client.build_request("GET", f"{self._url}/models")
                text = await self._within(self._read(request), self._deadline())
            listed = _parsed(_Models, text).data
            if not listed:
                raise LanguageModelError("the model server lists no model: set HYPERION_LLM_MODEL")
            self._name = listed[0].id
        return self._name

    async def complete(self, messages: Messages, options: Options | None = None) -> Piece:
        """The whole answer to *messages*; *options* are further parameters of the server's.

        Raises LanguageModelError.
        """
        request = await self._request(messages, options, stream=False)
        with self._explained():
            text = await self._within(self._read(request), self._deadline(), may_stall=True)
        piece = _parsed(_Chat, text).piece()
        if not piece.text.strip():
            raise LanguageModelError("the language model answered without a word")
        return piece

    async def stream(
        self, messages: Messages, options: Options | None = None
    ) -> AsyncGenerator[Piece]:
        """The answer to *messages* as it comes. Raises LanguageModelError, also midway.

        To close it before its end ends the server's work.
        """
        request = await self._request(messages, options, stream=True)
        deadline = self._deadline()
        has_words = False
        with self._explained():
            response = await self._within(self._client.send(request, stream=True), deadline)
            async with aclosing(response), aclosing(self._events(response)) as events:
                while (said := await self._within(anext(events, None), deadline)) is not None:
                    piece = said.piece()
                    has_words = has_words or bool(piece.text.strip())
                    yield piece
        if not has_words:
            raise LanguageModelError("the language model answered without a word")

    async def _request(
        self, messages: Messages, options: Options | None, *, stream: bool
    ) -> httpx.Request:
        body = {**(options or {}), "model": await self.name(), "messages": list(messages)}
        with self._explained():
            return self._client.build_request(
                "POST", f"{self._url}/chat/completions", json=body | {"stream": stream}
            )

    async def _read(self, request: httpx.Request) -> str:
        response = await self._client.send(request, stream=True)
        async with aclosing(response):
            text = "".join([part async for part in _bounded(response)])
        return self._checked(response, text)

    async def _events(self, response: httpx.Response) -> AsyncGenerator[_Chat]:
        """What the server says, event by event, up to its `[DONE]`."""
        if not _is_ok(response):
            self._checked(response, "".join([part async for part in _bounded(response)]))
        is_finished = False
        async for line in _lines(response):
            field, _, value = line.partition(":")
            if field == "data":
                if value.strip() == "[DONE]":
                    return
                said = _parsed(_Chat, value)
                is_finished = is_finished or any(one.finish_reason for one in said.choices)
                yield said
            elif field.strip() not in _OTHER_FIELDS:
                raise LanguageModelError(_nonsense(line))
        if not is_finished:
            raise LanguageModelError("the language model broke off in the middle of its answer")

    def _checked(self, response: httpx.Response, text: str) -> str:
        """*text*, where the server says that all went well."""
        if _is_ok(response):
            return text
        shown = text.replace(self._key, "...") if self._key else text
        said = _shown(_error_message(shown) or shown)
        raise LanguageModelError(
            f"the model server answered with status {response.status_code}: {said}"
        )

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._seconds

    async def _within(self, work: Awaitable[T], deadline: float, *, may_stall: bool = False) -> T:
        """What *work* gives, before *deadline* and, unless it *may_stall*, before it stalls."""
        stalled = asyncio.get_running_loop().time() + self._stall_seconds
        try:
            async with asyncio.timeout_at(deadline if may_stall else min(deadline, stalled)):
                return await work
        except TimeoutError as error:
            if may_stall or deadline <= stalled:
                said = f"the language model did not end its answer within {self._seconds:g} s"
            else:
                said = f"the language model said nothing for {self._stall_seconds:g} s"
            raise LanguageModelError(said) from error

    @contextmanager
    def _explained(self) -> Generator[None]:
        """What fails on the way to the server is said in words."""
        try:
            yield
        except httpx.ConnectError as error:
            raise LanguageModelError(f"no model server answers at {redact(self._url)}") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = redact(str(error)) or type(error).__name__
            raise LanguageModelError(f"the model server failed: {_shown(said)}") from error


def _is_ok(response: httpx.Response) -> bool:
    return response.status_code == HTTPStatus.OK


async def _bounded(response: httpx.Response) -> AsyncGenerator[str]:
    """The text of a response; one without end is given up."""
    characters = 0
    async for part in response.aiter_text():
        characters += len(part)
        if characters > MOST_CHARACTERS:
            raise LanguageModelError(
                f"the model server answered with more than {MOST_CHARACTERS:,} characters"
            )
        yield part


async def _lines(response: httpx.Response) -> AsyncGenerator[str]:
    """The lines of a response that say something."""
    rest = ""
    async with aclosing(_bounded(response)) as parts:
        async for part in parts:
            *lines, rest = (rest + part).split("\n")
            for line in lines:
                if line.strip():
                    yield line.rstrip("\r")
    if rest.strip():
        yield rest


def _parsed(form: type[M], text: str) -> M:
    """*text* as *form* has it. Raises LanguageModelError where it is something else."""
    try:
        return form.model_validate_json(text)
    except ValidationError as error:
        message = _error_message(text)
        said = f"the model server failed: {_shown(message)}" if message else _nonsense(text)
        raise LanguageModelError(said) from error


def _error_message(text: str) -> str | None:
    """The words of an error in OpenAI's form, or in Ollama's."""
    try:
        return _Failure.model_validate_json(text).words()
    except ValidationError:
        return None


def _nonsense(text: str) -> str:
    return f"the model server answered what is no chat completion: {_shown(text)}"


def _shown(text: str) -> str:
    """The beginning of what a server said, on one line."""
    line = " ".join(text.split())
    return f"{line[:_SHOWN]} ..." if len(line) > _SHOWN else line or "nothing"
