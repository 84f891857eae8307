"""Lines of a file: code, comment and blank.

A line that holds code and a comment is code; a blank line within a comment is blank. Docstrings are
given as comments by the caller. Called by `syntax`, for every file it reads.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SPACE = b" \t\r\f\v"


@dataclass(frozen=True, slots=True)
class LineCounts:
    """Lines of a file; the three kinds add up to `lines`."""

    lines: int
    code: int
    comment: int
    blank: int


def count_all_lines(content: bytes) -> int:
    """Lines of *content*; the last need not end in a newline."""
    return content.count(b"\n") + (not content.endswith(b"\n") and bool(content))


def count_lines(content: bytes, comments: Sequence[tuple[int, int]]) -> LineCounts:
    """Count the lines of *content* whose *comments* are (start, end) in bytes, in order."""
    lines = count_all_lines(content)
    with_text = _lines_with_text(content)
    comment = sum(_own_lines(content, *block) for block in _blocks(content, comments))
    return LineCounts(lines, with_text - comment, comment, lines - with_text)


def _lines_with_text(content: bytes) -> int:
    # Deleting all other space first leaves the counting to C.
    return sum(map(bool, content.translate(None, _SPACE).split(b"\n")))


def _blocks(content: bytes, comments: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Comments with nothing but space between them, joined."""
    block_start, block_end = 0, 0
    for start, end in comments:
        if content[block_end:start].strip():
            yield block_start, block_end
            block_start = start
        block_end = end
    yield block_start, block_end


def _own_lines(content: bytes, start: int, end: int) -> int:
    """Lines of a block of comments that hold no code beside it."""
    line_end = content.find(b"\n", end)
    shared_before = bool(content[content.rfind(b"\n", 0, start) + 1 : start].strip())
    shared_after = bool(content[end : line_end if line_end >= 0 else None].strip())
    return max(0, _lines_with_text(content[start:end]) - shared_before - shared_after)
