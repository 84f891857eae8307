"""Reads what one file calls, as written: names, receivers, numbers of arguments.

The calls are captured by `queries/*_calls.scm` together with all else of a file whose functions are
wanted one by one; here captures become rows. A member is captured whole, and its receiver and name
read here: a pattern that captured both would stay open from the first link of a chain of calls to
the last, and all found meanwhile would wait with it. Which function a name means is the business of
`calls`. Called by `syntax`.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from tree_sitter import Node

from hyperion_pipelines.code.complexity import Captures, Complexity, FunctionComplexity

NAMELESS = "()"  # the receiver that is a value without a name
LONGEST_RECEIVER = 80  # characters
_LONGEST_TEXT = 400  # bytes read of a name; a longer receiver is no path of names
_CACHED_TEXTS = 1 << 14

_ANGLES = re.compile(r"(?<=[\w:])<[^<>]*>")
_BRACKET = re.compile(r"(?<=\w)[<\[]")
_PART = r"[@$#]*\w[\w$@]*[?!]*"
_SEPARATOR = r"\s*(?:\?->|->|\?\.|::|[.:\\])\s*"
_SEPARATORS = re.compile(_SEPARATOR)
_PATH = re.compile(rf"(?:{_SEPARATOR})?{_PART}(?:{_SEPARATOR}{_PART})*\s*")
_BRACKETS = b"("  # they are in no path of names, and in most other values
_ASSERTIONS = b"?!"  # they may follow a call: Rust's `f()?.g()`, Swift's `f()!.g()`


class CallSite(NamedTuple):
    """The row of calls written alike in `call_sites`, less its keys."""

    function: str | None
    function_line: int | None
    name: str
    receiver: str | None
    arguments: int | None
    line: int
    calls: int


class _Called(NamedTuple):
    """What is called: a name, and what is written before it as part of it (`a::b` in `a::b::c`)."""

    name: str
    receiver: str | None


# Something that is called: where it ends, what it is, its node, and whether that is a path, whose
# last line is that of the name; of any other node it is the first.
_Call = tuple[int, _Called, Node, bool]


def find_call_sites(captures: Captures, content: bytes, complexity: Complexity) -> list[CallSite]:
    """The calls of *content*, those written alike within a function once, in order of first use.

    `function` and `function_line` say in which of the functions of *complexity* a call stands. The
    separators of a receiver become dots (`a->b` is `a.b`); one longer than `LONGEST_RECEIVER` is
    its last part. The value of a call is `name()`, after what is called last; any other value
    without a name is `NAMELESS`; None means that nothing stands there. A call of what has no name
    (`f()()`, `a[0]()`) is left out.
    """
    calls, values = _read_calls(captures, content)
    lists = _own_lists(captures, [end for end, *_ in calls])
    receivers = _read_receivers(content, calls, values, lists)
    counts = _count_arguments(captures, calls, lists)
    places = [_place(function) for function in complexity.functions]
    owner = complexity.ownership.owner
    keys = [
        (places[owner(end - 1)], called.name, receiver, count)
        for (end, called, _, _), receiver, count in zip(calls, receivers, counts, strict=True)
    ]
    first = dict(zip(reversed(keys), reversed(calls), strict=True))
    return [
        CallSite(*key[0], *key[1:], _line(first[key]), often)
        for key, often in Counter(keys).items()
        if key[1]  # a repaired tree may lack the text
    ]


def _line(call: _Call) -> int:
    """The line of the name of *call*, from 1."""
    _, _, node, is_path = call
    return (node.end_point if is_path else node.start_point).row + 1


def _start(node: Node) -> int:
    return node.start_byte


def _place(function: FunctionComplexity) -> tuple[str | None, int | None]:
    """What tells a function in `functions`: its qualified name and its first line."""
    if function.node is None:
        return None, None
    return function.qualified_name, function.node.start_point.row + 1


def _read_calls(captures: Captures, content: bytes) -> tuple[list[_Call], dict[int, Node]]:
    """The calls in the order of the text, and the values that members are called on, by call's end.

    Most members are paths, read by their text; of others the first child is the value, the last the
    name.
    """
    calls: list[_Call] = []
    for node in captures.get("name", ()):
        end = node.end_byte
        calls.append((end, _read_called(content[node.start_byte : end]), node, False))
    values = _read_accesses(captures, {end for end, *_ in calls} if "access" in captures else ())
    for node in captures.get("member", ()):
        start, end = node.start_byte, node.end_byte
        text = content[start:end] if end - start <= _LONGEST_TEXT else _BRACKETS
        if _BRACKETS not in text and (called := _read_member(text)):
            calls.append((end, called, node, True))
        elif (value := node.child(0)) and (name := node.child(node.child_count - 1)):
            values[end] = value
            calls.append((end, _read_called(content[name.start_byte : end]), name, False))
    calls.sort(key=itemgetter(0))
    return calls, values


def _read_accesses(captures: Captures, ends: Collection[int]) -> dict[int, Node]:
    """What names with these *ends* are called on, where they are children of the call."""
    values: dict[int, Node] = {}
    for node in captures.get("access", ()):
        value, *others = node.children
        end = next((child.end_byte for child in others if child.end_byte in ends), None)
        if end is not None:
            values[end] = value
    return values


def _own_lists(captures: Captures, ends: list[int]) -> dict[int, Node]:
    """The arguments of the calls with these *ends*, by their place among them.

    They are the first list that begins after what is called: one more is given to its value.
    """
    lists = captures.get("arguments", []) + captures.get("argument", [])
    lists.sort(key=_start, reverse=True)
    own = {bisect_right(ends, node.start_byte) - 1: node for node in lists}
    own.pop(-1, None)
    for node in captures.get("bare", ()):
        own.pop(bisect_left(ends, node.end_byte), None)
    return own


def _count_arguments(
    captures: Captures, calls: list[_Call], lists: dict[int, Node]
) -> list[int | None]:
    """How many arguments each of *calls* has, in its one of *lists*; None if unknown."""
    uncounted = {node.id for node in captures.get("uncounted", ())}
    counts: list[int | None] = [0] * len(calls)
    if uncounted:
        counts = [None if node.id in uncounted else 0 for _, _, node, _ in calls]
    spread = (node.parent for node in captures.get("spread", ()))
    uncounted.update(node.id for node in spread if node)
    single = {node.id for node in captures.get("argument", ())}
    comments = sorted(node.start_byte for node in captures.get("comment", ()))
    for place, node in lists.items():
        if node.id in uncounted:
            counts[place] = None
        else:
            counts[place] = 1 if node.id in single else _length(node, comments)
    return counts


def _length(arguments: Node, comments: list[int]) -> int:
    """How many arguments a list has; only a list with one of *comments* in it is gone through."""
    count = arguments.named_child_count
    if count and comments:
        comment = bisect_left(comments, arguments.start_byte)
        if comment < len(comments) and comments[comment] < arguments.end_byte:
            return sum(not child.is_extra for child in arguments.named_children)
    return count


def _read_receivers(
    content: bytes, calls: list[_Call], values: dict[int, Node], lists: dict[int, Node]
) -> list[str | None]:
    """What each of *calls* is called on: a part of its path, or one of *values*."""
    receivers = [called.receiver for _, called, _, _ in calls]
    if values:
        results = {node.end_byte: calls[place][1].name for place, node in lists.items()}
        for place, (end, *_) in enumerate(calls):
            if end in values:
                receivers[place] = _read_value(values[end], content, results)
    return receivers


def _read_value(node: Node, content: bytes, results: dict[int, str]) -> str:
    """What is called on the value *node*; *results* names calls by where they end."""
    start, end = node.start_byte, node.end_byte
    while content[end - 1] in _ASSERTIONS:
        end -= 1
    if end in results:
        return f"{results[end]}()"
    path = _read_path(content[start:end]) if end - start <= _LONGEST_TEXT else None
    return path or NAMELESS


@lru_cache(_CACHED_TEXTS)
def _read_called(text: bytes) -> _Called:
    written = _without_angles(text[:_LONGEST_TEXT].decode(errors="replace"))
    *before, name = _SEPARATORS.split(_BRACKET.split(written, maxsplit=1)[0])
    words = name.split()  # C++: `template name`
    receiver = _dotted([part for part in before if part])
    if written.startswith("<"):  # Rust: `<Type as Trait>::name`
        receiver = NAMELESS
    return _Called(words[-1] if words else "", receiver)


@lru_cache(_CACHED_TEXTS)
def _read_member(text: bytes) -> _Called | None:
    """Name and receiver of a member that is a path of names; None if it is anything else."""
    *before, name = _path_parts(text) or [""]
    return _Called(name, _dotted(before)) if before and not text.endswith(b">") else None


@lru_cache(_CACHED_TEXTS)
def _read_path(text: bytes) -> str | None:
    """The names of a receiver, with dots between them; None if it is anything else."""
    parts = _path_parts(text)
    return _dotted(parts) if parts else None


def _path_parts(text: bytes) -> list[str] | None:
    written = _without_angles(text.decode(errors="replace"))
    if not _PATH.fullmatch(written):
        return None
    return [part.strip().rstrip("?!") for part in _SEPARATORS.split(written) if part]


def _without_angles(text: str) -> str:
    """*text* without type arguments, the innermost first."""
    while (shorter := _ANGLES.sub("", text)) != text:
        text = shorter
    return text


def _dotted(parts: list[str]) -> str | None:
    path = ".".join(parts)
    return (path if len(path) <= LONGEST_RECEIVER else parts[-1]) or None
