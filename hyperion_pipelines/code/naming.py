"""The names of functions and classes, read from their nodes.

Every language's separators become a dot (`Class.method`, `outer.inner`; Go's receiver and Rust's
`impl` name the class). Called by `complexity` once a function, so nothing here needs to be fast.
"""

import re

from tree_sitter import Node

ANONYMOUS = "(anonymous)"

# Members that a keyword names: Kotlin's constructors and accessors, Swift's initialisers.
_KEYWORD_NAMES = frozenset({"init", "deinit", "constructor", "get", "set", "subscript"})
# Where a function that has no name of its own is given one, and the field that holds it.
_ASSIGNMENTS = {
    "variable_declarator": "name",
    "assignment_expression": "left",
    "field_definition": "property",
    "public_field_definition": "name",
    "pair": "key",
    "field": "name",
    "assignment_statement": "variable_list",
}
_SEPARATOR = re.compile(r"\s*(?:::|->|[.:])\s*")
_TYPE_ARGUMENTS = re.compile(r"<.*>|\[.*\]", re.DOTALL)
_TYPE_NAME = re.compile(r"([A-Za-z_]\w*)(?:\[.*\])?\s*\)?$", re.DOTALL)


def function_name(node: Node, content: bytes) -> str:
    """The dotted name of a function as written (`f`, C++'s `Class.f`), or `ANONYMOUS`."""
    named = node.child_by_field_name("name") or _declared(node) or _assigned(node)
    if named is not None:
        return _dotted(_text(named, content)) or ANONYMOUS  # a parser may suppose an empty name
    keywords = (_text(child, content) for child in node.children if not child.child_count)
    return next((word for word in keywords if word in _KEYWORD_NAMES), ANONYMOUS)


def receiver_name(node: Node, content: bytes) -> str:
    """The type that a Go method belongs to; empty for every other function."""
    receiver = node.child_by_field_name("receiver")
    if receiver is None:
        return ""
    found = _TYPE_NAME.search(_text(receiver, content))
    return found.group(1) if found else ""


def scope_name(node: Node, content: bytes) -> str:
    """The name of a class, module or `impl` block; empty when it has none."""
    named = node.child_by_field_name("name") or node.child_by_field_name("type")
    if named is None:
        kinds = ("type_identifier", "identifier", "simple_identifier")
        named = next((child for child in node.named_children if child.type in kinds), None)
    return "" if named is None else _dotted(_TYPE_ARGUMENTS.sub("", _text(named, content)))


def qualified(prefix: str, name: str) -> str:
    """*name* within *prefix*; either may be empty."""
    return f"{prefix}.{name}" if prefix and name else prefix or name


def _declared(node: Node) -> Node | None:
    """C's declarators nest around the name (`char **f(void)`): the innermost one."""
    declarator = node.child_by_field_name("declarator")
    while declarator is not None and declarator.child_count:
        inner = declarator.child_by_field_name("declarator") or next(
            (child for child in declarator.named_children if child.type.endswith("declarator")),
            None,
        )
        if inner is None:
            return declarator
        declarator = inner
    return declarator


def _assigned(node: Node) -> Node | None:
    parent = node.parent
    if parent is not None and parent.type == "expression_list":  # Lua: `f = function() ... end`
        parent = parent.parent
    if parent is None or parent.type not in _ASSIGNMENTS:
        return None
    named = parent.child_by_field_name(_ASSIGNMENTS[parent.type])
    return named or next(iter(parent.named_children), None)


def _text(node: Node, content: bytes) -> str:
    return content[node.start_byte : node.end_byte].decode(errors="replace")


def _dotted(name: str) -> str:
    if name.isidentifier():
        return name
    return _SEPARATOR.sub(".", name.strip().strip("'\"`"))
