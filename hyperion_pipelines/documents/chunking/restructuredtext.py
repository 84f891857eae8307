"""Finds headings and blocks of reStructuredText, and the headings of underlined text."""

import re
from collections.abc import Iterator

from hyperion_pipelines.documents.chunking.blocks import (
    BLOCK,
    GLUED,
    INSIDE,
    LINE,
    Blocks,
    Heading,
)

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*$")
_ITEM = re.compile(r"([-*+•]|\(?(\d+|[a-zA-Z]|#)[.)])\s+\S|:[^:]+:(\s|$)|\.\.\s")
_LABEL = re.compile(r"\.\. _.+:\s*$")


def restructuredtext_blocks(lines: list[str]) -> Blocks:
    """Headings with their labels; a directive or literal block stays with the line above it."""
    headings = [_with_label(lines, heading) for heading in underlined_headings(lines)]
    ranks = [LINE] * len(lines)
    last = None
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if last is not None:
            ranks[number] = _rank(lines, last, number)
        last = number
    return Blocks(headings, ranks)


def underlined_headings(lines: list[str]) -> Iterator[Heading]:
    """Titles with a line of one punctuation mark below, or above and below, that is no shorter.

    The level is the order in which the ways of underlining first occur (docutils, David Goodger,
    reStructuredText Markup Specification, "Sections").
    """
    levels: dict[tuple[str, bool], int] = {}
    free_from = 0
    for below in range(1, len(lines)):
        start = below - 1
        mark = _mark(lines[below])
        if start < free_from or mark is None or not _is_title(lines, below):
            continue
        has_overline = start > free_from and _mark(lines[start - 1]) == mark
        if has_overline:
            start -= 1
        elif lines[below - 1][:1].isspace():
            continue
        if start > free_from and lines[start - 1].strip():
            continue
        level = levels.setdefault((mark, has_overline), len(levels) + 1)
        yield Heading(start, below + 1, level, " ".join(lines[below - 1].split()))
        free_from = below + 1


def _mark(line: str) -> str | None:
    found = _ADORNMENT.match(line)
    return found[1] if found else None


def _is_title(lines: list[str], below: int) -> bool:
    title = lines[below - 1].strip()
    return bool(title) and _mark(title) is None and len(lines[below].rstrip()) >= len(title)


def _with_label(lines: list[str], heading: Heading) -> Heading:
    """The heading, from the label that links use for it."""
    start = heading.line
    above = start - 1
    while above >= 0 and (not lines[above].strip() or _LABEL.match(lines[above])):
        if lines[above].strip():
            start = above
        above -= 1
    return heading._replace(line=start)


def _rank(lines: list[str], last: int, number: int) -> int:
    """The rank of the place between *number* and *last*, the line with a text before it."""
    line, before = lines[number], lines[last]
    after_blank = number > last + 1
    if line[0].isspace():
        if not before[0].isspace():
            is_literal = before.rstrip().endswith("::") or before.startswith("..")
            return GLUED if is_literal or not after_blank else INSIDE
        return INSIDE if after_blank else LINE
    if after_blank:
        return BLOCK
    return BLOCK + 1 if _ITEM.match(line) and (_ITEM.match(before) or before[0].isspace()) else LINE
