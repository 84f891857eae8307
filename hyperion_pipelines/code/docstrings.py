"""The documentation of a function: its docstring, or the comment right above it.

Markers of comments are stripped and the text is capped. Called by `syntax` for the files whose
functions are wanted one by one.
"""

import inspect
import re
from collections.abc import Sequence

from tree_sitter import Node

MAXIMUM_LENGTH = 2_000

_STRING_PREFIX = re.compile(r"^[rRuUbBfF]{0,2}(\"\"\"|'''|\"|')")
_OPENING = re.compile(r"^\s*(?:/\*+!?|--\[=*\[)[ \t]?")
_CLOSING = re.compile(r"\s*(?:\*+/|\]=*\])\s*$")
_LINE_MARKER = re.compile(r"^[ \t]*(?:///?!?|//|#+|--+|\*(?!/))[ \t]?", re.MULTILINE)
# Between a comment and its function stand annotations and attributes.
_ANNOTATION = (b"@", b"#[", b"[", b"template")


class DocumentationIndex:
    """Finds the documentation of the functions of one file."""

    def __init__(
        self, content: bytes, comments: Sequence[Node], docstrings: Sequence[Node]
    ) -> None:
        self._lines = content.split(b"\n")
        self._docstrings = docstrings
        self._comment_ending = {
            _last_row(comment): comment
            for comment in comments
            if not content.startswith(b"#!", comment.start_byte)
            and not self._lines[comment.start_point.row][: comment.start_point.column].strip()
        }

    def of(self, function: Node) -> str | None:
        """The documentation of *function*, without markers, or None."""
        body = function.child_by_field_name("body")
        for docstring in self._docstrings:
            if body and docstring.parent and docstring.parent.parent == body:
                return _capped(_docstring_text(_text(docstring)))
        return self._above(function.start_point.row)

    def _above(self, row: int) -> str | None:
        while row > 0 and self._lines[row - 1].lstrip().startswith(_ANNOTATION):
            row -= 1
        found: list[str] = []
        if self._is_set_apart(row):
            row -= 1
        while (comment := self._comment_ending.get(row - 1)) is not None:
            found.append(_comment_text(_text(comment)))
            row = comment.start_point.row
        return _capped("\n".join(reversed(found)))

    def _is_set_apart(self, row: int) -> bool:
        """Whether a blank line stands between the code at *row* and a documentation comment.

        JSDoc and Javadoc belong to what follows them, blank lines or not; other comments do not.
        """
        comment = self._comment_ending.get(row - 2)
        is_blank = row > 1 and not self._lines[row - 1].strip()
        return is_blank and comment is not None and _text(comment).startswith("/**")


def _last_row(comment: Node) -> int:
    """The row of the last character: some grammars end a line comment after its newline."""
    end = comment.end_point
    return end.row if end.column or end.row == comment.start_point.row else end.row - 1


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")


def _docstring_text(literal: str) -> str:
    quote = _STRING_PREFIX.match(literal)
    if not quote:
        return literal
    return literal[quote.end() :].removesuffix(quote.group(1))


def _comment_text(comment: str) -> str:
    inner = _CLOSING.sub("", _OPENING.sub("", comment)) if _OPENING.match(comment) else comment
    return _LINE_MARKER.sub("", inner)


def _capped(text: str) -> str | None:
    return inspect.cleandoc(text).strip()[:MAXIMUM_LENGTH] or None
