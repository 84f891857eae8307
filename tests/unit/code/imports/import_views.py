"""The two views that the tests here take: statements of a text, and edges of a tree of files.

`edges` goes the whole way, from the text of every file through its syntax to the files it leads to.
"""

import importlib
import posixpath
from collections.abc import Mapping

import polars as pl
from tree_sitter import Language, Parser

from hyperion_pipelines.code.imports.extraction import SYNTAXES, extract_imports
from hyperion_pipelines.code.imports.resolution import resolve_imports
from hyperion_pipelines.code.imports.statement import ImportStatement
from hyperion_pipelines.code.languages import GRAMMARS, LANGUAGES

IMPORTS = pl.Schema(
    {
        "from_path": pl.String,
        "language": pl.String,
        "module": pl.String,
        "names": pl.List(pl.String),
        "line": pl.UInt32,
    }
)
PATHS = pl.Schema({"path": pl.String, "language": pl.String})

_LANGUAGE_OF_EXTENSION = {
    f".{extension}": language.name
    for language in LANGUAGES
    if language.name in SYNTAXES
    for extension in language.extensions.split()
}


def statements(language: str, source: str) -> list[tuple[str, list[str], int]]:
    """Return (module, names, line) of each import of *source*."""
    return [(one.module, one.names, one.line) for one in _extract(language, source)]


def edges(files: Mapping[str, str]) -> dict[tuple[str, str], list[str | None]]:
    """Return what *files* (path -> content) import: (from_path, module) -> to_paths."""
    languages = {path: _LANGUAGE_OF_EXTENSION.get(posixpath.splitext(path)[1]) for path in files}
    rows = [
        (path, language, one.module, one.names, one.line)
        for path, language in languages.items()
        if language
        for one in _extract(language, files[path])
    ]
    imports = pl.DataFrame(rows, schema=IMPORTS, orient="row")
    paths = pl.DataFrame(list(languages.items()), schema=PATHS, orient="row")
    found: dict[tuple[str, str], list[str | None]] = {}
    for row in resolve_imports(imports, paths, files.get).iter_rows(named=True):
        found.setdefault((row["from_path"], row["module"]), []).append(row["to_path"])
    return found


def _extract(language: str, source: str) -> list[ImportStatement]:
    grammar = GRAMMARS[language]
    pointer: object = getattr(importlib.import_module(grammar.module), grammar.function)()
    return extract_imports(language, Parser(Language(pointer)).parse(source.encode()).root_node)
