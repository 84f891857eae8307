"""Imports of Ruby: their syntax, and the files that they name.

Notation: the feature of a `require`, `load` or `autoload` as written ("json", "a/b"); what is
relative to the file says so ("require_relative ../b").
"""

import posixpath
from collections.abc import Iterator

from tree_sitter import Node

from hyperion_pipelines.code.imports.source_tree import SourceTree, join, nearest
from hyperion_pipelines.code.imports.statement import (
    ImportStatement,
    ImportSyntax,
    line,
    string_literal,
    text,
)

_RELATIVE = "require_relative "


def _read(node: Node) -> Iterator[ImportStatement]:
    method, arguments = (node.child_by_field_name(field) for field in ("method", "arguments"))
    literals = (
        [string_literal(argument) for argument in arguments.named_children] if arguments else []
    )
    feature = literals[-1] if literals else None
    if method is not None and feature:
        relative = _RELATIVE if text(method) == _RELATIVE.strip() else ""
        yield ImportStatement(relative + feature, [], line(node))


SYNTAX = ImportSyntax(
    """((call method: (identifier) @_method arguments: (argument_list (string))) @statement
    (#any-of? @_method "require" "require_relative" "load" "autoload"))""",
    _read,
)


class RubyResolver:
    """Finds features relative to the file, or below the directories of a load path.

    These are the root, every `lib`, `spec` and `test`, and every directory of an `app`.
    """

    def __init__(self, tree: SourceTree) -> None:
        """Take the files of *tree*; no configuration is read."""
        self._tree = tree

    def targets(self, from_path: str, module: str, _names: list[str]) -> list[str]:
        """Return the file that is loaded, if it is in the tree."""
        directory = posixpath.dirname(from_path)
        if module.startswith(_RELATIVE):
            place = join(directory, module.removeprefix(_RELATIVE))
            found = None if place is None else self._tree.first([f"{place}.rb", place])
        else:
            found = self._on_load_path(directory, posixpath.normpath(module))
        return [] if found is None else [found]

    def _on_load_path(self, directory: str, feature: str) -> str | None:
        suffixes = [feature] if feature.endswith(".rb") else [f"{feature}.rb"]
        candidates = [
            path
            for suffix in suffixes
            for path in self._tree.ending_with(suffix)
            if _is_on_load_path(path.removesuffix(suffix).rstrip("/"))
        ]
        return nearest(directory, candidates)


def _is_on_load_path(directory: str) -> bool:
    parent, name = posixpath.split(directory)
    return name in {"", "lib", "spec", "test"} or posixpath.basename(parent) == "app"
