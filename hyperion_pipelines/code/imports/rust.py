"""Imports of Rust: their syntax, and the files that they name.

Notation: the path of a `use`, its tree expanded ("crate::a::b", "a::*"), always as seen from the
file: inside `mod tests { use super::x; }` it is "self::x". A module kept in a file of its own is
"mod x" ("mod tests::x" inside `mod tests`), with its file in quotes where a path attribute names
one (`mod "x.rs"`). An external crate is its name.
"""

import posixpath
from collections.abc import Iterator

from pydantic import BaseModel
from tree_sitter import Node

from hyperion_pipelines.code.imports.configuration import read_toml
from hyperion_pipelines.code.imports.source_tree import SourceTree, ancestors, join, nearest
from hyperion_pipelines.code.imports.statement import (
    ImportStatement,
    ImportSyntax,
    line,
    string_literal,
    text,
)


def _read(node: Node) -> Iterator[ImportStatement]:
    if node.type == "use_declaration":
        argument = node.child_by_field_name("argument")
        enclosing = _enclosing_modules(node)
        for path in filter(None, _expanded(argument, []) if argument else ()):
            yield ImportStatement("::".join(_from_file(path, enclosing)), [], line(node))
    elif node.type == "extern_crate_declaration":
        yield ImportStatement(_name(node), [], line(node))
    elif node.child_by_field_name("body") is None:
        place = _path_attribute(node)
        name = "::".join([*_enclosing_modules(node), _name(node)])
        yield ImportStatement(f'mod "{place}"' if place else f"mod {name}", [], line(node))


def _name(node: Node) -> str:
    name = node.child_by_field_name("name")
    return text(name).removeprefix("r#") if name else ""


def _enclosing_modules(node: Node) -> list[str]:
    """Return the names of the inline modules around *node*, outermost first."""
    names: list[str] = []
    parent = node.parent
    while parent is not None:
        if parent.type == "mod_item":
            names.insert(0, _name(parent))
        parent = parent.parent
    return names


def _from_file(path: list[str], enclosing: list[str]) -> list[str]:
    """Return *path*, written inside the inline modules *enclosing*, as the file would write it."""
    inner = list(enclosing)
    if not inner or path[0] not in {"self", "super"}:
        return path
    rest = path[1:] if path[0] == "self" else path
    while rest and rest[0] == "super" and inner:
        rest = rest[1:]
        inner.pop()
    return rest if rest and rest[0] == "super" else ["self", *inner, *rest]


def _expanded(node: Node, prefix: list[str]) -> Iterator[list[str]]:
    """Yield every path of the use tree *node*, each as its segments."""
    path = node.child_by_field_name("path")
    match node.type:
        case "scoped_use_list":
            inner = prefix + _segments(path)
            use_list = node.child_by_field_name("list")
            for child in use_list.named_children if use_list else ():
                yield from _expanded(child, inner)
        case "use_list":
            for child in node.named_children:
                yield from _expanded(child, prefix)
        case "use_as_clause":
            yield from _expanded(path, prefix) if path else ()
        case "use_wildcard":
            yield [
                *prefix,
                *_segments(node.named_child(0) if node.named_child_count else None),
                "*",
            ]
        case "self" if prefix:
            yield prefix
        case "line_comment" | "block_comment":
            return
        case _:
            yield prefix + _segments(node)


def _segments(node: Node | None) -> list[str]:
    """Return the segments of a path; the leading `::` of an external one is dropped."""
    written = "".join(text(node).split()) if node else ""
    return [segment.removeprefix("r#") for segment in written.split("::") if segment]


def _path_attribute(module: Node) -> str | None:
    """Return the file that a `#[path = "x.rs"]` before *module* names."""
    sibling = module.prev_named_sibling
    while sibling is not None and sibling.type in {"attribute_item", "line_comment"}:
        attribute = sibling.named_child(0) if sibling.named_child_count else None
        if attribute is not None and text(attribute).startswith("path"):
            return string_literal(attribute.child_by_field_name("value"))
        sibling = sibling.prev_named_sibling
    return None


SYNTAX = ImportSyntax("[(use_declaration) (mod_item) (extern_crate_declaration)] @statement", _read)


class Package(BaseModel):
    """The [package] table of a Cargo.toml."""

    name: str


class Target(BaseModel):
    """A [lib] or [[bin]] table of a Cargo.toml."""

    name: str | None = None
    path: str | None = None


class Manifest(BaseModel):
    """What of a Cargo.toml decides where imports lead."""

    package: Package | None = None
    lib: Target = Target()
    bin: list[Target] = []


class RustResolver:
    """Finds the file of the module that a path leads through, as deep as files go.

    `crate` is the nearest lib.rs or main.rs above, or a root that Cargo.toml names; a path that
    starts with neither a keyword nor a module of the file starts with a crate of the repository.
    Crates renamed by a dependency and the absolute paths of the 2015 edition are not followed.
    """

    def __init__(self, tree: SourceTree) -> None:
        """Read every Cargo.toml of *tree*."""
        self._tree = tree
        self._libraries: dict[str, list[str]] = {}
        self._roots: dict[str, str] = {}
        self._package_directories: set[str] = set()
        for path in tree.named("Cargo.toml"):
            manifest = read_toml(tree, path, Manifest)
            if manifest and manifest.package:
                self._add(posixpath.dirname(path), manifest, manifest.package.name)

    def _add(self, directory: str, manifest: Manifest, name: str) -> None:
        self._package_directories.add(directory)
        for target in (manifest.lib, *manifest.bin):
            root = join(directory, target.path) if target.path else None
            if root is not None:
                self._roots.setdefault(posixpath.dirname(root), root)
        library = join(directory, manifest.lib.path or "src/lib.rs")
        if library is not None and library in self._tree:
            crate = (manifest.lib.name or name).replace("-", "_")
            self._libraries.setdefault(crate, []).append(library)

    def targets(self, from_path: str, module: str, _names: list[str]) -> list[str]:
        """Return the file of the module, or of the module that declares the item, named."""
        if module.startswith("mod "):
            found = self._declared(from_path, module.removeprefix("mod "))
        else:
            found = self._used(from_path, module.split("::"))
        return [] if found is None else [found]

    def _declared(self, from_path: str, name: str) -> str | None:
        if name.startswith('"'):
            place = join(posixpath.dirname(from_path), name.strip('"'))
            return self._tree.first([place])
        path = posixpath.join(self._inside(from_path), *name.split("::"))
        return self._module_file(path)

    def _used(self, from_path: str, path: list[str]) -> str | None:
        head, rest = path[0], path[1:]
        if head == "crate":
            root = self._crate_root(from_path)
            return self._descend(root, posixpath.dirname(root), rest)
        if head == "self":
            return self._descend(from_path, self._inside(from_path), rest)
        if head == "super":
            return self._above(from_path, path)
        inside = self._inside(from_path)
        if self._module_file(posixpath.join(inside, head)):
            return self._descend(from_path, inside, path)
        library = nearest(posixpath.dirname(from_path), self._libraries.get(head, []))
        return library and self._descend(library, posixpath.dirname(library), rest)

    def _above(self, from_path: str, path: list[str]) -> str | None:
        """Follow a path that starts with one `super` or more."""
        file: str | None = from_path
        rest = path
        while rest and rest[0] == "super" and file is not None:
            outer = posixpath.dirname(self._inside(file))
            file = self._module_file(outer) or self._root_in(outer)
            rest = rest[1:]
        return file and self._descend(file, self._inside(file), rest)

    def _descend(self, file: str, directory: str, path: list[str]) -> str:
        """Return the file of the innermost module of *path* that has one; *file* is its start."""
        for segment in path:
            directory = posixpath.join(directory, segment)
            inner = self._module_file(directory)
            if inner is None:
                break
            file = inner
        return file

    def _module_file(self, path: str) -> str | None:
        return self._tree.first([f"{path}.rs", posixpath.join(path, "mod.rs")])

    def _inside(self, path: str) -> str:
        """Return the directory that holds the files of the modules declared in *path*."""
        directory, name = posixpath.split(path)
        own = name in {"mod.rs", "lib.rs", "main.rs"} or path == self._crate_root(path)
        return directory if own else path.removesuffix(".rs")

    def _crate_root(self, path: str) -> str:
        """Return the root file of the crate that *path* belongs to, *path* itself if none is known.

        A file directly in tests, examples, benches or src/bin is a crate of its own.
        """
        directory, name = posixpath.split(path)
        if name in {"lib.rs", "main.rs"}:
            return path
        if posixpath.basename(directory) == "bin":
            return path
        for enclosing in ancestors(directory):
            root = self._root_in(enclosing)
            if root:
                return root
            if enclosing in self._package_directories:
                break
        return path

    def _root_in(self, directory: str) -> str | None:
        return self._tree.first(
            [
                posixpath.join(directory, "lib.rs"),
                posixpath.join(directory, "main.rs"),
                self._roots.get(directory),
            ]
        )
