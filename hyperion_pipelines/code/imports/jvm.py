"""Imports of Java, Kotlin and Scala: their syntax, and the files that they name.

Notation: the dotted name as written, static or not ("a.b.C", "a.b.C.method", "a.b.*"). Scala's
selectors are expanded, renamed ones under their own name, and its "_" wildcard is written "*".
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator

from tree_sitter import Node

from hyperion_pipelines.code.imports.source_tree import SourceTree, nearest
from hyperion_pipelines.code.imports.statement import ImportStatement, ImportSyntax, line, text

_EXTENSIONS = (".java", ".kt", ".scala")
# A wildcard takes a few names of a package and does not say which; past this many files an edge to
# each says nothing.
_WILDCARD_LIMIT = 100

# The source sets of Maven and Gradle: src/test, src/jvmTest, src/integrationTest.
_TEST_SOURCES = re.compile(r"(?:^|/)src/(?:test|\w+Test)\w*/")
# Scala may nest packages, a line each.
_PACKAGE = re.compile(
    r"^package\s+(?!object\b)[\w.`]+(?:\s+package\s+(?!object\b)[\w.`]+)*", re.MULTILINE
)
_MODIFIERS = (
    r"(?:(?:@\S+|public|private(?:\[\w+\])?|protected(?:\[\w+\])?|internal|open|abstract|final"
    r"|sealed|data|enum|annotation|value|inline|const|lateinit|suspend|operator|infix|tailrec"
    r"|external|expect|actual|implicit|lazy|override|case|package|fun(?=\s+interface\b))\s+)*"
)
# Declarations start in the first column; what is indented belongs to one of them.
_DECLARATION = re.compile(
    rf"^{_MODIFIERS}(?:class|interface|object|trait|fun|val|var|typealias|type|def|enum)\s+"
    r"(?:<[^>\n]*>\s*)?(?:[\w<>?*, ]+\.)*`?(\w+)",
    re.MULTILINE,
)


def _read_java(node: Node) -> Iterator[ImportStatement]:
    parts = [text(child) for child in node.named_children if "comment" not in child.type]
    yield ImportStatement("".join(".".join(parts).split()), [], line(node))


def _read_kotlin(node: Node) -> Iterator[ImportStatement]:
    name = next(
        (child for child in node.named_children if child.type == "qualified_identifier"), None
    )
    if name is not None:
        wildcard = ".*" if any(child.type == "*" for child in node.children) else ""
        yield ImportStatement(text(name).replace("`", "") + wildcard, [], line(node))


def _read_scala(node: Node) -> Iterator[ImportStatement]:
    prefix: list[str] = []
    complete = False
    for child in node.children:
        if child.type == ",":
            if prefix and not complete:
                yield ImportStatement(".".join(prefix), [], line(node))
            prefix, complete = [], False
        elif child.type in {"identifier", "operator_identifier"}:
            prefix.append(text(child).strip("`"))
        elif child.type in {"namespace_selectors", "namespace_wildcard", "as_renamed_identifier"}:
            complete = True
            for name in _selected(child):
                yield ImportStatement(".".join([*prefix, name]), [], line(node))
    if prefix and not complete:
        yield ImportStatement(".".join(prefix), [], line(node))


def _selected(node: Node) -> Iterator[str]:
    """Yield the names that a Scala selector takes from its prefix."""
    if node.type == "namespace_wildcard":
        yield "*"
    elif node.type == "namespace_selectors":
        for child in node.named_children:
            yield from _selected(child)
    elif node.type in {"identifier", "arrow_renamed_identifier", "as_renamed_identifier"}:
        yield text(node.child_by_field_name("name") or node).strip("`")


JAVA = ImportSyntax("(import_declaration) @statement", _read_java, is_top_level=True)
KOTLIN = ImportSyntax("(import) @statement", _read_kotlin, is_top_level=True)
SCALA = ImportSyntax("(import_declaration) @statement", _read_scala)


class JvmResolver:
    """Finds the file of a qualified name, whichever of the three languages it is written in.

    A Java file's path ends with its qualified name, below any source root. Kotlin and Scala files
    need not: their package line and top-level declarations are read. A name that is found nowhere
    is looked for without its last part (nested classes, static members). A wildcard depends on each
    file of its package, in all source roots (those of tests only for tests), or on none where these
    are more than a hundred.
    """

    def __init__(self, tree: SourceTree) -> None:
        """Read the package lines and top-level declarations of the Kotlin and Scala files."""
        self._tree = tree
        self._declared: defaultdict[str, list[str]] = defaultdict(list)
        self._packages: defaultdict[str, list[str]] = defaultdict(list)
        self._directories: defaultdict[str, list[str]] = defaultdict(list)
        for path in tree.written_in("Kotlin", "Scala"):
            self._index(path, tree.read_text(path) or "")
        for directory in {posixpath.dirname(path) for path in tree.written_in("Java")}:
            self._directories[posixpath.basename(directory)].append(directory)

    def _index(self, path: str, content: str) -> None:
        header = _PACKAGE.search(content)
        words = header[0].replace("`", "").split() if header else []
        package = ".".join(word for word in words if word != "package")
        self._packages[package].append(path)
        for name in dict.fromkeys(_DECLARATION.findall(content)):
            self._declared[f"{package}.{name}"].append(path)

    def targets(self, from_path: str, module: str, _names: list[str]) -> list[str]:
        """Return the file that declares the name, or the files of a wildcard's package."""
        directory = posixpath.dirname(from_path)
        if not module.endswith(".*"):
            return self._declaring(directory, module)
        package = module.removesuffix(".*")
        files = self._package(package)
        if not _TEST_SOURCES.search(from_path):
            files = [path for path in files if not _TEST_SOURCES.search(path)]
        if len(files) > _WILDCARD_LIMIT:
            return []
        return files or self._declaring(directory, package)

    def _declaring(self, directory: str, name: str) -> list[str]:
        """Return the file nearest to *directory* that declares *name* or what encloses it."""
        while "." in name:
            suffix = name.replace(".", "/")
            candidates = [
                *self._declared.get(name, ()),
                *(path for end in _EXTENSIONS for path in self._tree.ending_with(suffix + end)),
            ]
            found = nearest(directory, candidates)
            if found is not None:
                return [found]
            name = name.rpartition(".")[0]
        return []

    def _package(self, package: str) -> list[str]:
        """Return the files of *package* in every source root."""
        suffix = package.replace(".", "/")
        files = list(self._packages.get(package, ()))
        for directory in self._directories.get(posixpath.basename(suffix), ()):
            if f"/{directory}".endswith(f"/{suffix}"):
                inside = self._tree.files_in(directory)
                files += [path for path in inside if path.endswith(".java")]
        return sorted(files)
