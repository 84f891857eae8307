"""Resolves import statements to files of the repository: the frame side of it.

Each distinct import of a directory is resolved once, by its language's module; expressions bring
the files found back to the statements. How a language finds its modules belongs to those modules.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Protocol

import polars as pl

from hyperion_pipelines.code.imports.c_family import CResolver
from hyperion_pipelines.code.imports.go import GoResolver
from hyperion_pipelines.code.imports.javascript import JavaScriptResolver
from hyperion_pipelines.code.imports.jvm import JvmResolver
from hyperion_pipelines.code.imports.php import PhpResolver
from hyperion_pipelines.code.imports.python import PythonResolver
from hyperion_pipelines.code.imports.ruby import RubyResolver
from hyperion_pipelines.code.imports.rust import RustResolver
from hyperion_pipelines.code.imports.scripts import LuaResolver, ShellResolver
from hyperion_pipelines.code.imports.source_tree import SourceTree
from hyperion_pipelines.schemas import DEPENDENCIES


class ImportResolver(Protocol):
    """The rules of one language family: from what is written to the files it names."""

    def targets(self, from_path: str, module: str, names: list[str], /) -> Iterable[str]:
        """Return the files that importing *module* from *from_path* depends on, maybe none.

        Files of one directory resolve alike, except in Rust, whose modules are files.
        """
        ...


_RESOLVERS: dict[str, Callable[[SourceTree], ImportResolver]] = {
    "C": CResolver,
    "C++": CResolver,
    "Go": GoResolver,
    "Java": JvmResolver,
    "JavaScript": JavaScriptResolver,
    "Kotlin": JvmResolver,
    "Lua": LuaResolver,
    "PHP": PhpResolver,
    "Python": PythonResolver,
    "Ruby": RubyResolver,
    "Rust": RustResolver,
    "Scala": JvmResolver,
    "Shell": ShellResolver,
    "TSX": JavaScriptResolver,
    "TypeScript": JavaScriptResolver,
}


def resolve_imports(
    imports: pl.DataFrame, paths: pl.DataFrame, read_text: Callable[[str], str | None]
) -> pl.DataFrame:
    """Return the dependencies that *imports* make, one row per edge, without `repository`.

    *imports* has `from_path`, `language`, `module`, `names` and `line`; *paths* has `path` and
    `language` of every file at HEAD; *read_text* gives the content of one of them (configuration,
    and where package names are declared rather than spelt by the path). `to_path` is null where the
    import leaves the repository or cannot be resolved. A file that imports itself has no row, and
    no row occurs twice; rows are ordered by `from_path`, `line`, `module` and `to_path`.
    """
    # In Rust a file is a module, and paths are relative to it; elsewhere the directory decides.
    place = (
        pl.when(pl.col("language") == "Rust")
        .then(pl.col("from_path"))
        .otherwise(pl.col("from_path").str.replace(r"[^/]*$", ""))
    )
    requests = imports.group_by("language", place.alias("place"), "module", "names").agg(
        "from_path", "line"
    )
    tree = SourceTree(dict(paths.select("path", "language").iter_rows()), read_text)
    columns = requests.select("language", pl.col("from_path").list.first(), "module", "names")
    targets = _targets(columns.iter_rows(), tree)
    return (
        requests.with_columns(pl.Series("to_path", targets, dtype=pl.List(pl.String)))
        .explode("to_path", empty_as_null=True)
        .explode("from_path", "line")
        .filter(pl.col("to_path").ne_missing(pl.col("from_path")))
        .select(name for name in DEPENDENCIES if name != "repository")
        .cast({name: DEPENDENCIES[name] for name in DEPENDENCIES if name != "repository"})
        .unique()
        .sort("from_path", "line", "module", "to_path", nulls_last=True)
    )


def _targets(
    requests: Iterable[tuple[str, str, str, list[str]]], tree: SourceTree
) -> list[list[str]]:
    """Return the files that each of *requests* (language, from_path, module, names) leads to."""

    @cache
    def resolver(create: Callable[[SourceTree], ImportResolver]) -> ImportResolver:
        return create(tree)

    return [
        list(resolver(_RESOLVERS[language]).targets(from_path, module, names))
        if language in _RESOLVERS
        else []
        for language, from_path, module, names in requests
    ]
