"""Extracts the import statements of a syntax tree, one tree-sitter query a language.

The query finds the statements in C; only they are read in Python, by their language's module. What
the statements lead to is `resolution`'s affair.
"""

import importlib
from functools import cache

import tree_sitter

from hyperion_pipelines.code.imports import (
    c_family,
    go,
    javascript,
    jvm,
    namespaces,
    php,
    python,
    ruby,
    rust,
    scripts,
)
from hyperion_pipelines.code.imports.statement import ImportStatement, ImportSyntax
from hyperion_pipelines.code.languages import GRAMMARS

SYNTAXES: dict[str, ImportSyntax] = {
    "C": c_family.SYNTAX,
    "C#": namespaces.CSHARP,
    "C++": c_family.SYNTAX,
    "Go": go.SYNTAX,
    "Java": jvm.JAVA,
    "JavaScript": javascript.JAVASCRIPT,
    "Kotlin": jvm.KOTLIN,
    "Lua": scripts.LUA,
    "PHP": php.SYNTAX,
    "Python": python.SYNTAX,
    "Ruby": ruby.SYNTAX,
    "Rust": rust.SYNTAX,
    "Scala": jvm.SCALA,
    "Shell": scripts.SHELL,
    "Swift": namespaces.SWIFT,
    "TSX": javascript.TYPESCRIPT,
    "TypeScript": javascript.TYPESCRIPT,
}

# The deepest are Go's: file, declaration, list, specification.
_TOP_LEVEL_DEPTH = 3


def extract_imports(language: str, root: tree_sitter.Node) -> list[ImportStatement]:
    """Return the import statements of the tree under *root*, in the order of the text.

    A statement that imports several modules yields one entry each. What is computed at run time is
    left out; a language without rules here has none.
    """
    nodes = import_nodes(language, root)
    read = (statement for node in nodes for statement in SYNTAXES[language].read(node))
    return [one for one in read if one.module]  # a repaired tree may lack the text


def import_nodes(language: str, root: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The nodes under *root* that may be import statements, in the order of the text."""
    if language not in SYNTAXES:
        return []
    cursor = tree_sitter.QueryCursor(_query(language))
    if SYNTAXES[language].is_top_level:
        cursor.set_max_start_depth(_TOP_LEVEL_DEPTH)
    nodes = cursor.captures(root).get("statement", [])
    return sorted(nodes, key=lambda node: node.start_byte)


@cache
def _query(language: str) -> tree_sitter.Query:
    grammar = GRAMMARS[language]
    pointer: object = getattr(importlib.import_module(grammar.module), grammar.function)()
    return tree_sitter.Query(tree_sitter.Language(pointer), SYNTAXES[language].query)
