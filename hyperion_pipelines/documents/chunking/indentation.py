"""Cuts code, configuration and documentation by blank lines and indentation, whatever the language.

A cut falls between the outermost statements, else between those inside of them, never before what
closes a statement and seldom after what opens one.
"""

import re

from hyperion_pipelines.documents.chunking.blocks import BLOCK, INSIDE, LINE, Blocks

_DEEPEST = 6
_AFTER_BLANK, _STATEMENT, _OF_BRANCH = 1, 2, 3
_PLACES = 3
_TAB = 4
_WORD = re.compile(r"\w")
_SECTION = re.compile(r"(\[.+\]|---)\s*$")
# What goes on with the statement before it, and what belongs to the statement after it.
_GOES_ON = re.compile(
    r"[\])}{]|</|#\s*(else|elif|endif)\b"
    r"|(else|elif|elsif|except|finally|catch|rescue|ensure|end|then|do|done|fi|esac|in)\b"
)
_BRANCH = re.compile(r"(\}\s*)?(else|elif|elsif|except|finally|catch|rescue|ensure)\b")
_BELONGS_TO_NEXT = re.compile(r"//|/\*|\*|--|@|#(?!include)|\[\w.*\]\s*$|template\s*<")


def indented_blocks(lines: list[str], *, has_sections: bool = False) -> Blocks:
    """The places between lines; *has_sections* says that `[lines in brackets]` begin sections."""
    indents = [_indent(line) for line in lines]
    outermost = min(
        (i for i, line in zip(indents, lines, strict=True) if _WORD.search(line)), default=0
    )
    deeper = sorted({indent for indent in indents if indent > outermost})
    levels = {indent: min(level, _DEEPEST) for level, indent in enumerate(deeper, 1)}
    ranks = [LINE] * len(lines)
    last = None
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if last is not None:
            level = levels.get(indents[number], 0)
            if has_sections and _SECTION.match(line):
                ranks[number] = BLOCK
            elif not _is_attached(lines, indents, last, number):
                ranks[number] = _rank(level, _AFTER_BLANK if number > last + 1 else _STATEMENT)
            elif _BRANCH.match(line.lstrip()):
                ranks[number] = _rank(level, _OF_BRANCH)
        last = number
    return Blocks([], ranks)


def _indent(line: str) -> int:
    blank = line[: len(line) - len(line.lstrip())]
    return len(blank.expandtabs(_TAB))


def _is_attached(lines: list[str], indents: list[int], last: int, number: int) -> bool:
    """Whether a line belongs to *last*, the one with a text before it."""
    if indents[number] > indents[last] or _GOES_ON.match(lines[number].lstrip()):
        return True
    is_next = number == last + 1 and indents[number] == indents[last]
    return is_next and _BELONGS_TO_NEXT.match(lines[last].lstrip()) is not None


def _rank(level: int, place: int) -> int:
    rank = BLOCK + _PLACES * level + place
    return rank if level == 0 and place != _OF_BRANCH else INSIDE + rank
