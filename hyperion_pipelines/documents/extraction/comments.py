"""Comments as text: which lines they have, and which of them are worth reading.

Licences, separators, directives to tools and code that was commented out are told from prose by
their words alone. Which comment documents what is the business of `source_code`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from tree_sitter import Node

from hyperion_pipelines.code.docstrings import comment_lines, last_row

# Fewer words say little without the code beside them.
MINIMUM_WORDS = 12

# Where no space parts words, each character counts as one.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\d_]{2,}")
_LICENCE = re.compile(
    r"\bcopyright\b|\bcopr\.|\(c\)\s*\d{4}|©|all rights reserved|permission is hereby granted"
    r"|redistribution and use|SPDX-License|@licen[sc]e\b|:license:|\blicensed (?:to|under)\b"
    r"|\b(?:MIT|BSD|Apache|GPL|ISC)(?:[ -][\w.]+)? licen[sc]ed?\b|licen[sc]e (?:information|file)"
    r"|(?:full|complete) licen[sc]e|under the (?:same )?(?:terms|licen[sc]e)",
    re.IGNORECASE,
)
# Said to linters, compilers and editors; or headings that stand in every file of their kind.
_DIRECTIVES = (
    r"(?:es|ts|js|css|style|swift|kt|py)[-_]?(?:lint|hint|format)\b",
    *(r"prettier-", r"biome-", r"noqa\b", r"type:\s*ignore", r"pyright:", r"mypy:", r"flake8"),
    *(r"isort:", r"fmt:", r"ruff:", r"pragma\b", r"rubocop:", r"nolint", r"go:\w", r"\+build\b"),
    *(r"ts-(?:ignore|expect-error|nocheck|check)", r"(?:istanbul|[cv]8) ignore", r"nosonar"),
    *(r"noinspection", r"clang-format", r"shellcheck\b", r"phpcs:", r"phpstan-", r"psalm-"),
    *(r"codingstandards", r"(?-i:globals?|(?:end)?region)\b", r"detekt", r"checkstyle"),
    *(r"scalastyle", r"cspell", r"vim?:", r"-\*-", r"coding[:=]", r"frozen_string_literal"),
    *(r"suppress\w*\(", r"inheritdoc", r"<reference", r"#?__(?:pure|no_side_effects)__"),
    *(r"module (?:dependencies|variables|exports)\W*$", r"public api\W*$", r"private\W*$"),
)
_DIRECTIVE = re.compile(rf"^\s*[@/]?\W{{0,2}}(?:{'|'.join(_DIRECTIVES)})", re.IGNORECASE)
_SEPARATOR = re.compile(r"^[\s=\-*#~_+/|.:]*$")
_CODE = re.compile(
    r"[;{}]\s*$|\)\s*,?$|^\s*[)\]}]+|[\w\])]\s(?:[-+*/|&]?=|==|=>|:=|->)\s[\w\"'(\[{]"
    r"|^\s*(?:import|from|return|def|class|func|fn|fun|var|let|const|public|private|echo|print|end)\b"
    r".*[(:=.]|^\s*#\s*(?:include|define|if|endif)\b|^\s*[\w.]+\([^)]*\);?\s*$"
)


class CommentBlock(NamedTuple):
    """Comments below each other, from row `first` (from 0), without markers, line by line."""

    first: int
    lines: list[str]
    node: Node

    @property
    def last(self) -> int:
        """The last row."""
        return self.first + len(self.lines) - 1


def comment_blocks(
    comments: Iterable[Node], content: bytes, lines: Sequence[str]
) -> Iterator[CommentBlock]:
    """The comments that share no line with code, those without a gap joined; in order.

    `node` of a block is its last comment. *lines* are those of *content*; *comments* are in order.
    """
    block: CommentBlock | None = None
    for comment in comments:
        if not stands_alone(comment, content) or content.startswith(b"#!", comment.start_byte):
            continue
        first, last = comment.start_point.row, last_row(comment)
        texts = comment_lines("\n".join(lines[first : last + 1]))
        if block and first == block.last + 1:
            block = CommentBlock(block.first, block.lines + texts, comment)
            continue
        if block:
            yield block
        block = CommentBlock(first, texts, comment)
    if block:
        yield block


def stands_alone(node: Node, content: bytes) -> bool:
    """Whether nothing but white space is beside *node*, a comment or a string, on its lines."""
    start = node.start_byte
    end = start + len(content[start : node.end_byte].rstrip())
    line_start, line_end = content.rfind(b"\n", 0, start) + 1, content.find(b"\n", end)
    after = content[end : line_end if line_end >= 0 else None]
    return not content[line_start:start].strip() and not after.strip()


def is_read(line: str) -> bool:
    """Whether *line* is neither blank nor a separator nor a directive to a tool."""
    return not _SEPARATOR.match(line) and not _DIRECTIVE.match(line)


def words(lines: Iterable[str]) -> int:
    """The number of words, of those lines that are no directive to a tool."""
    return sum(len(_WORD.findall(line)) for line in lines if not _DIRECTIVE.match(line))


def says_something(lines: Sequence[str]) -> bool:
    """Whether there is a word other than those of directives, and a line that is no code."""
    return words(lines) > 0 and _share_of_code(lines) < 1


def is_worth_reading(lines: Sequence[str]) -> bool:
    """Whether *lines* are prose of some length."""
    return words(lines) >= MINIMUM_WORDS and not is_code(lines)


def is_code(lines: Sequence[str]) -> bool:
    """Whether at least half of the lines that have words look like code."""
    return _share_of_code(_outside_of_fences(lines)) >= 0.5


def _outside_of_fences(lines: Sequence[str]) -> list[str]:
    """The lines that stand in no example of Markdown (```)."""
    fences = accumulate(line.lstrip().startswith("```") for line in lines)
    return [line for line, passed in zip(lines, fences, strict=True) if passed % 2 == 0]


def _share_of_code(lines: Sequence[str]) -> float:
    written = [line for line in lines if _WORD.search(line)]
    return sum(_CODE.search(line) is not None for line in written) / max(1, len(written))


def is_licence(lines: Sequence[str]) -> bool:
    """Whether the lines speak of copyright or of a licence."""
    return bool(_LICENCE.search("\n".join(lines)))


def without_licence(lines: Sequence[str]) -> list[str]:
    """The lines before the paragraph that first speaks of copyright or of a licence."""
    for place, line in enumerate(lines):
        if _LICENCE.search(line):
            blank = (row for row in range(place, -1, -1) if not _WORD.search(lines[row]))
            return list(lines[: next(blank, 0)])
    return list(lines)
