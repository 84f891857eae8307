"""Finds the calls of one file that invite an attack, by a query of its language's syntax.

The queries are `queries/*_dangers.scm`; each capture that does not begin with `_` is named after a
rule of `config/dangerous_calls.yaml`, which says what is dangerous. Called by `syntax` for the
files whose functions are wanted one by one. The tree is asked only around the words that a query
needs: most files have none.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from tree_sitter import Node, QueryCursor

from hyperion_pipelines.code.complexity import MODULE, Complexity
from hyperion_pipelines.code.grammar import load_danger_query
from hyperion_pipelines.git.commands import redact

LONGEST_CALL = 120
_SPACE = re.compile(r"\s+")
_WORD_CHARACTER = re.compile(rb"\w")


class DangerousCall(NamedTuple):
    """The row of a call in `dangerous_calls`, less its keys."""

    line: int
    rule: str
    call: str
    function: str | None


def find_dangerous_calls(
    language: str, content: bytes, root: Node, complexity: Complexity
) -> list[DangerousCall]:
    """The dangerous calls of *content*, whose tree is *root*, by line; each rule once a line.

    None are found in a language without such a query. `function` is the innermost around the call.
    """
    dangers = load_danger_query(language)
    if dangers is None:
        return []
    cursor = QueryCursor(dangers.query)
    found: set[DangerousCall] = set()
    for place in _places(content, dangers.words):
        cursor.set_byte_range(place, place + 1)
        for rule, nodes in cursor.captures(root).items():
            if not rule.startswith("_"):
                found.update(_dangerous_call(rule, node, complexity) for node in nodes)
    ordered = sorted(found, key=lambda call: (call.line, call.rule, call.call))
    return [next(calls) for _, calls in groupby(ordered, key=lambda call: (call.line, call.rule))]


def _places(content: bytes, words: Sequence[bytes]) -> Iterator[int]:
    """Where one of *words* stands: to look at nothing else costs a tenth of asking every call."""
    for word in words:
        place = content.find(word)
        while place >= 0:
            end = place + len(word)
            around = content[max(0, place - 1) : place] + content[end : end + 1]
            if not (_WORD_CHARACTER.match(word) and _WORD_CHARACTER.search(around)):
                yield place
            place = content.find(word, end)


def _shown(node: Node) -> str:
    """The call as written on one line, cut where it is long, without the credentials of URLs."""
    text = _SPACE.sub(" ", redact((node.text or b"").decode(errors="replace")))
    return text if len(text) <= LONGEST_CALL else text[: LONGEST_CALL - 1] + "…"


def _dangerous_call(rule: str, node: Node, complexity: Complexity) -> DangerousCall:
    owner = complexity.ownership.owner(node.start_byte)
    function = None if owner == MODULE else complexity.functions[owner].qualified_name
    return DangerousCall(node.start_point.row + 1, rule, _shown(node), function)
