"""The documentation of a function: its docstring, or the comment right above it.

Markers of comments are stripped. Called by `syntax` for the files whose functions are wanted one by
one, which keeps the text up to a length, and by the stage of documents, which wants its place.
"""

import inspect
import re
import textwrap
from collections.abc import Sequence

from tree_sitter import Node

MAXIMUM_LENGTH = 2_000

_STRING_PREFIX = re.compile(r"^\s*[rRuUbBfF]{0,2}(\"\"\"|'''|\"|')")
_OPENING = re.compile(r"^[ \t]*(?:/\*+!?|--\[=*\[|=begin\b)[ \t]?")
_CLOSING = re.compile(r"(?:[ \t]*(?:\*+/|\]=*\])|^=end)\s*\Z", re.MULTILINE)
_LINE_MARKER = re.compile(r"^[ \t]*(?:///?!?|#+|--+)[ \t]?", re.MULTILINE)
_GUTTER = re.compile(r"^[ \t]*(?:\*+(?=\s|\Z)|\*(?![*/]))[ \t]?", re.MULTILINE)
_FORM = re.compile(r"/\*\*(?![*/])|///(?!/)")
# Between a comment and its function stand annotations and attributes.
_ANNOTATION = (b"@", b"#[", b"[", b"template")


class DocumentationIndex:
    """Finds the documentation of the functions and classes of one file."""

    def __init__(
        self, content: bytes, comments: Sequence[Node], docstrings: Sequence[Node]
    ) -> None:
        self._lines = content.split(b"\n")
        self._docstrings = {
            docstring.parent.parent.id: docstring
            for docstring in reversed(docstrings)
            if docstring.parent and docstring.parent.parent
        }
        self._comment_ending = {
            last_row(comment): comment
            for comment in comments
            if not content.startswith(b"#!", comment.start_byte)
            and not self._lines[comment.start_point.row][: comment.start_point.column].strip()
        }

    def of(self, function: Node) -> str | None:
        """The documentation of *function*, without markers and up to MAXIMUM_LENGTH, or None."""
        if docstring := self.docstring(function.child_by_field_name("body")):
            return _capped(docstring_lines(_text(docstring)))
        comments = self.comments_above(function.start_point.row)
        return _capped([line for comment in comments for line in comment_lines(_text(comment))])

    def docstring(self, body: Node | None) -> Node | None:
        """The docstring that opens *body*, of a function, a class or a module."""
        return self._docstrings.get(body.id) if body else None

    def comments_above(self, row: int) -> list[Node]:
        """The comments that document what begins at *row* (from 0), in the order of the text."""
        row = self.annotated_row(row)
        found: list[Node] = []
        if self._is_set_apart(row):
            row -= 1
        while (comment := self._comment_ending.get(row - 1)) is not None:
            found.append(comment)
            row = comment.start_point.row
        return found[::-1]

    def annotated_row(self, row: int) -> int:
        """Where what stands at *row* begins, with the lines of annotations right above it."""
        while row > 0 and self._lines[row - 1].lstrip().startswith(_ANNOTATION):
            row -= 1
        return row

    def _is_set_apart(self, row: int) -> bool:
        """Whether a blank line stands between the code at *row* and a documentation comment.

        Such a comment belongs to what follows it, blank lines or not; other comments do not.
        """
        comment = self._comment_ending.get(row - 2)
        is_blank = row > 1 and not self._lines[row - 1].strip()
        return is_blank and comment is not None and is_documentation(comment)


def is_documentation(comment: Node) -> bool:
    """Whether *comment* has the form of documentation: JSDoc, Javadoc, or three slashes."""
    return _FORM.match(_text(comment)) is not None


def last_row(comment: Node) -> int:
    """The row of the last character: some grammars end a line comment after its newline."""
    end = comment.end_point
    return end.row if end.column or end.row == comment.start_point.row else end.row - 1


def comment_lines(comment: str) -> list[str]:
    """The lines of *comment* without its markers, one for one.

    What follows the opening of a block without a gutter of stars is shifted to the left together.
    """
    if not _OPENING.match(comment):
        return _LINE_MARKER.sub("", comment).split("\n")
    return _shifted(_GUTTER.sub("", _CLOSING.sub("", _OPENING.sub("", comment))))


def docstring_lines(literal: str) -> list[str]:
    """The lines of a string *literal* without its quotes, one for one, shifted to the left."""
    if not (quote := _STRING_PREFIX.match(literal)):
        return literal.split("\n")
    return _shifted(literal[quote.end() :].rstrip(" \t\r").removesuffix(quote.group(1)))


def _shifted(text: str) -> list[str]:
    first, *others = text.split("\n")
    return [first.lstrip(), *textwrap.dedent("\n".join(others)).split("\n")[: len(others)]]


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")


def _capped(lines: Sequence[str]) -> str | None:
    return inspect.cleandoc("\n".join(lines)).strip()[:MAXIMUM_LENGTH] or None
