"""Whether code elsewhere may call a function: by modifiers, by exports, or by how it is named.

Each language has its own rule, a row of `_RULES`. Called by `syntax` for the files whose functions
are wanted one by one; what a function does is not looked at.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from hyperion_pipelines.code.complexity import FunctionComplexity

_MODIFIERS = frozenset(
    {"modifiers", "modifier", "visibility_modifier", "access_modifier", "accessibility_modifier"}
)
_TYPES = re.compile(
    r"^(class|interface|enum|record|struct|object|trait|protocol|annotation_type|singleton_class)"
    r"(_(declaration|definition|specifier|statement))?$"
)
_INTERFACES = frozenset({"interface_declaration", "annotation_type_declaration"})
_NOT_PUBLIC = frozenset({"private", "protected", "internal", "fileprivate"})

# What a file of JavaScript or TypeScript exports besides what stands in an `export` statement.
_EXPORT = re.compile(
    rb"\bexport\s*\{(?P<list>[^}]*)\}"
    rb"|\bexport\s+default\s+(?P<default>[\w$]+)\s*;?\s*$"
    rb"|(?P<same>[\w$]+)\s*=\s*(?:exports\s*=\s*)?module\.exports\b"
    rb"|\bmodule\.exports\s*=\s*(?:new\s+)?(?P<whole>[\w$]+)"
    rb"|\bmodule\.exports\s*=\s*\{(?P<object>[^{}]*)"
    rb"|\bexports\.(?P<name>[\w$]+)\s*=\s*(?P<value>[\w$]+)?",
    re.MULTILINE,
)
_EXPORTS_SOMETHING = re.compile(rb"\bexport\b|\bexports\b")
_WORD = re.compile(rb"[\w$]+")
_EXPORTED_OBJECT = (b"module.exports", b"exports.", b"exports ")


class VisibilityIndex:
    """Tells of the functions of one file which of them are public."""

    def __init__(self, language: str, content: bytes, functions: list[FunctionComplexity]) -> None:
        self._rule = _RULES.get(language, _by_underscore)
        self._nested = set(_nested(functions))
        exports = _exported_names(content) if self._rule is _by_export else None
        self._file = _File(content, exports)

    def of(self, function: FunctionComplexity) -> bool | None:
        """Whether code outside of the function's file, class or package may call it.

        A function inside of another is not public; None says that the language does not tell.
        """
        node = function.node
        if node is None or function.start in self._nested:
            return False
        return self._rule(node, function.qualified_name, self._file)


def _nested(functions: list[FunctionComplexity]) -> Iterator[int]:
    """Where the functions inside of others begin; *functions* are in source order."""
    end = 0
    for function in functions:
        if function.start < end:
            yield function.start
        end = max(end, function.end)


@dataclass(frozen=True)
class _File:
    content: bytes
    exports: frozenset[str] | None  # None where the file exports nothing, as a script does


_Rule = Callable[[Node, str, _File], bool | None]


def _around(node: Node) -> Iterator[Node]:
    """What *node* stands in, the innermost first."""
    outer = node.parent
    while outer is not None:
        yield outer
        outer = outer.parent


def _types_around(node: Node) -> list[Node]:
    return [outer for outer in _around(node) if _TYPES.match(outer.type)]


def _text(node: Node) -> bytes:
    return node.text or b""


def _modifiers(node: Node) -> set[str]:
    """The words before a declaration that say who may use it (`public`, `static`, ...)."""
    said = (child for child in node.children if child.type in _MODIFIERS)
    texts = (_text(child).decode(errors="replace") for child in said)
    return {word for text in texts for word in re.findall(r"\w+", text)}


def _by_underscore(node: Node, qualified_name: str, _file: _File) -> bool:
    """By convention: a leading underscore hides a name, and all that is inside of a class."""
    is_local = node.parent is not None and bool(re.match(rb"local\b", _text(node)))
    return not is_local and not any(map(_is_hidden, qualified_name.split(".")))


def _is_hidden(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def _by_capital(_node: Node, qualified_name: str, _file: _File) -> bool:
    """Go: what begins with a capital letter is exported; of a method, its type must be too."""
    return all(name[:1].isupper() for name in qualified_name.split("."))


def _by_pub(node: Node, _qualified_name: str, _file: _File) -> bool | None:
    """Rust: `pub`, of whatever width, but `pub(crate)` and the like; a trait's is as the trait."""
    owner = next((outer for outer in _around(node) if outer.type in _RUST_OWNERS), None)
    if owner is not None and owner.type == "impl_item":
        if owner.child_by_field_name("trait") is not None:
            return None
    elif owner is not None:
        node = owner
    return any(
        child.type == "visibility_modifier" and _text(child) == b"pub" for child in node.children
    )


_RUST_OWNERS = frozenset({"impl_item", "trait_item"})


def _if_said(node: Node, _qualified_name: str, _file: _File) -> bool:
    """Java, C#: what is declared public, as all around it; members of an interface are."""
    types = _types_around(node)
    return _is_said(node, types) and all(
        _is_said(outer, types[place + 1 :]) for place, outer in enumerate(types)
    )


def _is_said(node: Node, around: list[Node]) -> bool:
    words = _modifiers(node)
    if around and around[0].type in _INTERFACES:
        return "private" not in words
    return "public" in words


def _if_open(node: Node, _qualified_name: str, _file: _File) -> bool:
    """Swift: what is declared public or open."""
    return not _modifiers(node).isdisjoint({"public", "open"})


def _unless_said(node: Node, _qualified_name: str, _file: _File) -> bool:
    """PHP, Kotlin, Scala: all but what is declared private, protected or internal."""
    return all(
        _modifiers(declared).isdisjoint(_NOT_PUBLIC) for declared in (node, *_types_around(node))
    )


def _unless_static(node: Node, _qualified_name: str, _file: _File) -> bool:
    """C: all but static functions."""
    return not any(
        child.type == "storage_class_specifier" and _text(child) == b"static"
        for child in node.children
    )


def _unless_section(node: Node, qualified_name: str, file: _File) -> bool | None:
    """C++: all but static functions, private members and what is in a nameless namespace.

    A member that is defined outside of its class does not say what it is.
    """
    outer = list(_around(node))
    if any(part.type == "namespace_definition" and not _name(part) for part in outer):
        return False
    if outer and outer[0].type == "field_declaration_list":
        return _section(node, outer[1]) == "public"
    declarator = node.child_by_field_name("declarator")
    is_member = declarator is not None and b"::" in _text(declarator).partition(b"(")[0]
    return None if is_member else _unless_static(node, qualified_name, file)


def _name(node: Node) -> Node | None:
    return node.child_by_field_name("name")


def _section(node: Node, owner: Node) -> str:
    """What the last `public:` or the like before *node* says, or the default of its class."""
    said = "private" if owner.type == "class_specifier" else "public"
    sibling = node.prev_sibling
    while sibling is not None:
        if sibling.type == "access_specifier":
            return _text(sibling).decode(errors="replace")
        sibling = sibling.prev_sibling
    return said


def _unless_made_private(node: Node, qualified_name: str, _file: _File) -> bool:
    """Ruby: all but what follows `private` in its class, or is given to it."""
    name = qualified_name.rpartition(".")[2].encode()
    if node.type == "singleton_method" or node.parent is None:
        return True
    if node.parent.type == "argument_list":  # private def name
        return not _hides(node.parent.parent)
    section = b"public"
    for sibling in node.parent.named_children:
        if sibling.type == "identifier" and sibling.start_byte < node.start_byte:
            section = _text(sibling) if _text(sibling) in _RUBY_SECTIONS else section
        if _hides(sibling) and b":" + name in re.findall(rb":[\w?!]+", _text(sibling)):
            return False
    return section == b"public"


_RUBY_SECTIONS = frozenset({b"public", b"private", b"protected"})


def _hides(call: Node | None) -> bool:
    method = call.child_by_field_name("method") if call is not None else None
    return method is not None and _text(method) in {b"private", b"protected"}


def _by_export(node: Node, qualified_name: str, file: _File) -> bool | None:
    """JavaScript, TypeScript: what a file exports, and the members of that; a script tells none."""
    if file.exports is None:
        return None
    first, *members = qualified_name.split(".")
    if not _modifiers(node).isdisjoint(_NOT_PUBLIC) or any(map(_is_private_member, members)):
        return False
    is_exported = first in file.exports or _assigned_object(node) in file.exports
    return is_exported or any(map(_is_export, _around(node)))


def _assigned_object(node: Node) -> str:
    """Of `app.use = function use() {}` the `app`; empty where nothing is assigned to."""
    parent = node.parent
    left = parent.child_by_field_name("left") if parent is not None else None
    return "" if left is None else _text(left).partition(b".")[0].decode(errors="replace")


def _is_private_member(name: str) -> bool:
    return name.startswith(("#", "_"))


def _is_export(outer: Node) -> bool:
    if outer.type == "assignment_expression":
        return _text(outer).startswith(_EXPORTED_OBJECT)
    return outer.type == "export_statement"


def _exported_names(content: bytes) -> frozenset[str] | None:
    if not _EXPORTS_SOMETHING.search(content):
        return None
    names = {b"exports", b"module"}
    for match in _EXPORT.finditer(content):
        for text in match.groups():
            names.update(_WORD.findall(text or b""))
    return frozenset(name.decode(errors="replace") for name in names)


_RULES: dict[str, _Rule] = {
    "Go": _by_capital,
    "Rust": _by_pub,
    "Java": _if_said,
    "C#": _if_said,
    "Swift": _if_open,
    "PHP": _unless_said,
    "Kotlin": _unless_said,
    "Scala": _unless_said,
    "C": _unless_static,
    "C++": _unless_section,
    "Ruby": _unless_made_private,
    "JavaScript": _by_export,
    "TypeScript": _by_export,
    "TSX": _by_export,
}
