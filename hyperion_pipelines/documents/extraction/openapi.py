"""Descriptions of HTTP interfaces: a document for each operation.

OpenAPI 3 and Swagger 2 (OpenAPI Initiative, "OpenAPI Specification"), in YAML or JSON: an object
`paths` of paths, each an object of methods. Whatever else the file says is a document of
configuration.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import yaml

from hyperion_pipelines.documents.document import Document
from hyperion_pipelines.documents.extraction.decoding import document_of, without_lines
from hyperion_pipelines.documents.extraction.json_positions import LineNumbers, placed_values

_METHODS = frozenset(["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"])
_SAYS_SO = frozenset(["openapi", "swagger"])
# Nobody writes so; the parser takes as many steps for each token of YAML as it is deep.
_DEEPEST = 100
_IN_YAML = re.compile(r"^(['\"]?)(?:openapi|swagger)\1[ \t]*:", re.MULTILINE)
_IN_JSON = re.compile(r'"(?:openapi|swagger)"\s*:')


class _Operation(NamedTuple):
    """What is done with a path by a method, and the lines that say how."""

    path: str
    method: str
    first_line: int
    last_line: int


def operation_documents(text: str) -> list[Document] | None:
    """The documents of a description of an interface; None where *text* is none, or is broken.

    Operations have kind `api` and a symbol like `GET /pets`; their text is their lines. One that
    begins on a line of the operation before it is part of that.
    """
    try:
        operations = list(_operations(text))
    except (ValueError, RecursionError, yaml.YAMLError):
        return None
    if not operations:
        return None
    lines = text.split("\n")
    documents: list[Document] = []
    last_line = 0
    for path, method, first, last in operations:
        if first > last_line:
            symbol = f"{method.upper()} {path}"
            documents += document_of("api", symbol, first, lines[first - 1 : last])
            last_line = last
    return document_of("config", None, 1, without_lines(lines, documents)) + documents


def _operations(text: str) -> Iterator[_Operation]:
    if text.lstrip().startswith("{"):
        return _of_json(text) if _IN_JSON.search(text) else iter(())
    return _of_yaml(text) if _IN_YAML.search(text) else iter(())


def _of_json(text: str) -> Iterator[_Operation]:
    parts = {part.key: part for part in placed_values(text)}
    if "paths" not in parts or not _SAYS_SO & parts.keys():
        return
    lines = LineNumbers(text)
    for path in placed_values(text, parts["paths"].start):
        for method in placed_values(text, path.start):
            if method.key in _METHODS:
                first, last = lines.of(method.key_start), lines.of(method.end - 1)
                yield _Operation(path.key, method.key, first, last)


def _of_yaml(text: str) -> Iterator[_Operation]:
    values = _YamlValues(text)
    for part in values.members():
        for path in values.members() if part == "paths" else ():
            for method in values.members():
                first = values.last_line
                values.pass_over()
                if method in _METHODS:
                    yield _Operation(path, method, first, values.last_line)


class _YamlValues:
    """The values of the first document of a YAML text, one after another.

    They are read as events: nodes would be made by recursion, as deep as a file likes. An alias is
    a value like any other, and is not followed. Whatever reads raises yaml.YAMLError.
    """

    def __init__(self, text: str) -> None:
        self.last_line = 0  # where what was read last ends
        self._read = 0
        self._depth = 0
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        while not isinstance(self._next(), yaml.DocumentStartEvent | yaml.StreamEndEvent):
            pass

    def members(self) -> Iterator[str]:
        """The keys of the next value (none unless it is a mapping), each before its own value.

        Whoever takes a key may read that value; it is passed over otherwise.
        """
        event = self._next()
        if not isinstance(event, yaml.MappingStartEvent):
            self._finish(event)
            return
        while not isinstance(key := self._next(), yaml.MappingEndEvent):
            self._finish(key)
            read = self._read
            yield str(key.value) if isinstance(key, yaml.ScalarEvent) else ""
            if self._read == read:
                self.pass_over()

    def pass_over(self) -> None:
        """Read the next value, whatever it holds."""
        self._finish(self._next())

    def _finish(self, event: yaml.Event) -> None:
        """Read what is left of the value that *event* begins."""
        if isinstance(event, yaml.CollectionStartEvent):
            outside = self._depth - 1
            while self._depth > outside:
                self._next()

    def _next(self) -> yaml.Event:
        event = next(self._events, None)
        if event is None:
            raise yaml.YAMLError("the document ends too early")
        self._read += 1
        self._depth += isinstance(event, yaml.CollectionStartEvent)
        self._depth -= isinstance(event, yaml.CollectionEndEvent)
        if self._depth > _DEEPEST:
            raise yaml.YAMLError(f"values are nested more than {_DEEPEST} deep")
        start, end = event.start_mark, event.end_mark
        if start.index < end.index:  # the end of a block is no text, but where the next begins
            # A block of text ends where the line after it begins.
            self.last_line = end.line + (end.column > 0)
        return event
