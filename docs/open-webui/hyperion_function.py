"""
title: Hyperion
author: Hyperion
description: Answers questions about your repositories, each answer with its sources.
version: 1.0.0
required_open_webui_version: 0.12.0
license: Apache-2.0

A function of Open WebUI: paste this file into Admin Panel > Functions. It asks the sidecar of
Hyperion (`hyperion serve`) and hands on what that answers; it decides nothing of its own. The lines
above are read by Open WebUI, which wants the first of them below the quotes.
"""  # noqa: D205, D212, D400, D415 - the form of the front matter is Open WebUI's

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

    Emit = Callable[[dict[str, Any]], Awaitable[None]]

_CONNECT_SECONDS = 5.0
# What a person can set in Open WebUI and the sidecar gives to the model that words the answer.
_PARAMETERS = ("temperature", "top_p", "max_tokens", "seed", "stop")

_OBJECT = TypeAdapter(dict[str, Any])


class SidecarError(Exception):
    """The sidecar did not answer; the message says why, in words for the person who asked."""


class Pipe:
    """A model for each repository that the key may read, and one that searches all of them."""

    class Valves(BaseModel):
        """What an administrator sets."""

        base_url: str = Field(
            default="http://localhost:8700",
            pattern=r"^https?://\S+$",
            description="Where `hyperion serve` listens, as this server reaches it.",
        )
        api_key: str = Field(
            default="",
            description="A key made by `hyperion token create`, if the sidecar asks for one.",
            json_schema_extra={"input": {"type": "password"}},
        )
        timeout_seconds: float = Field(
            default=120.0, gt=0, description="Seconds without a word after which it is given up."
        )

    def __init__(self) -> None:
        self.valves = self.Valves()

    async def pipes(self) -> list[dict[str, str]]:
        """The models: `hyperion` for all repositories, `hyperion/SLUG` for one.

        Where the sidecar cannot be asked, one whose name says so: Open WebUI would show nothing.
        """
        try:
            async with self._client() as client:
                response = await _sent(client, client.build_request("GET", "/v1/models"))
                listed: list[dict[str, Any]] = _decoded(await response.aread())["data"]
        except (SidecarError, KeyError) as error:
            return [{"id": "hyperion", "name": f"Hyperion (not available: {error})"}]
        return [{"id": model["id"], "name": _shown_name(model["id"])} for model in listed]

    async def pipe(
        self,
        body: dict[str, Any],
        __event_emitter__: Emit | None = None,
        __task__: str | None = None,
    ) -> str | AsyncGenerator[dict[str, Any]]:
        """The answer to the last message: chunks of OpenAI's form where *body* asks for a stream.

        Titles, tags and follow-ups (`__task__`) are no questions about a repository: they are
        answered by nothing, and Open WebUI falls back on the person's words. Raises SidecarError.
        """
        if __task__:
            return ""
        request = {name: body[name] for name in ("messages", *_PARAMETERS) if name in body}
        # Open WebUI puts the function's id and a full stop before the names that `pipes` gives.
        request |= {"model": body["model"].partition(".")[2], "stream": True}
        words = self._words(request, __event_emitter__ or _nobody)
        if body.get("stream"):
            return _chunks(words)
        return "".join([each async for each in words])

    async def _words(self, request: Mapping[str, Any], emit: Emit) -> AsyncGenerator[str]:
        """The words of the answer as they come; statuses and sources go to *emit*."""
        await emit(_status("Looking for passages that answer", done=False))
        has_begun = False
        sources: list[Mapping[str, Any]] = []
        try:
            async with self._client() as client:
                async for chunk in _events(client, request):
                    sources = chunk.get("hyperion", {}).get("citations") or sources
                    if not (words := _content(chunk)):
                        continue
                    if not has_begun:
                        await emit(_status("Answering from what was found", done=False))
                    has_begun = True
                    yield words
        except SidecarError:
            await emit(_status("Hyperion could not answer", done=True))
            raise
        for source in sources:
            await emit(_citation(source))
        await emit(_status(_counted(len(sources)), done=True))

    def _client(self) -> httpx.AsyncClient:
        key = self.valves.api_key
        return httpx.AsyncClient(
            base_url=self.valves.base_url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(self.valves.timeout_seconds, connect=_CONNECT_SECONDS),
        )


async def _events(
    client: httpx.AsyncClient, request: Mapping[str, Any]
) -> AsyncGenerator[dict[str, Any]]:
    """The chunks that the sidecar streams. Raises SidecarError, also where they end too early."""
    response = await _sent(
        client, client.build_request("POST", "/v1/chat/completions", json=request)
    )
    try:
        async for line in response.aiter_lines():
            if not line.startswith("data:"):
                continue
            if (data := line.removeprefix("data:").strip()) == "[DONE]":
                return
            chunk = _decoded(data)
            if error := chunk.get("error"):
                raise SidecarError(f"Hyperion broke off: {error.get('message', error)}")
            yield chunk
    except httpx.HTTPError as error:
        raise SidecarError(_in_words(error, client)) from error
    finally:
        await response.aclose()
    raise SidecarError("The connection to Hyperion ended before its answer did.")


async def _sent(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    """The answer to *request*, its body still to be read. Raises SidecarError for any other."""
    try:
        response = await client.send(request, stream=True)
        if response.is_success:
            return response
        body = await response.aread()
    except httpx.HTTPError as error:
        raise SidecarError(_in_words(error, client)) from error
    problem = _decoded(body)
    said = problem.get("detail") or f"it answered with the status {response.status_code}"
    if response.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise SidecarError(f"Hyperion refuses the key that is set in this function: {said}")
    raise SidecarError(f"Hyperion did not answer: {said}")


def _in_words(error: httpx.HTTPError, client: httpx.AsyncClient) -> str:
    if isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout):
        return f"Hyperion said nothing for {client.timeout.read:g} seconds and was given up."
    if isinstance(error, httpx.TransportError):
        return f"Hyperion cannot be reached at {client.base_url}: is `hyperion serve` running?"
    return f"Hyperion did not answer: {error}"


def _decoded(text: str | bytes) -> dict[str, Any]:
    try:
        return _OBJECT.validate_json(text)
    except ValidationError as error:
        words = "What answers there is not Hyperion: look at the address that is set."
        raise SidecarError(words) from error


def _content(chunk: Mapping[str, Any]) -> str:
    """The words that a chunk of the answer adds."""
    return "".join(
        choice.get("delta", {}).get("content") or "" for choice in chunk.get("choices", [])
    )


async def _chunks(words: AsyncGenerator[str]) -> AsyncGenerator[dict[str, Any]]:
    """*words* as Open WebUI streams them; text of its own form it could take for an event."""
    try:
        async for each in words:
            yield {"choices": [{"index": 0, "delta": {"content": each}}]}
    except SidecarError as error:
        yield {"error": {"detail": str(error)}}


async def _nobody(_: dict[str, Any]) -> None:
    """Take events where no chat is open to show them."""


def _status(description: str, *, done: bool) -> dict[str, Any]:
    return {"type": "status", "data": {"description": description, "done": done}}


def _citation(source: Mapping[str, Any]) -> dict[str, Any]:
    cited = source["citation"]
    # Open WebUI shows the name in a narrow chip beside each quote: the commit would fill it.
    name = cited.partition(":")[2] or cited
    metadata = {
        "source": cited,
        "name": name,
        "file": source.get("path"),
        "risk": source.get("risk"),
        "owners": source.get("owners"),
    }
    data = {"source": {"name": name}, "document": [source["quote"]], "metadata": [metadata]}
    return {"type": "citation", "data": data}


def _shown_name(model: str) -> str:
    slug = model.partition("/")[2]
    return f"Hyperion: {slug}" if slug else "Hyperion"


def _counted(sources: int) -> str:
    if not sources:
        return "Nothing was found that answers this"
    return f"Answered from {sources} {'source' if sources == 1 else 'sources'}"
