"""Finds paragraphs of text without markup, and headings where they are certain."""

import re

from hyperion_pipelines.documents.chunking.blocks import BLOCK, INSIDE, LINE, Blocks, Heading
from hyperion_pipelines.documents.chunking.restructuredtext import underlined_headings

_NUMBERED = re.compile(r"(\d+(?:\.\d+)*)\.?\s+([A-Z][^.;:,]{0,60})$")
_ITEM = re.compile(r"\s*([-*+•]|\(?\d+[.)])\s+\S")


def text_blocks(lines: list[str]) -> Blocks:
    """Headings that are underlined to their very end, or numbered like `2.1`, and paragraphs."""
    underlined = [heading for heading in underlined_headings(lines) if _is_exact(lines, heading)]
    ranks = [LINE] * len(lines)
    after_blank = False
    for number, line in enumerate(lines):
        if not line.strip():
            after_blank = True
            continue
        if after_blank:
            ranks[number] = BLOCK
        elif _ITEM.match(line):
            ranks[number] = INSIDE
        after_blank = False
    return Blocks(underlined or _numbered_headings(lines), ranks)


def _is_exact(lines: list[str], heading: Heading) -> bool:
    underline = lines[heading.end - 1].rstrip()
    return len(underline) == len(lines[heading.end - 2].rstrip())


def _numbered_headings(lines: list[str]) -> list[Heading]:
    """Numbered lines that stand alone, if some have numbers of two parts: else they are a list."""
    alone = (
        (number, found)
        for number, line in enumerate(lines)
        if (found := _NUMBERED.match(line.rstrip()))
        and not any(
            other.strip()
            for other in (*lines[max(number - 1, 0) : number], *lines[number + 1 : number + 2])
        )
    )
    headings = [
        Heading(number, number + 1, found[1].count(".") + 1, found[0].strip())
        for number, found in alone
    ]
    return headings if any(heading.level > 1 for heading in headings) else []
