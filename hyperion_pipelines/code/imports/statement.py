"""What an import statement is, and how a language module says where its syntax keeps them.

Every language module builds on it; nothing here knows a language.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class ImportStatement:
    """One module named by an import statement of a file.

    *module* is in the language's own notation (see the language's module), *names* are those taken
    from it ("*" for all of them; empty where the language or the statement names none), *line*
    counts from 1.
    """

    module: str
    names: list[str]
    line: int


@dataclass(frozen=True, slots=True)
class ImportSyntax:
    """A tree-sitter *query* that captures import statements as `@statement`, and their reader.

    Where *is_top_level* says that statements stand outside all blocks, only the uppermost nodes are
    searched, which is a tenth of the work.
    """

    query: str
    read: Callable[[Node], Iterable[ImportStatement]]
    is_top_level: bool = False


def text(node: Node) -> str:
    """Return the source text of *node*; undecodable bytes are replaced."""
    return (node.text or b"").decode(errors="replace")


def line(node: Node) -> int:
    """Return the line *node* starts on, from 1."""
    return node.start_point.row + 1


def string_literal(node: Node | None) -> str | None:
    """Return the content of a string literal, or None where it is computed (or not a string)."""
    if node is None:
        return None
    literal = text(node)
    is_quoted = len(literal) > 1 and literal[0] in "'\"`" and literal[-1] == literal[0]
    is_computed = any(
        "interpolation" in child.type or "expansion" in child.type or "substitution" in child.type
        for child in node.named_children
    )
    return literal[1:-1] if is_quoted and not is_computed else None
