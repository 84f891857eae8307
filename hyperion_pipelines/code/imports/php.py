r"""Imports of PHP: their syntax, and the files that they name.

Notation: the qualified name of a `use`, groups expanded ("A\B\C"); the path of an include or
require in quotes ("'x.php'"), after `__DIR__ .` where it starts from the file's own directory
("__DIR__ . '/x.php'", also for `dirname(__FILE__)`).
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator

from pydantic import BaseModel, Field
from tree_sitter import Node

from hyperion_pipelines.code.imports.configuration import read_json
from hyperion_pipelines.code.imports.source_tree import SourceTree, join, nearest
from hyperion_pipelines.code.imports.statement import ImportStatement, ImportSyntax, line, text

_OWN_DIRECTORY = "__DIR__ . "
_INCLUDE = re.compile(
    r"""\(?\s*
    (?P<directory>(?:dirname\s*\(\s*)*(?:__DIR__|__FILE__)[\s)]*\.)?
    \s*(?P<quote>['"])(?P<path>[^'"$]+)(?P=quote)\s*\)?""",
    re.VERBOSE,
)


def _read(node: Node) -> Iterator[ImportStatement]:
    if node.type != "namespace_use_declaration":
        yield from _included(node)
        return
    group = node.child_by_field_name("body")
    prefix = ""
    if group is not None:
        spaces = [child for child in node.named_children if child.type == "namespace_name"]
        prefix = "".join(f"{text(space)}\\" for space in spaces)
    for clause in (group or node).named_children:
        if clause.type == "namespace_use_clause":
            name = text(clause.named_children[0])
            yield ImportStatement((prefix + name).lstrip("\\"), [], line(node))


def _included(node: Node) -> Iterator[ImportStatement]:
    written = _INCLUDE.fullmatch(text(node.named_child(0))) if node.named_child_count else None
    if written is None:
        return
    directory = written["directory"] or ""
    # __FILE__ is one dirname() further from the directory than __DIR__.
    climbs = directory.count("dirname") - ("__FILE__" in directory)
    path = "/.." * climbs + written["path"]
    yield ImportStatement(f"{_OWN_DIRECTORY if directory else ''}'{path}'", [], line(node))


SYNTAX = ImportSyntax(
    """[(namespace_use_declaration) (include_expression) (include_once_expression)
    (require_expression) (require_once_expression)] @statement""",
    _read,
)


class Autoload(BaseModel):
    """The autoload table of a composer.json."""

    psr4: dict[str, str | list[str]] = Field(default={}, alias="psr-4")


class Composer(BaseModel):
    """What of a composer.json decides where imports lead."""

    autoload: Autoload = Autoload()
    autoload_dev: Autoload = Field(default=Autoload(), alias="autoload-dev")


class PhpResolver:
    """Finds classes by the PSR-4 prefixes of every composer.json, and included files by their path.

    A class that no prefix leads to is the one file whose path ends with its whole name.
    """

    def __init__(self, tree: SourceTree) -> None:
        """Read every composer.json of *tree*."""
        self._tree = tree
        self._prefixes: defaultdict[str, list[str]] = defaultdict(list)
        for path in tree.named("composer.json"):
            composer = read_json(tree, path, Composer)
            for autoload in (composer.autoload, composer.autoload_dev) if composer else ():
                self._add(posixpath.dirname(path), autoload)

    def _add(self, directory: str, autoload: Autoload) -> None:
        for prefix, places in autoload.psr4.items():
            for place in [places] if isinstance(places, str) else places:
                root = join(directory, place)
                if root is not None:
                    self._prefixes[prefix.strip("\\")].append(root)

    def targets(self, from_path: str, module: str, _names: list[str]) -> list[str]:
        """Return the file of the class, or the file included, if it is in the tree."""
        directory = posixpath.dirname(from_path)
        if module.endswith("'"):
            found = self._included(directory, module)
        else:
            found = self._autoloaded(directory, module)
        return [] if found is None else [found]

    def _included(self, directory: str, written: str) -> str | None:
        path = written.removeprefix(_OWN_DIRECTORY).strip("'")
        if written.startswith(_OWN_DIRECTORY):
            return self._tree.first([join(directory, path.lstrip("/"))])
        return self._tree.first([join(directory, path), join("", path)])

    def _autoloaded(self, directory: str, name: str) -> str | None:
        parts = name.split("\\")
        for length in range(len(parts) - 1, -1, -1):
            rest = "/".join(parts[length:]) + ".php"
            roots = self._prefixes.get("\\".join(parts[:length]), [])
            files = [f"{root}/{rest}".lstrip("/") for root in roots]
            found = nearest(directory, [path for path in files if path in self._tree])
            if found is not None:
                return found
        whole = self._tree.ending_with("/".join(parts) + ".php") if len(parts) > 1 else []
        return whole[0] if len(whole) == 1 else None
