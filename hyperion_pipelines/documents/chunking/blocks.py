"""Where a text may be cut, and under which headings it stands: what the readers of markup find.

There is a reader for each markup, and one that goes by indentation. What is made of their findings
is the business of `packing`.
"""

from typing import NamedTuple

# Ranks of the place before a line: the lowest is cut at first.
BLOCK = 0
"""Between paragraphs, lists, statements; between items of lists, and the like, it is higher."""
ANNOUNCED = 15
"""Between a line that ends with a colon and the unit after it."""
INSIDE = 16
"""From here on a cut goes through a unit, such as a paragraph."""
LINE = 40
"""Anywhere between two lines of a unit."""
GLUED = 41
"""Before a line that says little without the one before it, such as the first row of a table."""
TITLED = 42
"""After a heading."""


class Heading(NamedTuple):
    """A heading in the lines from `line` up to, not including, `end`; the top level is 1."""

    line: int
    end: int
    level: int
    title: str


class Blocks(NamedTuple):
    """The headings of a text, in order, and the rank of the place before each of its lines."""

    headings: list[Heading]
    ranks: list[int]


class Section(NamedTuple):
    """Lines from `start` up to, not including, `end`, and the titles that they stand under."""

    start: int
    end: int
    titles: tuple[str, ...]


def sections(lines: list[str], headings: list[Heading]) -> list[Section]:
    """The text by its headings; a heading without a text stands with the section that follows."""
    found: list[Section] = []
    start = 0
    written = 0
    open_titles: list[tuple[int, str]] = []
    ends = [*(heading.line for heading in headings), len(lines)]
    for heading, end in zip([None, *headings], ends, strict=True):
        if heading is not None:
            open_titles = [title for title in open_titles if title[0] < heading.level]
            open_titles.append((heading.level, heading.title))
            written = heading.end
        has_text = any(line.strip() for line in lines[written:end])
        if has_text or end == len(lines):
            found.append(Section(start, end, tuple(title for _, title in open_titles if title)))
            start = end
    return found


def keep_together(lines: list[str], blocks: Blocks) -> None:
    """Rank the lines of a heading and what follows it, and what a colon announces."""
    for heading in blocks.headings:
        for line in range(heading.line + 1, heading.end):
            blocks.ranks[line] = TITLED
        after = next((i for i in range(heading.end, len(lines)) if lines[i].strip()), None)
        if after is not None:
            blocks.ranks[after] = TITLED
    last = ""
    for number, line in enumerate(lines):
        if text := line.strip():
            if last.endswith(":"):
                blocks.ranks[number] = max(blocks.ranks[number], ANNOUNCED)
            last = text
