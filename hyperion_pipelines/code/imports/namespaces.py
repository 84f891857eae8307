"""Imports of C# and Swift, which name namespaces and modules rather than files.

Notation: the name as written ("System.IO", "Foundation"). No file of the tree follows from them,
so there is nothing to resolve.
"""

from collections.abc import Iterator

from tree_sitter import Node

from hyperion_pipelines.code.imports.statement import ImportStatement, ImportSyntax, line, text


def _read_csharp(node: Node) -> Iterator[ImportStatement]:
    # `using X = A.B` names X first: what it stands for comes last.
    if node.named_child_count:
        yield ImportStatement(text(node.named_children[-1]), [], line(node))


def _read_swift(node: Node) -> Iterator[ImportStatement]:
    for child in node.named_children:
        if child.type == "identifier":
            yield ImportStatement(text(child), [], line(node))


CSHARP = ImportSyntax("(using_directive) @statement", _read_csharp, is_top_level=True)
SWIFT = ImportSyntax("(import_declaration) @statement", _read_swift, is_top_level=True)
