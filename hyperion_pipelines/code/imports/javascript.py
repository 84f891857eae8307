"""Imports of JavaScript and TypeScript: their syntax, and the files that they name.

Notation: the specifier as written, without its quotes ("./a.js", "@scope/name/part"). Names are
those exported by the module: "default" for a default import, "*" for a namespace or everything.
"""

import posixpath
import re
from collections.abc import Iterator

from tree_sitter import Node

from hyperion_pipelines.code.imports.javascript_projects import PathAliases, WorkspacePackages
from hyperion_pipelines.code.imports.source_tree import SourceTree, join
from hyperion_pipelines.code.imports.statement import (
    ImportStatement,
    ImportSyntax,
    line,
    string_literal,
    text,
)

# Best first; `.d.ts` only describes a file of the other extensions.
_EXTENSIONS = (
    *(".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"),
    *(".vue", ".svelte", ".json", ".d.ts"),
)
# TypeScript names the file that the compiler will write.
_WRITTEN_AS = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
_BUNDLER_QUERY = re.compile(r"[?].*$")

_QUERY = """
(import_statement source: (string)) @statement
(export_statement source: (string)) @statement
(call_expression function: (import) arguments: (arguments . [(string) (template_string)])
) @statement
((call_expression
  function: (identifier) @_require
  arguments: (arguments . [(string) (template_string)])
) @statement (#eq? @_require "require"))
"""
_REQUIRE_CLAUSE = "(import_require_clause source: (string)) @statement"


def _read(node: Node) -> Iterator[ImportStatement]:
    arguments = node.child_by_field_name("arguments")
    source = arguments.named_child(0) if arguments else node.child_by_field_name("source")
    specifier = string_literal(source)
    if specifier:
        names = [] if arguments else list(_names(node))
        yield ImportStatement(specifier, names, line(node))


def _names(statement: Node) -> Iterator[str]:
    """Yield the names that an import or re-export takes from its module."""
    if statement.type == "export_statement" and any(
        child.type in {"*", "namespace_export"} for child in statement.children
    ):
        yield "*"
    for clause in statement.named_children:
        if clause.type == "export_clause":
            yield from _specifiers(clause)
        elif clause.type == "import_clause":
            for part in clause.named_children:
                if part.type == "named_imports":
                    yield from _specifiers(part)
                elif part.type == "namespace_import":
                    yield "*"
                elif part.type == "identifier":
                    yield "default"


def _specifiers(clause: Node) -> Iterator[str]:
    for specifier in clause.named_children:
        if specifier.type in {"import_specifier", "export_specifier"}:
            name = specifier.child_by_field_name("name")
            # The grammar has no name for the keyword of `default as x`.
            yield text(name).strip("'\"") if name else "default"


JAVASCRIPT = ImportSyntax(_QUERY, _read)
TYPESCRIPT = ImportSyntax(_QUERY + _REQUIRE_CLAUSE, _read)


class JavaScriptResolver:
    """Finds the file a bundler or the TypeScript compiler would take a specifier for.

    Relative specifiers, then the aliases of the nearest tsconfig or jsconfig, then the packages of
    the repository by name. A specifier may lack its extension, name a directory (its package.json
    or index), or name the `.js` that a `.ts` becomes.
    """

    def __init__(self, tree: SourceTree) -> None:
        """Read the package.json files of *tree*; its tsconfig files are read when first needed."""
        self._tree = tree
        self._packages = WorkspacePackages(tree)
        self._aliases = PathAliases(tree, self._packages)

    def targets(self, from_path: str, module: str, _names: list[str]) -> list[str]:
        """Return the file that the specifier names, if it is in the tree."""
        specifier = _BUNDLER_QUERY.sub("", module)
        directory = posixpath.dirname(from_path)
        for candidate in self._candidates(directory, specifier):
            found = self._lookup(candidate)
            if found:
                return [found]
        return []

    def _candidates(self, directory: str, specifier: str) -> Iterator[str]:
        if specifier.split("/", 1)[0] in {".", ".."}:
            relative = join(directory, specifier)
            if relative is not None:
                yield relative
            return
        yield from self._aliases.candidates(directory, specifier)
        yield from self._packages.candidates(directory, specifier)

    def _lookup(self, path: str) -> str | None:
        return self._file(path) or self._directory(path)

    def _file(self, path: str) -> str | None:
        stem, extension = posixpath.splitext(path)
        return self._tree.first(
            [
                path,
                *(stem + written for written in _WRITTEN_AS.get(extension, ())),
                *(path + added for added in _EXTENSIONS),
            ]
        )

    def _directory(self, path: str) -> str | None:
        """Return the entry file of the directory *path*: its package's, else its index."""
        for entry in self._packages.entries(path):
            found = self._file(entry) or self._file(posixpath.join(entry, "index"))
            if found:
                return found
        return self._file(posixpath.join(path, "index"))
