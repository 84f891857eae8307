"""Which of the removed lines of Python are comments or docstrings, by their text alone.

The quotes of a docstring open and close alike, and the same quotes make strings that are none. What
tells them apart is what stands beside them, whether lines read like prose or like code, and what
git shows of the text above (`RemovedText.section`). Called by `removed_comments`.
"""

import re
from enum import Enum, auto
from keyword import kwlist

from hyperion_pipelines.code.lines import comment_line_numbers
from hyperion_pipelines.lines.prose import words_side_by_side
from hyperion_pipelines.lines.removed_text import RemovedText

_CODE = (
    r"""(?:\#|@\w|["'](?!["'])|[)\]}]"""
    r"|(?:def|class)\b.*[(:]|(?:import|from) [\w.]+(?: import\b|$)"
    r"|(?:return|raise|yield|assert|del|global|print|pass|break|continue)\b(?! the| a )"
    r"|(?:if|elif|while|for|with|except|else|try|finally|match|case)\b.*:\s*$"
    r"""|[\w.\[\]'", ]+ [-+*/|&]?= |[\w.]+\(.*[(,)]$)"""
)
_PROSE = (
    rf"(?!{_CODE})(?:{words_side_by_side(2, (*kwlist, 'print', 'exec'))}|[\x80-\xff]"
    r"|:\w|[\w, ]+ : |[*\w, ]+ ?:$|>>> |\.\.\.? "  # fields, their titles, examples
    r"|\* |~~~|===|---|https?://"  # lists, underlines, links
    r"|.*`|(?![-'\"]).*+(?:(?<=[\w>]\.)|(?<=::)))"  # ends a sentence, or announces an example
)
# Of sections: definitions may have a docstring below, these have none.
_STATEMENT = r"(?:(?!else|try|finally)\w+:|\w+ *=|\w[\w.]*\(|(?:import|from)\b)"
_PROSE_SECTION = rf"(?!{_STATEMENT}){_PROSE}"
HINT = re.compile(
    (
        rf"""\n(?:-(?:[ \t]*+(?:\#|["']|{_PROSE})|.*(?:\"\"\"|'''))"""
        rf"|@@ [^@\n]+@@ {_PROSE_SECTION})"
    ).encode("latin-1"),
    re.MULTILINE,
)
_CODE_LINE = re.compile(rf"^[ \t]*+{_CODE}".encode(), re.MULTILINE)
_PROSE_LINE = re.compile(rf"^[ \t]*+{_PROSE}".encode("latin-1"), re.MULTILINE)
_COMMENT_LINE = re.compile(rb"^[ \t]*+#", re.MULTILINE)
# Some lines of code read like prose: one in so many gives no reason for doubt.
_LINES_OF_CODE = 3

_QUOTES = re.compile(rb"\"\"\"|'''")
# Passes over code and over strings that do not end their line, in one go.
_LEXER = re.compile(
    rb"""(?:[^\#"']++|"(?!"")(?:\\.|[^"\\\n])*+"?+(?!\s*$)|'(?!'')(?:\\.|[^'\\\n])*+'?+(?!\s*$))*+
    (?:(?P<comment>\#[^\n]*+)|(?P<long>(?P<quotes>\"\"\"|''').*?(?:(?P=quotes)|\Z))
    |(?P<short>"(?:\\.|[^"\\\n])*+"?|'(?:\\.|[^'\\\n])*+'?)|\Z)""",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
_COMMENTS_ONLY = re.compile(rb"(?:\s|#[^\n]*+)*+")
# The last line above a docstring: that of a definition, or the end of one.
_OWNER = re.compile(rb"[ \t]*(?:(?:async )?def|class)\b|[^\n]*\)[ \t]*(?:->[^\n]*)?:\s*\Z")
# What opens a string that is no docstring, and what stands around the argument of a call.
_TAKES_STRING = re.compile(rb"#|^[\"']|[=(,\[{+%:]\s*[rRbBuUfF]{0,2}$|\breturn$|^[rRbBuUfF]{1,2}$")
_ARGUMENT_FOLLOWS = (b"(", b"[", b",", b"=")
_CALL_GOES_ON = (b")", b",", b".", b"%", b"]")

# Sections of other kinds; an open string is no docstring, and words with a colon, or lines of C,
# stand in some string or docstring.
_DEFINITION = re.compile(rb"(?:async +)?def\b|class\b")
_NO_DEFINITION = re.compile(_STATEMENT.encode())
_IN_PROSE = re.compile(_PROSE_SECTION.encode("latin-1"), re.MULTILINE)
_OPEN_STRING = re.compile(rb"\w+ *\+?= *[rRbBuUfF]{0,2}(\"\"\"|''')(?!.*\1)")
_WITHIN_TEXT = re.compile(rb"(?!else|try|finally)\w+:(?:\s|$)|.*(?:;|\)\s*\{)$")


class _Place(Enum):
    """What a text begins in."""

    CODE = auto()
    DOCSTRING = auto()
    STRING = auto()
    UNKNOWN = auto()


def find_comments(removed: RemovedText) -> list[int] | None:
    """The lines of *removed*, from 1, that are comments; None where only the tree can say."""
    text, quotes = removed.text, _QUOTES.search(removed.text)
    begins_in = _begins_in(removed, quotes)
    if begins_in is _Place.UNKNOWN:
        return None
    comments: list[tuple[int, int]] = []
    place = 0
    if begins_in is not _Place.CODE:
        place = quotes.end() if quotes else len(text)
    if begins_in is _Place.DOCSTRING:
        comments.append((0, place))
    for token in _LEXER.finditer(text, place):
        kind = "long" if token.lastgroup == "quotes" else token.lastgroup
        if kind is None:
            continue
        start, end = token.span(kind)
        line_start = text.rfind(b"\n", 0, start) + 1
        if kind == "comment":
            comments.append((start, end))
        elif not text[line_start:start].strip(b" \trRuU") and _may_document(
            removed, line_start, is_long=kind == "long"
        ):
            comments.append((line_start, end))
    return comment_line_numbers(text, comments)


def _may_document(removed: RemovedText, line_start: int, *, is_long: bool) -> bool:
    """Whether what stands above a line allows that a string in it is a docstring."""
    if _OWNER.match(_line_above(removed.text, line_start)):
        return True
    is_first = is_long and _may_hold_docstring(removed)
    return is_first and bool(_COMMENTS_ONLY.fullmatch(removed.text, 0, line_start))


def _line_above(text: bytes, line_start: int) -> bytes:
    """The last line before *line_start* that is not blank, or nothing."""
    while line_start:
        above = text.rfind(b"\n", 0, line_start - 1) + 1
        if line := text[above:line_start].rstrip():
            return line
        line_start = above
    return b""


def _may_hold_docstring(removed: RemovedText) -> bool:
    return removed.begins_file or not _NO_DEFINITION.match(removed.section)


def _begins_in(removed: RemovedText, quotes: re.Match[bytes] | None) -> _Place:
    if removed.begins_file:
        return _Place.CODE
    if _WITHIN_TEXT.match(removed.section) and _COMMENT_LINE.search(removed.text):
        return _Place.UNKNOWN
    return _closed_by(quotes, removed) if quotes else _stands_in(removed)


def _stands_in(removed: RemovedText) -> _Place:
    """What a text without quotes is part of, by what its lines look like."""
    text, section = removed.text, removed.section
    if _OPEN_STRING.match(section):
        has_code = any(not line[0].lstrip().startswith(b"#") for line in _CODE_LINE.finditer(text))
        return _Place.UNKNOWN if has_code else _Place.STRING
    prose = sum(1 for _ in _PROSE_LINE.finditer(text))
    code = sum(1 for _ in _CODE_LINE.finditer(text))
    if not code and _IN_PROSE.match(section):
        return _Place.UNKNOWN
    if prose * _LINES_OF_CODE <= code or not _may_hold_docstring(removed):
        return _Place.CODE
    is_certain = not code and (not section or _DEFINITION.match(section))
    return _Place.DOCSTRING if is_certain else _Place.UNKNOWN


def _closed_by(quotes: re.Match[bytes], removed: RemovedText) -> _Place:
    """What the first *quotes* of a text close; code if they open a string."""
    text = removed.text
    line_start, line_end = text.rfind(b"\n", 0, quotes.start()) + 1, text.find(b"\n", quotes.end())
    line_end = line_end if line_end >= 0 else len(text)
    left, right = text[line_start : quotes.start()].strip(), text[quotes.end() : line_end].strip()
    if left:
        closes = not _TAKES_STRING.search(left)
    elif right:
        closes = right.startswith(_CALL_GOES_ON)
    elif above := _line_above(text, line_start):
        opens = _OWNER.match(above) or _COMMENT_LINE.match(above)
        closes = not opens and not above.endswith(_ARGUMENT_FOLLOWS)
    else:
        closes = not _PROSE_LINE.match(text[line_end:].lstrip(b"\n"))
    if not closes:
        return _Place.CODE
    is_string = right or _OPEN_STRING.match(removed.section) or not _may_hold_docstring(removed)
    return _Place.STRING if is_string else _Place.DOCSTRING
