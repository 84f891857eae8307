"""Loads grammars: parser and compiled query of a language, once a process and when first needed.

`languages` says which grammar a language has; the queries beside this module (`queries/*.scm`) say
what its nodes mean. Nothing here knows a language.
"""

import importlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.metadata import version

import tree_sitter

from hyperion_pipelines.code.languages import GRAMMARS

# Raised whenever a metric's definition or a query changes: stored results say what made them.
RULES_VERSION = 1


@dataclass(frozen=True)
class LoadedGrammar:
    """What reading a language needs; `receivers` are parameters that do not count (`self`)."""

    parser: tree_sitter.Parser
    query: tree_sitter.Query
    errors: tree_sitter.Query
    receivers: frozenset[bytes]
    has_overloads: bool


@cache
def load_grammar(language: str) -> LoadedGrammar:
    """The grammar of *language*, one of `GRAMMARS`."""
    grammar = GRAMMARS[language]
    pointer: object = getattr(importlib.import_module(grammar.module), grammar.function)()
    loaded = tree_sitter.Language(pointer)
    folder = resources.files("hyperion_pipelines.code") / "queries"
    source = "\n".join((folder / f"{name}.scm").read_text() for name in grammar.queries)
    return LoadedGrammar(
        parser=tree_sitter.Parser(loaded),
        query=tree_sitter.Query(loaded, source),
        errors=tree_sitter.Query(loaded, "[(ERROR) (MISSING)] @error"),
        receivers=frozenset(word.encode() for word in grammar.receivers),
        has_overloads=grammar.has_overloads,
    )


@cache
def grammar_version(language: str) -> str:
    """What the metrics of *language* are computed with: its grammar's release and our rules'."""
    if language not in GRAMMARS:
        return f"lines {RULES_VERSION}"
    package = GRAMMARS[language].module.replace("_", "-")
    return f"{package} {version(package)} rules {RULES_VERSION}"
