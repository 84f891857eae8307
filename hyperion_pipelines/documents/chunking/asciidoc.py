"""Finds headings and blocks of AsciiDoc."""

import re

from hyperion_pipelines.documents.chunking.blocks import (
    BLOCK,
    GLUED,
    INSIDE,
    LINE,
    Blocks,
    Heading,
)

_HEADING = re.compile(r"(={1,6}|#{1,6})\s+(\S.*?)(?:\s+\1)?\s*$")
_DELIMITER = re.compile(r"(-{4,}|={4,}|\.{4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|[|,:!]={3,}|```\S*)\s*$")
_ITEM = re.compile(r"\s*([*.-]+|\d+\.|<\d+>)\s+\S|\S.*(::|;;)(\s|$)")
_BELONGS_TO_NEXT = re.compile(r"\[.*\]\s*$|\.[^\s.]")


def asciidoc_blocks(lines: list[str]) -> Blocks:
    """Headings outside of delimited blocks; a block stays with its title and attributes."""
    headings: list[Heading] = []
    ranks = [LINE] * len(lines)
    delimiter = None
    after_blank = True
    for number, line in enumerate(lines):
        text = line.rstrip()
        if not text:
            after_blank = True
            continue
        if delimiter is not None:
            is_end = text == delimiter
            ranks[number] = GLUED if is_end else INSIDE if after_blank else LINE
            delimiter = None if is_end else delimiter
        elif found := _HEADING.match(line):
            ranks[number] = BLOCK
            headings.append(Heading(number, number + 1, len(found[1]), found[2]))
        else:
            ranks[number] = _rank(lines, number, after_blank=after_blank)
            if opened := _DELIMITER.match(line):
                delimiter = opened[1][:3] if text.startswith("```") else opened[1]
        after_blank = False
    return Blocks(headings, ranks)


def _rank(lines: list[str], number: int, *, after_blank: bool) -> int:
    before = lines[number - 1] if number else ""
    if _BELONGS_TO_NEXT.match(before):
        return GLUED
    if after_blank or _DELIMITER.match(before) or _BELONGS_TO_NEXT.match(lines[number]):
        return BLOCK
    if _ITEM.match(lines[number]):
        return BLOCK + 1
    return GLUED if _DELIMITER.match(lines[number]) else LINE
