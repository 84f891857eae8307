"""Imports of Python: their syntax, and the files that they name.

Notation: as written, relative dots included ("..pkg.mod"); `from . import x` is module "." with
name "x".
"""

import posixpath
import sys
from collections import defaultdict
from collections.abc import Iterator

from tree_sitter import Node

from hyperion_pipelines.code.imports.source_tree import SourceTree, ancestors
from hyperion_pipelines.code.imports.statement import ImportStatement, ImportSyntax, line, text

# What only describes a module (a stub) stands for it only where what runs is not in the tree.
_EXTENSIONS = (".pyi", ".pyx", ".py")


def _read(node: Node) -> Iterator[ImportStatement]:
    names = [_imported_name(name) for name in node.children_by_field_name("name")]
    if node.type == "import_statement":
        for module in names:
            yield ImportStatement(module, [], line(node))
        return
    if any(child.type == "wildcard_import" for child in node.named_children):
        names = ["*"]
    module = node.child_by_field_name("module_name")
    written = "".join(text(module).split()) if module else "__future__"
    yield ImportStatement(written, names, line(node))


def _imported_name(node: Node) -> str:
    return text(node.child_by_field_name("name") or node)


SYNTAX = ImportSyntax(
    "[(import_statement) (import_from_statement) (future_import_statement)] @statement", _read
)


class PythonResolver:
    """Finds modules as Python's path would, without running anything.

    Source roots are the repository root, `src`, every directory that holds a top-level package, and
    the importing file's own directory where that is no package (a script's). `from a import b, c`
    depends on each submodule that b or c names, and on a itself only where some name is none.
    Where nothing is found under the full name the longest prefix that is a file stands for it, as
    `import a.b` runs `a/__init__.py` first; the dots of a relative import alone are no prefix.
    """

    def __init__(self, tree: SourceTree) -> None:
        """Index the modules and the source roots of *tree*."""
        paths = [path for path in tree.languages if path.endswith(_EXTENSIONS)]
        self._files = {_module(path): path for path in sorted(paths, key=_preference)}
        self._packages = {
            posixpath.dirname(path)
            for path in paths
            if posixpath.basename(path) in {"__init__.py", "__init__.pyi"}
        }
        self._directories = {
            directory for path in paths for directory in ancestors(posixpath.dirname(path))
        }
        self._roots_by_top = self._index_roots()

    def _index_roots(self) -> dict[str, set[str]]:
        """Map each top-level name to the source roots that hold it."""
        parents = {posixpath.dirname(package) for package in self._packages if package}
        roots = {"", "src"} | (parents - self._packages)
        roots_by_top: defaultdict[str, set[str]] = defaultdict(set)
        for module in self._files:
            for place in ancestors(module):
                root, top = posixpath.split(place)
                if top and root in roots:
                    roots_by_top[top].add(root)
        return roots_by_top

    def targets(self, from_path: str, module: str, names: list[str]) -> list[str]:
        """Return the files that the import depends on."""
        directory = posixpath.dirname(from_path)
        dotted = module.lstrip(".")
        parts = dotted.split(".") if dotted else []
        level = len(module) - len(dotted)
        if level:
            enclosing = ancestors(directory)
            roots = enclosing[level - 1 : level]
        else:
            roots = self._roots(directory, parts[0])
        found = [self._descend(root, parts) for root in roots]
        depth, place = max(found, key=lambda one: (one[0], one[1] in self._files), default=(0, ""))
        if found and depth == len(parts):
            return self._taken(place, names)
        return [self._files[place]] if depth else []

    def _roots(self, directory: str, top: str) -> list[str]:
        """Return the source roots that may hold the top-level name *top*, best first."""
        enclosing = ancestors(directory)
        known = self._roots_by_top.get(top, set())
        around = [root for root in enclosing if root in known]
        if directory not in self._packages and directory not in around:
            around.insert(0, directory)
        if top in sys.stdlib_module_names:  # a package elsewhere does not shadow the library's
            return around
        elsewhere = known.difference(around)
        return around + sorted(
            elsewhere, key=lambda root: (-_shared(root, enclosing), root.count("/"), root)
        )

    def _descend(self, root: str, parts: list[str]) -> tuple[int, str]:
        """Return how many of *parts* lead to a file below *root*, and the module found."""
        full = posixpath.join(root, *parts)
        if full in self._files or full in self._directories:
            return len(parts), full
        for depth in range(len(parts) - 1, 0, -1):
            place = posixpath.join(root, *parts[:depth])
            if place in self._files:
                return depth, place
        return 0, root

    def _taken(self, place: str, names: list[str]) -> list[str]:
        """Return the files behind *names* of the module or package *place*."""
        submodules = [self._files.get(posixpath.join(place, name)) for name in names]
        found = [path for path in submodules if path is not None]
        if len(found) == len(names) and names:
            return found
        return [*found, self._files[place]] if place in self._files else found


def _module(path: str) -> str:
    """Return the path of the module that *path* defines: without extension or `__init__`."""
    stem = posixpath.splitext(path)[0]
    return posixpath.dirname(stem) if posixpath.basename(stem) == "__init__" else stem


def _preference(path: str) -> tuple[int, bool, str]:
    """Sort what stands best for a module last: code after stubs, packages after modules."""
    stem, extension = posixpath.splitext(path)
    return _EXTENSIONS.index(extension), posixpath.basename(stem) == "__init__", path


def _shared(root: str, enclosing: list[str]) -> int:
    """Return how many leading directories *root* shares with the innermost of *enclosing*."""
    common = next(directory for directory in ancestors(root) if directory in enclosing)
    return len(ancestors(common))
