"""Where the values of a JSON text stand in it, which the standard library's reader does not tell.

It reads the values themselves; only what stands between them is read here.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)


class Placed(NamedTuple):
    """A value of an object or array, and its key (empty in an array).

    The key begins at character `key_start` of the text (in an array, the value), the value at
    `start`; it ends before `end`.
    """

    key: str
    value: object
    key_start: int
    start: int
    end: int


class LineNumbers:
    """The line, from 1, of a character of *text*."""

    def __init__(self, text: str) -> None:
        self._newlines = [found.start() for found in re.finditer("\n", text)]

    def of(self, position: int) -> int:
        """The line of the character at *position*; a newline belongs to the line that it ends."""
        return bisect_right(self._newlines, position - 1) + 1


def placed_values(text: str, start: int = 0) -> Iterator[Placed]:
    """The values of the object or array that begins at *start*, after white space, in order.

    There are none where another value begins. Raises ValueError where the text is no JSON,
    RecursionError where it is nested too deeply.
    """
    opening = _past_space(text, start)
    closing = {"{": "}", "[": "]"}.get(text[opening : opening + 1])
    if closing is None:
        return
    position = _past_space(text, opening + 1)
    while not text.startswith(closing, position):
        placed = _placed(text, position, is_member=closing == "}")
        yield placed
        position = _past_space(text, placed.end)
        if not text.startswith(closing, position):
            position = _past(text, position, ",")


def _placed(text: str, key_start: int, *, is_member: bool) -> Placed:
    key, start = "", key_start
    if is_member:
        name, end = _read(text, key_start)
        key, start = str(name), _past(text, _past_space(text, end), ":")
    value, end = _read(text, start)
    return Placed(key, value, key_start, start, end)


def _read(text: str, position: int) -> tuple[object, int]:
    value: object
    value, end = _DECODER.raw_decode(text, position)
    return value, end


def _past(text: str, position: int, mark: str) -> int:
    if not text.startswith(mark, position):
        raise ValueError(f"no {mark!r} at character {position}")
    return _past_space(text, position + 1)


def _past_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position
