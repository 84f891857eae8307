"""Imports of Go: their syntax, and the files that they name.

Notation: the import path ("github.com/a/b/pkg"). Go imports packages, which are directories: the
import depends on each file of the package but its tests, since all of them are compiled into it.
"""

import posixpath
import re
from collections.abc import Iterator

from tree_sitter import Node

from hyperion_pipelines.code.imports.source_tree import SourceTree, ancestors, join, nearest
from hyperion_pipelines.code.imports.statement import (
    ImportStatement,
    ImportSyntax,
    line,
    string_literal,
)

_MODULE = re.compile(r'^\s*module\s+"?([^\s"]+)', re.MULTILINE)
_REPLACEMENT = re.compile(
    r'^\s*(?:replace\s+)?"?([^\s"()]+)"?(?:\s+v\S+)?\s*=>\s*"?(\.{1,2}(?:/[^\s"]*)?)', re.MULTILINE
)


def _read(node: Node) -> Iterator[ImportStatement]:
    path = string_literal(node.child_by_field_name("path"))
    if path:
        yield ImportStatement(path, [], line(node))


SYNTAX = ImportSyntax("(import_spec) @statement", _read, is_top_level=True)


class GoResolver:
    """Finds packages by the module lines of every go.mod, local replacements and vendor folders."""

    def __init__(self, tree: SourceTree) -> None:
        """Read every go.mod of *tree*."""
        self._tree = tree
        self._modules: dict[str, list[str]] = {}
        self._replacements: dict[str, dict[str, str]] = {}
        for path in tree.named("go.mod"):
            directory = posixpath.dirname(path)
            content = tree.read_text(path) or ""
            module = _MODULE.search(content)
            if module:
                self._modules.setdefault(module[1], []).append(directory)
            self._replacements[directory] = {
                replaced[1]: place
                for replaced in _REPLACEMENT.finditer(content)
                if (place := join(directory, replaced[2])) is not None
            }

    def targets(self, from_path: str, module: str, _names: list[str]) -> list[str]:
        """Return the files of the package, its tests left out."""
        for directory in self._candidates(posixpath.dirname(from_path), module):
            files = [
                path
                for path in self._tree.files_in(directory)
                if path.endswith(".go") and not path.endswith("_test.go")
            ]
            if files:
                return files
        return []

    def _candidates(self, directory: str, package: str) -> Iterator[str]:
        """Yield the directories that *package* may be, best first."""
        enclosing = ancestors(directory)
        home = next((place for place in enclosing if place in self._replacements), None)
        replacements = {} if home is None else self._replacements[home]
        for prefix in ancestors(package):
            rest = package[len(prefix) :].lstrip("/")
            if prefix in replacements:
                yield f"{replacements[prefix]}/{rest}".strip("/")
            place = nearest(directory, self._modules.get(prefix, []))
            if place is not None:
                yield f"{place}/{rest}".strip("/")
        for place in enclosing:
            yield posixpath.join(place, "vendor", package)
