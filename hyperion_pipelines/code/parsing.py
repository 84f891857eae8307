"""Parses the versions of a file one after the other, each with the tree of the one before.

tree-sitter parses again only what lies around an edit, which saves a third of the work over a
history. Where it recovers from errors, its tree may depend on the edit: such a version is parsed
afresh, so that results depend on content alone (tests hold it to that). What a tree means is the
business of `syntax`.
"""

from dataclasses import dataclass

from tree_sitter import Point, Tree

from hyperion_pipelines.code.grammar import load_grammar


@dataclass(frozen=True, slots=True)
class _Version:
    path: str
    language: str
    content: bytes
    tree: Tree


class VersionParser:
    """A parser that remembers the last version it parsed; one a process."""

    def __init__(self) -> None:
        self._last: _Version | None = None

    def parse(self, path: str, language: str, content: bytes) -> Tree:
        """The tree of *content*, read with the last version's if that was of the same *path*."""
        parser = load_grammar(language).parser
        last = self._last
        tree = None
        if last and (last.path, last.language) == (path, language):
            mark_edit(last.tree, last.content, content)
            tree = parser.parse(content, last.tree)
        if tree is None or tree.root_node.has_error:
            tree = parser.parse(content)
        is_sound = not tree.root_node.has_error
        self._last = _Version(path, language, content, tree) if is_sound else None
        return tree


def mark_edit(tree: Tree, old: bytes, new: bytes) -> None:
    """Tell *tree*, that of *old*, where *new* differs: between what both begin and end with."""
    start = common_prefix(old, new)
    rest = min(len(old), len(new)) - start
    end = common_prefix(old[::-1][:rest], new[::-1][:rest])
    old_end, new_end = len(old) - end, len(new) - end
    tree.edit(
        start_byte=start,
        old_end_byte=old_end,
        new_end_byte=new_end,
        start_point=_point(old, start),
        old_end_point=_point(old, old_end),
        new_end_point=_point(new, new_end),
    )


def common_prefix(left: bytes, right: bytes) -> int:
    """How many bytes *left* and *right* begin with alike, by bisection: slices compare in C."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _point(content: bytes, offset: int) -> Point:
    """Row and column of *offset*, in bytes, from 0."""
    return Point(content.count(b"\n", 0, offset), offset - content.rfind(b"\n", 0, offset) - 1)
