"""Lines of a file: code, comment and blank.

A line that holds code and a comment is code; a blank line within a comment is blank. Docstrings are
given as comments by the caller. Called by `syntax`, for every file it reads, and by `comments`,
which wants to know the lines one by one.
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
    comment = sum(
        _lines_with_text(content[start:end]) for start, end in _comment_blocks(content, comments)
    )
    return LineCounts(lines, with_text - comment, comment, lines - with_text)


def comment_line_numbers(content: bytes, comments: Sequence[tuple[int, int]]) -> list[int]:
    """The lines, from 1, that `count_lines` counts as comment, in order."""
    numbers: list[int] = []
    line, place = 1, 0
    for start, end in _comment_blocks(content, comments):
        line += content.count(b"\n", place, start)
        place = start
        texts = content[start:end].split(b"\n")
        numbers += [number for number, text in enumerate(texts, line) if text.strip(_SPACE)]
    return numbers


def _lines_with_text(content: bytes) -> int:
    # Deleting all other space first leaves the counting to C.
    return sum(map(bool, content.translate(None, _SPACE).split(b"\n")))


def _comment_blocks(
    content: bytes, comments: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Where lines hold nothing but comments: *comments* joined, less the lines shared with code."""
    return (_own_lines(content, start, end) for start, end in _joined(content, comments))


def _joined(content: bytes, comments: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Comments with nothing but space between them, joined."""
    block_start, block_end = 0, 0
    for start, end in comments:
        if content[block_end:start].strip():
            yield block_start, block_end
            block_start = start
        block_end = end
    yield block_start, block_end


def _own_lines(content: bytes, start: int, end: int) -> tuple[int, int]:
    """A block of comments less its first and its last line where code stands beside it."""
    # Some grammars end a comment after its newline.
    end = start + len(content[start:end].rstrip())
    line_start, line_end = content.rfind(b"\n", 0, start) + 1, content.find(b"\n", end)
    if content[line_start:start].strip():
        start = content.find(b"\n", start, end) + 1 or end
    if content[end : line_end if line_end >= 0 else None].strip():
        end = max(start, content.rfind(b"\n", start, end))
    return start, end
