"""Whether a function calls itself by name: the one increment that captures cannot show.

The text is searched first, which is cheap and almost always says no; a hit is checked in the tree.
Called by `complexity`.
"""

import re

from tree_sitter import Node

_OWN_OBJECTS = (b"self", b"this", b"cls", b"static", b"Self")
_RECEIVER = re.compile(rb"(\w+)\s*(?:\?\.|\.|->|::|:)\s*$")
_QUALIFIERS = (b".", b"->", b"::")
_NAME_KINDS = ("identifier", "name")
_LONGEST_RECEIVER = 64  # bytes looked at before a call


def calls_itself(
    function: Node, body: int, qualified_name: str, content: bytes, *, arity: int | None
) -> bool:
    """Whether *function*, whose body begins at *body*, calls itself: on nothing, or on its own.

    Its own are `self`, `this` and the like, and the class or table that its name is qualified with.
    *arity* is the number of arguments such a call must have where a language overloads functions,
    None where it does not. Recursion through other functions is not looked for.
    """
    place, _, name = qualified_name.rpartition(".")
    if not name:
        return False
    own = (*_OWN_OBJECTS, place.rpartition(".")[2].encode())
    searched = name.encode()
    length, end = len(searched), function.end_byte
    for call in (searched + b"(", searched + b" ("):
        position = content.find(call, body, end)
        while position >= 0:
            name_node = _called_name(function, position, position + length)
            if name_node and _is_own(content, position, own) and _has_arity(name_node, arity):
                return True
            position = content.find(call, position + length, end)
    return False


def _called_name(function: Node, start: int, end: int) -> Node | None:
    """The name at these bytes; None if they are part of another word, a string or a comment."""
    leaf = function.descendant_for_byte_range(start, end)
    if leaf is None or (leaf.start_byte, leaf.end_byte) != (start, end):
        return None
    return leaf if leaf.type.endswith(_NAME_KINDS) else None


def _is_own(content: bytes, start: int, own: tuple[bytes, ...]) -> bool:
    before = content[max(0, start - _LONGEST_RECEIVER) : start].rstrip()
    if not before.endswith(_QUALIFIERS):
        return True
    receiver = _RECEIVER.search(before)
    return receiver is not None and receiver.group(1) in own


def _has_arity(name: Node, arity: int | None) -> bool:
    if arity is None:
        return True
    callee = name
    while callee.parent is not None and callee.parent.end_byte == name.end_byte:
        callee = callee.parent  # the name is the last part of what is called
    call = callee.parent
    arguments = call.child_by_field_name("arguments") if call else None
    return arguments is None or arguments.named_child_count == arity
