"""The symbols of a file: its outermost functions, and the classes and scopes around them.

Names and visibility are those of the code stage. Rows count from 0. Documentation is found
elsewhere (`code.docstrings`), and made into documents by `source_code`.
"""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tree_sitter import Node

from hyperion_pipelines.code.complexity import Captures, FunctionComplexity, find_functions
from hyperion_pipelines.code.naming import function_name, qualified, scope_name
from hyperion_pipelines.code.visibility import VisibilityIndex

# What a declaration stands in, and begins with: decorators, exports, assignments.
_WRAPPERS = frozenset(
    {
        *("decorated_definition", "export_statement", "ambient_declaration"),
        *("lexical_declaration", "variable_declaration", "variable_declarator"),
        *("assignment_expression", "assignment_statement", "assignment", "expression_list"),
        *("expression_statement", "field_definition", "public_field_definition", "pair"),
        *("template_declaration", "type_declaration", "type_definition"),
    }
)
DECORATORS = frozenset({"attribute_item", "decorator", "annotation", "attribute_list"})
_PROTOTYPES = frozenset(
    {
        *("function_signature", "method_signature", "abstract_method_signature"),
        *("function_signature_item", "method_elem", "method_declaration"),
        *("annotation_type_element_declaration", "function_declaration"),
        *("protocol_function_declaration", "preproc_function_def"),
    }
)
_DECLARATORS = ("pointer_declarator", "reference_declarator", "function_declarator")
_TYPES = frozenset(
    {
        *("type_spec", "type_alias", "type_alias_declaration", "alias_declaration", "type_item"),
        *("type_definition", "typealias_declaration", "delegate_declaration", "macro_definition"),
        *("type_declaration", "associated_type"),
    }
)
# An inline function of a screen is read whole, with what is declared in it: a handler, a test.
_INLINE = frozenset(
    {
        *("arrow_function", "function_expression", "generator_function", "func_literal"),
        *("lambda_literal", "lambda_expression", "closure_expression", "anonymous_function"),
    }
)
_INLINE_MAXIMUM = 60  # rows
_NO_NAME = re.compile(
    r"call|invocation|command|member|subscript"
    r"|^(?!expression_|assignment_|export_)\w+_statement$|^preproc_if"
)
_BEFORE_NAMES = re.compile(r"modifier|annotation|attribute|specifier|^decorator|binding_pattern")
_NAME_FIELDS = ("name", "declarator", "left", "pattern", "declaration")
_DEEPEST_NAME = 6


@dataclass(frozen=True)
class Scope:
    """A class or what else qualifies names, with its dotted name."""

    name: str
    node: Node
    first: int
    last: int


@dataclass(frozen=True)
class Function:
    """A function that is in no other: `name` is dotted, `signature` the last row of its head."""

    name: str
    node: Node
    first: int
    signature: int
    last: int
    is_public: bool | None


class Symbols:
    """The functions and scopes of one file, in source order.

    What is declared in `inline_rows`, those of inline functions of up to a screen, is none of them.
    """

    def __init__(self, language: str, content: bytes, captures: Captures) -> None:
        self._content = content
        found = find_functions(captures, content)
        self._visibility = VisibilityIndex(language, content, found)
        self.inline_rows = _inline_rows(captures, {function.start for function in found})
        outside = (one for one in found if one.node and not self._is_inline(one.node))
        self.functions = [
            self._function(function, node)
            for function in _outermost(outside)
            if (node := function.node)
        ]
        nodes = [*captures.get("class", ()), *captures.get("scope", ())]
        nodes = [node for node in nodes if not self._is_inline(node)]
        self.scopes = list(_scopes(nodes, content))
        self._scope_at = _innermost(self.scopes, content.count(b"\n") + 1)

    def scope_at(self, row: int) -> str:
        """The dotted name of the innermost class or scope at *row*; empty outside of all."""
        return self._scope_at[row]

    def prototype(self, node: Node) -> tuple[str, bool | None] | None:
        """Name and visibility of the function that *node* declares without a body, if it does."""
        inner = _unwrapped(node)
        if inner.type not in _PROTOTYPES and not _declares_function(inner):
            return None
        name = qualified(self.scope_at(node.start_point.row), function_name(inner, self._content))
        start, end = inner.start_byte, inner.end_byte
        place = FunctionComplexity(inner, start, end, end, qualified_name=name)
        return name, self._visibility.of(place)

    def declared(self, node: Node) -> str | None:
        """The dotted name of the type, variable or field that *node* declares, or None."""
        name = _declared_name(node)
        return qualified(self.scope_at(node.start_point.row), name) if name else None

    def _is_inline(self, node: Node) -> bool:
        return node.start_point.row in self.inline_rows

    def _function(self, function: FunctionComplexity, node: Node) -> Function:
        outer = outermost_wrapper(node)
        head = self._content[node.start_byte : max(node.start_byte, function.body)]
        return Function(
            name=function.qualified_name,
            node=node,
            first=first_row(outer),
            signature=node.start_point.row + _rows_of_head(head) - 1,
            last=text_end(outer, self._content),
            is_public=self._visibility.of(function),
        )


def is_type(node: Node) -> bool:
    """Whether *node* declares a type (or a macro): what documents it is read however short."""
    return _unwrapped(node).type in _TYPES or node.type in _TYPES


def outermost_wrapper(node: Node) -> Node:
    """The statement that does nothing but declare *node*: with its decorators, or its name."""
    while (parent := node.parent) is not None and parent.type in _WRAPPERS:
        if sum(child.type == node.type for child in parent.named_children) > 1:
            break
        node = parent
    return node


def first_row(outer: Node) -> int:
    """Where *outer* begins, with the attributes that stand before it as nodes of their own."""
    while (before := outer.prev_named_sibling) is not None and before.type in DECORATORS:
        outer = before
    return outer.start_point.row


def text_end(node: Node, content: bytes) -> int:
    """The row of the last character of *node*: some grammars take in the newline."""
    text = content[node.start_byte : node.end_byte].rstrip()
    return node.start_point.row + text.count(b"\n")


def _rows_of_head(head: bytes) -> int:
    """The number of rows of a signature, less the comments between it and the body."""
    rows = head.rstrip().split(b"\n")
    while len(rows) > 1 and rows[-1].lstrip().startswith((b"#", b"//", b"/*", b"--")):
        rows.pop()
    return len(rows)


def _outermost(functions: Iterable[FunctionComplexity]) -> list[FunctionComplexity]:
    found: list[FunctionComplexity] = []
    for function in functions:
        if not found or function.start >= found[-1].end:
            found.append(function)
    return found


def _inline_rows(captures: Captures, functions: AbstractSet[int]) -> set[int]:
    """The rows of short inline functions, less the first; *functions* begin at these bytes."""
    rows: set[int] = set()
    for node in captures.get("lambda", ()):
        first, last = node.start_point.row, node.end_point.row
        if first < last < first + _INLINE_MAXIMUM and node.start_byte not in functions:
            is_called = node.parent is not None and node.parent.type == "parenthesized_expression"
            if node.type in _INLINE and not is_called:
                rows.update(range(first + 1, last + 1))
    return rows


def _scopes(nodes: list[Node], content: bytes) -> Iterable[Scope]:
    around: list[tuple[int, str]] = []
    for node in sorted(nodes, key=lambda node: (node.start_byte, -node.end_byte)):
        while around and around[-1][0] <= node.start_byte:
            around.pop()
        outer = outermost_wrapper(node)
        own = scope_name(node, content) or (outer != node and _declared_name(outer)) or ""
        name = qualified(around[-1][1] if around else "", own)
        around.append((node.end_byte, name))
        yield Scope(name, node, first_row(outer), text_end(outer, content))


def _innermost(scopes: Sequence[Scope], rows: int) -> list[str]:
    names = [""] * rows
    for scope in scopes:
        names[scope.first : scope.last + 1] = [scope.name] * (scope.last + 1 - scope.first)
    return names


def _unwrapped(node: Node) -> Node:
    while node.type in _WRAPPERS and node.type not in _TYPES:
        inner = node.child_by_field_name("declaration") or next(
            (child for child in reversed(node.named_children) if child.type != "comment"), None
        )
        if inner is None:
            break
        node = inner
    return node


def _declares_function(node: Node) -> bool:
    """C: whether the declarator, behind its pointers, is a function's."""
    if node.type not in {"declaration", "field_declaration"}:
        return False
    declarator = node.child_by_field_name("declarator")
    while declarator is not None and declarator.type in _DECLARATORS:
        if declarator.type == "function_declarator":
            named = declarator.child_by_field_name("declarator")
            return named is not None and named.type != "parenthesized_declarator"
        declarator = declarator.child_by_field_name("declarator")
    return False


def _declared_name(node: Node) -> str | None:
    for _ in range(_DEEPEST_NAME):
        if _NO_NAME.search(node.type):
            return None
        fields = (node.child_by_field_name(field) for field in _NAME_FIELDS)
        children = (one for one in node.named_children if not _BEFORE_NAMES.search(one.type))
        inner = next(filter(None, fields), None) or next(children, None)
        if inner is None:
            break
        node = inner
    name = (node.text or b"").decode(errors="replace").lstrip("$")
    return name if name.isidentifier() else None
