"""Loads grammars: parser and compiled query of a language, once a process and when first needed.

`languages` says which grammar a language has; the queries beside this module (`queries/*.scm`) say
what its nodes mean. Nothing here knows a language.
"""

import importlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.metadata import version

import tree_sitter

from hyperion_pipelines.code.languages import GRAMMARS

# Raised whenever a metric's definition or a query changes: stored results say what made them.
RULES_VERSION = 5

_QUERIES = resources.files("hyperion_pipelines.code") / "queries"
_EQUALITY = re.compile(r'\(#(?:any-of|eq)\? @\w+((?: "\w+")+)\)')
_COMMENT_CAPTURE = re.compile(rb"@(?:comment|docstring)\b")
_OUTLINE_CAPTURE = re.compile(rb"@(?:function|lambda|class|scope|comment|docstring)\b")


@dataclass(frozen=True)
class LoadedGrammar:
    """What reading a language needs; `receivers` are parameters that do not count (`self`)."""

    language: tree_sitter.Language
    parser: tree_sitter.Parser
    query: tree_sitter.Query
    errors: tree_sitter.Query
    receivers: frozenset[bytes]
    has_overloads: bool


@dataclass(frozen=True)
class DangerQuery:
    """The query that finds dangerous calls, and the words without which it finds none."""

    query: tree_sitter.Query
    words: tuple[bytes, ...]


@cache
def load_grammar(language: str) -> LoadedGrammar:
    """The grammar of *language*, one of `GRAMMARS`."""
    grammar = GRAMMARS[language]
    pointer: object = getattr(importlib.import_module(grammar.module), grammar.function)()
    loaded = tree_sitter.Language(pointer)
    return LoadedGrammar(
        language=loaded,
        parser=tree_sitter.Parser(loaded),
        query=tree_sitter.Query(loaded, _query_text(language)),
        errors=tree_sitter.Query(loaded, "[(ERROR) (MISSING)] @error"),
        receivers=frozenset(word.encode() for word in grammar.receivers),
        has_overloads=grammar.has_overloads,
    )


@cache
def load_detail_query(language: str) -> tree_sitter.Query:
    """The query of *language* together with that of its calls: one pass finds both.

    Their captures have other names, and no limit of open matches drops any: what the first finds is
    the same with and without the second.
    """
    text = f"{_query_text(language)}\n{_query_text(language, '_calls')}"
    return tree_sitter.Query(load_grammar(language).language, text)


@cache
def load_comment_query(language: str) -> tree_sitter.Query:
    """The query of *language* without the patterns that capture no comment and no docstring."""
    return _query_of_patterns(language, _COMMENT_CAPTURE)


@cache
def load_outline_query(language: str) -> tree_sitter.Query:
    """The query of *language* for what is named (functions, classes, scopes), and its comments."""
    return _query_of_patterns(language, _OUTLINE_CAPTURE)


def _query_of_patterns(language: str, wanted: re.Pattern[bytes]) -> tree_sitter.Query:
    text = _query_text(language)
    query = tree_sitter.Query(load_grammar(language).language, text)
    for pattern in range(query.pattern_count):
        start, end = query.start_byte_for_pattern(pattern), query.end_byte_for_pattern(pattern)
        if not wanted.search(text.encode(), start, end):
            query.disable_pattern(pattern)
    return query


@cache
def load_danger_query(language: str) -> DangerQuery | None:
    """The query of *language* that finds dangerous calls; None where nobody wrote one."""
    text = _query_text(language, "_dangers")
    if not text:
        return None
    query = tree_sitter.Query(load_grammar(language).language, text)
    words = (word for place in range(query.pattern_count) for word in _words_of(query, text, place))
    return DangerQuery(query, tuple(sorted({word.encode() for word in words})))


def _words_of(query: tree_sitter.Query, text: str, pattern: int) -> list[str]:
    """The words of which code must have one for a pattern to match it.

    They are those that the pattern sets, or else those of the predicate that asks for the longest.
    """
    if said := query.pattern_settings(pattern).get("words"):
        return said.split()
    start, end = query.start_byte_for_pattern(pattern), query.end_byte_for_pattern(pattern)
    asked = [
        re.findall(r'"(\w+)"', found[1])
        for found in _EQUALITY.finditer(text.encode()[start:end].decode())
    ]
    return max(asked, key=lambda words: min(map(len, words)))


def _query_text(language: str, kind: str = "") -> str:
    """The queries of *language* of one *kind* (`_calls`), of what all files are asked by default.

    A family of languages may have one for a kind, and its members none of their own.
    """
    files = [_QUERIES / f"{name}{kind}.scm" for name in GRAMMARS[language].queries]
    return "\n".join(file.read_text() for file in files if file.is_file())


@cache
def grammar_version(language: str) -> str:
    """What the metrics of *language* are computed with: its grammar's release and our rules'."""
    if language not in GRAMMARS:
        return f"lines {RULES_VERSION}"
    package = GRAMMARS[language].module.replace("_", "-")
    return f"{package} {version(package)} rules {RULES_VERSION}"
