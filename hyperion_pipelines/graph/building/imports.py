"""What files import: other files over time, and modules from outside the repository.

How imports are found and resolved is the business of the stage code.
"""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

_JAVASCRIPT = r"^(https?://[^/]+|(?:node:)?(?:@[^/]+/)?[^/.#@~?][^/?]*)"
# The package, which ends before the first name in capitals, else before the last name.
_JVM = r"^(.+?)\.(?:[A-Z*].*|[^.]+)$"
# What of an import names its module, in the notation of the language's module of code.imports.
# What does not match is no module: it starts from the file's own place, or names a path.
MODULE_NAMES: Mapping[str, str] = {
    "Python": r"^([^.]+)",
    **dict.fromkeys(("JavaScript", "TypeScript", "TSX"), _JAVASCRIPT),
    **dict.fromkeys(("Java", "Kotlin", "Scala"), _JVM),
    "Go": r"^([^.].*)$",
    "Rust": r"^(\w+)(?:::|$)",
    **dict.fromkeys(("C", "C++", "C#"), r"^(.+)$"),
    "Swift": r"^([^.]+)",
    "PHP": r"^\\?(\w[\w\\]*?)(?:\\\w+)?$",
    "Ruby": r"^(\w[^/\s]*)(?:/|$)",
    "Lua": r"^([^./]+)",
}
_OWN_CRATE = r"^(?:crate|self|super|Self)(?:::|$)"
_PAIR = ("source", "target")


def module_nodes(dependencies: pl.DataFrame, tree: pl.DataFrame) -> pl.DataFrame:
    """A row per module from outside: `key`, `name`. Languages may share one that they both name."""
    return _modules(dependencies, tree).select("name", key="name").unique()


def module_imports(dependencies: pl.DataFrame, tree: pl.DataFrame) -> pl.DataFrame:
    """IMPORTS from a file to a module, at HEAD; since when is not known."""
    named = _modules(dependencies, tree).select("line", source="from_path", target="name")
    return named.group_by(_PAIR).agg(pl.min("line"))


def file_imports(
    dependencies: pl.DataFrame, dependency_history: pl.DataFrame, head_time: datetime
) -> pl.DataFrame:
    """IMPORTS from a file to another one, an edge per stretch of time.

    The past is known at the turns of the quarters. What came after the newest turn is as old as
    *head_time*, when it is known first, and what had gone by then ends there.
    """
    is_gone = ~pl.col("at_head") & pl.col("until").is_null()
    return import_stretches(dependencies, dependency_history).select(
        *_PAIR,
        "line",
        since=pl.col("since").fill_null(head_time),
        until=pl.when(is_gone).then(pl.lit(head_time)).otherwise("until"),
    )


def import_stretches(dependencies: pl.DataFrame, dependency_history: pl.DataFrame) -> pl.DataFrame:
    """When which file imported which: `source`, `target`, `since`, `until`, `at_head`, `line`.

    `since` and `until` are turns of quarters: null where the import was seen at HEAD alone, and
    where it had no end at the newest turn. The line is that at HEAD.
    """
    at_head = _between_files(dependencies).group_by(_PAIR).agg(pl.min("line"))
    past = _between_files(dependency_history).select(*_PAIR, "since", "until")
    is_open = pl.col("until").is_null()
    present = past.filter(is_open).join(at_head, on=_PAIR, how="full", coalesce=True)
    known = present.join(
        at_head.with_columns(at_head=True).drop("line"), on=_PAIR, how="left"
    ).with_columns(pl.col("at_head").fill_null(value=False))
    ended = past.filter(~is_open).with_columns(at_head=False)
    return pl.concat([ended, known], how="diagonal_relaxed")


def _between_files(edges: pl.DataFrame) -> pl.DataFrame:
    within = edges.drop_nulls("to_path").filter(pl.col("from_path") != pl.col("to_path"))
    return within.rename({"from_path": "source", "to_path": "target"})


def _modules(dependencies: pl.DataFrame, tree: pl.DataFrame) -> pl.DataFrame:
    """The imports that leave the repository: `from_path`, `line`, and the `name` of the module."""
    outside = dependencies.filter(pl.col("to_path").is_null()).join(
        tree.select("language", from_path="path"), on="from_path"
    )
    language = pl.col("language")
    # A regular expression of Rust's cannot say that a path starts with none of these words.
    written = pl.when((language != "Rust") | ~pl.col("module").str.contains(_OWN_CRATE)).then(
        "module"
    )
    names = [
        pl.when(language == each).then(written.str.extract(pattern))
        for each, pattern in MODULE_NAMES.items()
    ]
    return outside.select("from_path", "line", name=pl.coalesce(names)).drop_nulls("name")
