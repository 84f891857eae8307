"""Loads and calls a function as Open WebUI 0.12 documents that it does; it is not installed here.

Its steps: the front matter is read from the lines below the opening quotes; some imports are
rewritten; the text is executed as a module that no file belongs to; a class `Pipe` is made without
arguments, gets the valves that are stored, lists its models, and is called with those parameters
that its signature names. What it streams becomes server-sent events.
"""

import inspect
import json
import re
import sys
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

FUNCTION_ID = "hyperion"
_REWRITTEN = ("utils", "apps", "main", "config")


@dataclass
class LoadedFunction:
    """A function as it is kept there: its object, its front matter and the text that was run."""

    pipe: Any
    front_matter: dict[str, str]
    text: str

    async def models(self) -> dict[str, str]:
        """The names that people choose from, by id."""
        return {f"{FUNCTION_ID}.{each['id']}": each["name"] for each in await self.pipe.pipes()}

    async def ask(self, body: dict[str, Any], **offered: Any) -> "Told":  # noqa: ANN401 - as there
        """Call it with those of *offered* that it takes, and read what it returns to the end."""
        told = Told()
        offered = {"__event_emitter__": told.emit, "__user__": {"id": "1"}, **offered}
        taken = inspect.signature(self.pipe.pipe).parameters
        parameters = {name: value for name, value in offered.items() if name in taken}
        try:
            returned = self.pipe.pipe(body=body, **parameters)
            if inspect.iscoroutine(returned):
                returned = await returned
        except Exception as error:
            told.error = str(error)
            return told
        if isinstance(returned, str):
            told.text = returned
        else:
            await told.read(returned)
        return told


@dataclass
class Told:
    """What a person sees: the text, the statuses and sources above and below it, or the error."""

    text: str = ""
    error: str | None = None
    events: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    pieces: int = 0

    async def emit(self, event: dict[str, Any]) -> None:
        """Take an event; it goes through JSON, as it does over the web socket."""
        self.events.append(json.loads(json.dumps(event)))

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """The data of the events of a kind."""
        return [event["data"] for event in self.events if event["type"] == kind]

    async def read(self, stream: AsyncGenerator[Any]) -> None:
        """Read a stream: objects are chunks, text that looks like an event is taken for one."""
        async for piece in stream:
            self.pieces += 1
            if isinstance(piece, str) and not piece.startswith("data:"):
                self.text += piece
                continue
            chunk = json.loads(
                piece.removeprefix("data:") if isinstance(piece, str) else json.dumps(piece)
            )
            if not chunk.get("choices"):
                self.error = chunk["error"]["detail"]
                continue
            self.text += chunk["choices"][0]["delta"].get("content", "")


def load_function(path: Path, **valves: object) -> LoadedFunction:
    """The function of a file, with *valves* as an administrator stored them."""
    text = path.read_text("utf-8")
    for package in _REWRITTEN:
        text = text.replace(f"from {package}", f"from open_webui.{package}")
    module = ModuleType(f"function_{FUNCTION_ID}")
    sys.modules[module.__name__] = module
    try:
        exec(text, module.__dict__)  # noqa: S102 - a function is text that is pasted
    finally:
        del sys.modules[module.__name__]
    pipe = module.Pipe()
    pipe.valves = pipe.Valves(**valves)
    return LoadedFunction(pipe, front_matter(text), text)


def front_matter(text: str) -> dict[str, str]:
    """The pairs `name: value` in the quotes that a file opens with; none where text shares them."""
    opening, *lines = text.splitlines()
    if opening.strip() != '"""':
        return {}
    pairs: dict[str, str] = {}
    for line in lines:
        if '"""' in line:
            break
        if pair := re.match(r"\s*([a-z_]+):\s*(.*?)\s*$", line, re.IGNORECASE):
            pairs[pair[1]] = pair[2]
    return pairs
