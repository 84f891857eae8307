"""Imports of the scripting languages that name a file: the shell and Lua.

Notation: for the shell the path that `source` or `.` reads, for Lua the name that `require` takes
("a.b"). What is computed at run time is left out.
"""

import posixpath
from collections.abc import Iterator

from tree_sitter import Node

from hyperion_pipelines.code.imports.source_tree import SourceTree, ancestors, join
from hyperion_pipelines.code.imports.statement import (
    ImportStatement,
    ImportSyntax,
    line,
    string_literal,
    text,
)


def _read_shell(node: Node) -> Iterator[ImportStatement]:
    argument = node.child_by_field_name("argument")
    is_word = argument is not None and argument.type == "word"
    path = text(argument) if argument and is_word else string_literal(argument)
    if path:
        yield ImportStatement(path, [], line(node))


def _read_lua(node: Node) -> Iterator[ImportStatement]:
    arguments = node.child_by_field_name("arguments")
    literal = arguments.named_child(0) if arguments and arguments.named_child_count else None
    module = string_literal(literal)
    if module:
        yield ImportStatement(module, [], line(node))


SHELL = ImportSyntax(
    '((command name: (command_name) @_name) @statement (#any-of? @_name "source" "."))', _read_shell
)
LUA = ImportSyntax(
    '((function_call name: (identifier) @_name) @statement (#eq? @_name "require"))', _read_lua
)


class ShellResolver:
    """Finds sourced files from the script's directory, else from the repository's root."""

    def __init__(self, tree: SourceTree) -> None:
        """Take the files of *tree*; no configuration is read."""
        self._tree = tree

    def targets(self, from_path: str, module: str, _names: list[str]) -> list[str]:
        """Return the file that is sourced, if it is in the tree."""
        directory = posixpath.dirname(from_path)
        found = self._tree.first([join(directory, module), join("", module)])
        return [] if found is None else [found]


class LuaResolver:
    """Finds modules from the file's directory and those above it, and their `lua` and `src`."""

    def __init__(self, tree: SourceTree) -> None:
        """Take the files of *tree*; no configuration is read."""
        self._tree = tree

    def targets(self, from_path: str, module: str, _names: list[str]) -> list[str]:
        """Return the file of the module, if it is in the tree."""
        relative = module.replace(".", "/")
        found = self._tree.first(
            posixpath.join(root, below, relative + ending)
            for root in ancestors(posixpath.dirname(from_path))
            for below in ("", "lua", "src")
            for ending in (".lua", "/init.lua")
        )
        return [] if found is None else [found]
