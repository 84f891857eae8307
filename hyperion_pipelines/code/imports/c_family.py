r"""Includes of C and C++: their syntax, and the files that they name.

Notation: as written, with its delimiters, which decide where to look ("<stdio.h>", "\"x.h\"").
"""

import posixpath
from collections.abc import Iterator

from tree_sitter import Node

from hyperion_pipelines.code.imports.source_tree import SourceTree, join, nearest
from hyperion_pipelines.code.imports.statement import ImportStatement, ImportSyntax, line, text


def _read(node: Node) -> Iterator[ImportStatement]:
    path = node.child_by_field_name("path")
    if path is not None and path.type in {"string_literal", "system_lib_string"}:
        yield ImportStatement(text(path), [], line(node))


SYNTAX = ImportSyntax("(preproc_include) @statement", _read)


class CResolver:
    """Finds headers without knowing the compiler's search path.

    Quotes: below the including file's directory, else the nearest file whose path ends with what is
    written. Angle brackets: the nearest such file below a directory named `include`.
    """

    def __init__(self, tree: SourceTree) -> None:
        """Take the files of *tree*; no configuration is read."""
        self._tree = tree

    def targets(self, from_path: str, module: str, _names: list[str]) -> list[str]:
        """Return the file that is included, if it is in the tree."""
        directory = posixpath.dirname(from_path)
        written = module[1:-1].replace("\\", "/")
        beside = join(directory, written) if module.startswith('"') else None
        if beside is not None and beside in self._tree:
            return [beside]
        suffix = posixpath.normpath(written)
        while suffix.startswith("../"):
            suffix = suffix.removeprefix("../")
        candidates = self._tree.ending_with(suffix)
        if module.startswith("<"):
            candidates = [
                path
                for path in candidates
                if posixpath.basename(path.removesuffix(suffix).rstrip("/")) == "include"
            ]
        found = nearest(directory, candidates)
        return [] if found is None else [found]
