"""How far a name reaches, language by language: what the rules of resolution ask of a language.

A language that is missing resolves by the rules that need nothing of it. To add one, add a row.
"""

from typing import NamedTuple

import polars as pl


class Scoping(NamedTuple):
    """What names may mean in a language, besides what their file defines or imports by name.

    Calls stay within a *family*. In a method, `f()` is a method too where *self_is_implied*, and
    `x.f()` mostly where *self_is_named* by each of them (Go). The files of one directory see each
    other's names where *directory_is_package*, all files of the repository where
    *names_are_global* (by linking, loading or namespaces). An import may take names that it does
    not list where *imports_unlisted* (`#include`, `const {f} = require(...)`).
    """

    family: str
    self_is_implied: bool = False
    self_is_named: bool = False
    directory_is_package: bool = False
    names_are_global: bool = False
    imports_unlisted: bool = False


_C = Scoping("C", self_is_implied=True, names_are_global=True, imports_unlisted=True)
_JAVA = Scoping("Java", self_is_implied=True, directory_is_package=True)
_JAVASCRIPT = Scoping("JavaScript", imports_unlisted=True)


_LANGUAGES = {
    "C": _C,
    "C#": Scoping("C#", self_is_implied=True, directory_is_package=True, names_are_global=True),
    "C++": _C,
    "Go": Scoping("Go", self_is_named=True, directory_is_package=True),
    "Java": _JAVA,
    "JavaScript": _JAVASCRIPT,
    "Kotlin": _JAVA,
    "Lua": Scoping("Lua"),
    "PHP": Scoping("PHP", directory_is_package=True, names_are_global=True, imports_unlisted=True),
    "Python": Scoping("Python"),
    "Ruby": Scoping("Ruby", self_is_implied=True, imports_unlisted=True),
    "Rust": Scoping("Rust", self_is_implied=True),
    "Scala": _JAVA,
    "Shell": Scoping("Shell", names_are_global=True, imports_unlisted=True),
    "Swift": Scoping("Swift", self_is_implied=True, names_are_global=True),
    "TSX": _JAVASCRIPT,
    "TypeScript": _JAVASCRIPT,
}


def source_files(tree: pl.DataFrame) -> pl.DataFrame:
    """The files of *tree*: `path`, `blob`, `is_test`, `directory` and the fields of `Scoping`.

    `directory` ends with a slash, but for the top. A language that has no row is its own family.
    """
    scoping = pl.DataFrame(
        [(language, *row) for language, row in _LANGUAGES.items()],
        schema=["language", *Scoping._fields],
        orient="row",
    )
    return tree.join(scoping, on="language", how="left").select(
        "path",
        "blob",
        "is_test",
        pl.coalesce("family", "language", pl.lit("")).alias("family"),
        *(pl.col(name).fill_null(value=False) for name in Scoping._fields[1:]),
        directory=pl.col("path").str.replace(r"[^/]*$", ""),
    )
