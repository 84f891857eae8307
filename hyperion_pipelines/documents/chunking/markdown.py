"""Finds headings and blocks of Markdown, as CommonMark and GitHub's tables define them."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from hyperion_pipelines.documents.chunking.blocks import (
    ANNOUNCED,
    BLOCK,
    GLUED,
    INSIDE,
    LINE,
    Blocks,
    Heading,
)
from hyperion_pipelines.documents.chunking.indentation import indented_blocks

_FRONT_MATTER = ("---", "+++")
_DEEPEST = ANNOUNCED - 1


def markdown_blocks(lines: list[str]) -> Blocks:
    """Headings (not those inside of lists and quotations), and the places between blocks."""
    body = _front_matter(lines)
    ranks = [LINE] * len(lines)
    read = ["" if number < body else line.replace("\r", " ") for number, line in enumerate(lines)]
    tokens = _parser().parse("\n".join(read))
    headings: list[Heading] = []
    covered = body
    for number, token in enumerate(tokens):
        if token.map is None or token.nesting < 0 or token.type == "inline":
            continue
        start, end = token.map
        if token.level == 0:
            _rank_between(lines, ranks, covered, start)
            covered = max(covered, end)
        if not token.type.startswith(("thead", "tbody", "tr", "th", "td")):
            ranks[start] = min(ranks[start], token.level, _DEEPEST)
        _rank_inside(lines, ranks, token)
        if token.type == "heading_open" and token.level == 0:
            headings.append(
                Heading(start, end, int(token.tag[1:]), _plain(tokens[number + 1].content))
            )
    _rank_between(lines, ranks, covered, len(lines))
    return Blocks(headings, ranks)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


@cache
def _inline_parser() -> MarkdownIt:
    return MarkdownIt("commonmark")


def _front_matter(lines: list[str]) -> int:
    """The number of lines of YAML or TOML at the beginning, fences included."""
    fence = lines[0].rstrip()
    if fence not in _FRONT_MATTER:
        return 0
    return next((i + 1 for i in range(1, len(lines)) if lines[i].rstrip() == fence), 0)


def _plain(title: str) -> str:
    """What is read of a title: no emphasis, no addresses of links, no `{#anchor}`."""
    tokens = _inline_parser().parseInline(title)
    children = [child for token in tokens for child in token.children or []]
    words = "".join(
        child.content
        if child.type in {"text", "code_inline", "image"}
        else " " * (child.type == "softbreak")
        for child in children
    )
    return " ".join(words.split("{#")[0].split())


def _rank_between(lines: list[str], ranks: list[int], start: int, end: int) -> None:
    """Rank what no block covers: blank lines, and where links are defined."""
    for number in range(start, end):
        if lines[number].strip():
            ranks[number] = BLOCK if number == start or not lines[number - 1].strip() else BLOCK + 1


def _rank_inside(lines: list[str], ranks: list[int], token: Token) -> None:
    if token.map is None:
        return
    start, end = token.map
    if token.type in {"fence", "code_block", "html_block"}:
        inner = indented_blocks(lines[start:end]).ranks
        for number, rank in enumerate(inner[1:], start + 1):
            ranks[number] = min(LINE, rank if rank >= INSIDE else INSIDE + rank)
    if token.type == "fence":
        ranks[start + 1 : start + 2] = [GLUED] * (end > start + 1)
        ranks[end - 1] = GLUED if end > start + 1 else ranks[end - 1]
    if token.type == "table_open":
        first_rows = range(start + 1, min(start + 3, end))
        for number in first_rows:
            ranks[number] = GLUED
