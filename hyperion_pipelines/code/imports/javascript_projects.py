"""What tsconfig.json and package.json say about where a bare specifier leads.

Both classes offer candidate paths, best first; which of them exists, and under what extension, is
asked by the JavaScript resolver.
"""

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import BaseModel, Field, JsonValue

from hyperion_pipelines.code.imports.configuration import read_json
from hyperion_pipelines.code.imports.source_tree import SourceTree, ancestors, join, nearest

Value = TypeVar("Value")


class Manifest(BaseModel):
    """What of a package.json decides where imports lead."""

    name: str | None = None
    source: str | None = None
    module: str | None = None
    main: str | None = None
    types: str | None = None
    exports: JsonValue = None
    imports: dict[str, JsonValue] = {}


class CompilerOptions(BaseModel):
    """What of a tsconfig's compiler options decides where imports lead."""

    base_url: str | None = Field(default=None, alias="baseUrl")
    paths: dict[str, list[str]] | None = None


class Reference(BaseModel):
    """A project that a solution's tsconfig.json refers to."""

    path: str


class CompilerConfiguration(BaseModel):
    """A tsconfig.json or jsconfig.json."""

    extends: str | list[str] = []
    options: CompilerOptions = Field(default=CompilerOptions(), alias="compilerOptions")
    references: list[Reference] = []


class Aliases(BaseModel):
    """The aliases in force in a directory, all paths seen from the repository's root."""

    base_url: str | None = None
    paths: dict[str, list[str]] | None = None

    def over(self, inherited: "Aliases") -> "Aliases":
        """Return these aliases completed by *inherited* ones."""
        return Aliases(
            base_url=inherited.base_url if self.base_url is None else self.base_url,
            paths=inherited.paths if self.paths is None else self.paths,
        )


class WorkspacePackages:
    """The packages of the repository, by the name that their package.json gives them."""

    def __init__(self, tree: SourceTree) -> None:
        """Read every package.json of *tree* that is not of an installed package."""
        self._manifests: dict[str, Manifest] = {}
        self._directories: defaultdict[str, list[str]] = defaultdict(list)
        for path in tree.named("package.json"):
            directory = posixpath.dirname(path)
            manifest = (
                None if "node_modules" in path.split("/") else read_json(tree, path, Manifest)
            )
            if manifest:
                self._manifests[directory] = manifest
                if manifest.name:
                    self._directories[manifest.name].append(directory)

    def locate(self, directory: str, specifier: str) -> tuple[str, str] | None:
        """Return the package that *specifier* names, nearest to *directory*, and its subpath."""
        parts = specifier.split("/")
        length = 2 if specifier.startswith("@") else 1
        found = nearest(directory, self._directories.get("/".join(parts[:length]), []))
        return None if found is None else (found, "/".join(parts[length:]))

    def candidates(self, directory: str, specifier: str) -> Iterator[str]:
        """Yield the paths that *specifier* may stand for, seen from *directory*."""
        if specifier.startswith("#"):
            yield from self._internal(directory, specifier)
            return
        package = self.locate(directory, specifier)
        if package is None:
            return
        place, subpath = package
        yield from self._exported(place, f"./{subpath}" if subpath else ".")
        # What a package exports is often built, and not in the tree: its source mostly mirrors it.
        yield f"{place}/{subpath}".strip("/")
        yield f"{place}/src/{subpath}".strip("/")

    def entries(self, directory: str) -> Iterator[str]:
        """Yield the entry files that the package.json in *directory* declares."""
        manifest = self._manifests.get(directory)
        if manifest:
            declared = (manifest.source, manifest.module, manifest.main, manifest.types)
            yield from _within(directory, [entry for entry in declared if entry])

    def _internal(self, directory: str, specifier: str) -> Iterator[str]:
        place = next((place for place in ancestors(directory) if place in self._manifests), None)
        if place is not None:
            yield from _matching(place, self._manifests[place].imports, specifier)

    def _exported(self, place: str, subpath: str) -> Iterator[str]:
        exports = self._manifests[place].exports
        if isinstance(exports, dict) and all(key.startswith(".") for key in exports):
            yield from _matching(place, exports, subpath)
        elif subpath == ".":
            yield from _within(place, _leaves(exports))


class PathAliases:
    """The `baseUrl` and `paths` of the tsconfig.json or jsconfig.json nearest to a directory."""

    def __init__(self, tree: SourceTree, packages: WorkspacePackages) -> None:
        """Read nothing yet; *packages* may hold configurations that others extend."""
        self._tree = tree
        self._packages = packages
        self._in_force: dict[str, Aliases] = {}

    def candidates(self, directory: str, specifier: str) -> Iterator[str]:
        """Yield the paths that *specifier* may stand for, seen from *directory*."""
        aliases = self._at(directory)
        matched = _match(aliases.paths or {}, specifier)
        if matched:
            targets, star = matched
            yield from (target.replace("*", star) for target in targets)
        if aliases.base_url is not None:
            below = join(aliases.base_url, specifier)
            if below is not None:
                yield below

    def _at(self, directory: str) -> Aliases:
        if directory not in self._in_force:
            self._in_force[directory] = self._nearest(directory)
        return self._in_force[directory]

    def _nearest(self, directory: str) -> Aliases:
        for name in ("tsconfig.json", "jsconfig.json"):
            path = posixpath.join(directory, name)
            if path in self._tree:
                return self._load(path, frozenset())
        return self._at(posixpath.dirname(directory)) if directory else Aliases()

    def _load(self, path: str, seen: frozenset[str]) -> Aliases:
        """Return the aliases of the configuration at *path*; *seen* breaks circles."""
        configuration = None if path in seen else read_json(self._tree, path, CompilerConfiguration)
        if configuration is None:
            return Aliases()
        directory = posixpath.dirname(path)
        extends = configuration.extends
        bases = [extends] if isinstance(extends, str) else extends
        inherited = Aliases()
        for base in bases:
            inherited = self._load(self._extended(directory, base), seen | {path}).over(inherited)
        aliases = _own(directory, configuration.options, inherited).over(inherited)
        for reference in configuration.references:
            if aliases.paths is None:
                referred = self._configuration(join(directory, reference.path))
                aliases = aliases.over(self._load(referred, seen | {path}))
        return aliases

    def _extended(self, directory: str, base: str) -> str:
        """Return the path of the configuration that *base* names, "" for none in the tree."""
        if base.startswith("."):
            return self._configuration(join(directory, base))
        package = self._packages.locate(directory, base)
        return self._configuration("/".join(package).strip("/")) if package else ""

    def _configuration(self, path: str | None) -> str:
        if path is None:
            return ""
        inside = posixpath.join(path, "tsconfig.json")
        return self._tree.first([path, f"{path}.json", inside]) or ""


def _own(directory: str, options: CompilerOptions, inherited: Aliases) -> Aliases:
    """Return what *options* of a configuration in *directory* say, paths seen from the root."""
    base_url = None if options.base_url is None else join(directory, options.base_url)
    origin = inherited.base_url if base_url is None else base_url
    if options.paths is None:
        return Aliases(base_url=base_url)
    anchor = directory if origin is None else origin
    paths = {pattern: list(_within(anchor, targets)) for pattern, targets in options.paths.items()}
    return Aliases(base_url=base_url, paths=paths)


def _matching(place: str, table: Mapping[str, JsonValue], key: str) -> Iterator[str]:
    """Yield the paths below *place* that *table*, an exports or imports map, has for *key*."""
    matched = _match(table, key)
    if matched:
        value, star = matched
        yield from _within(place, [leaf.replace("*", star) for leaf in _leaves(value)])


def _match(table: Mapping[str, Value], key: str) -> tuple[Value, str] | None:
    """Return the value of the pattern that fits *key* best, and what its "*" stands for.

    An exact pattern wins, then the one with the longest text before its "*", as in TypeScript's
    `paths` and Node's `exports`.
    """
    if key in table:
        return table[key], ""
    fitting: list[tuple[int, str, str]] = []
    for pattern in table:
        before, star, after = pattern.partition("*")
        long_enough = len(key) >= len(before) + len(after)
        if star and long_enough and key.startswith(before) and key.endswith(after):
            fitting.append((len(before), pattern, key[len(before) : len(key) - len(after)]))
    if not fitting:
        return None
    _, pattern, matched = max(fitting)
    return table[pattern], matched


def _leaves(value: JsonValue) -> list[str]:
    """Return the targets of a value of an exports map, whatever conditions they are under."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [leaf for one in inner for leaf in _leaves(one)]


def _within(place: str, relatives: list[str]) -> Iterator[str]:
    for relative in relatives:
        path = join(place, relative)
        if path is not None:
            yield path
