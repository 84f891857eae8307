"""Files made by hand, with functions, imports and calls, as the tables that resolution reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from hyperion_pipelines.code.calls import resolve_calls
from hyperion_pipelines.code.languages import language_of
from hyperion_pipelines.schemas import CALL_SITES, DEPENDENCIES, FUNCTIONS, IMPORTS, TREE


@dataclass(frozen=True)
class Call:
    """A call site: `receiver.name` with *arguments*, in the *function* of that name."""

    written: str
    function: str | None = None
    arguments: int | None = None
    line: int = 50
    calls: int = 1


@dataclass(frozen=True)
class Import:
    """An import of *module*, which leads to the file *to*."""

    module: str
    to: str | None
    names: Sequence[str] = ()


@dataclass(frozen=True)
class File:
    """A file: functions as `qualified.name` or `qualified.name/parameters`, ten lines apart."""

    path: str
    functions: Sequence[str] = ()
    imports: Sequence[Import] = ()
    calls: Sequence[Call] = ()
    is_test: bool = False
    blob: str | None = None


def frame(rows: Sequence[Mapping[str, object]], schema: pl.Schema) -> pl.DataFrame:
    """*rows* as a table of *schema*; what they do not say is null."""
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def function_rows(file: File) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for position, written in enumerate(file.functions):
        name, _, parameters = written.partition("/")
        rows.append(
            {
                "path": file.path,
                "name": name.rpartition(".")[2],
                "qualified_name": name,
                "start_line": 1 + 10 * position,
                "parameters": int(parameters or 0),
            }
        )
    return rows


def call_rows(file: File) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for call in file.calls:
        receiver, _, name = call.written.rpartition(".")
        rows.append(
            {
                "blob": file.blob or file.path,
                "function": call.function,
                "function_line": 1 if call.function else None,
                "name": name,
                "receiver": receiver or None,
                "arguments": call.arguments,
                "line": call.line,
                "calls": call.calls,
            }
        )
    return rows


def tables(files: Sequence[File]) -> tuple[pl.DataFrame, ...]:
    """The frames that `resolve_calls` takes."""
    tree = frame(
        [
            {"path": file.path, "blob": file.blob or file.path, "is_test": file.is_test}
            for file in files
        ],
        TREE,
    ).with_columns(language=language_of(pl.col("path")))
    imported = [(file, line, one) for file in files for line, one in enumerate(file.imports, 1)]
    imports = [
        {
            "blob": file.blob or file.path,
            "module": one.module,
            "names": list(one.names),
            "line": line,
        }
        for file, line, one in imported
    ]
    dependencies = [
        {"from_path": file.path, "to_path": one.to, "module": one.module, "line": line}
        for file, line, one in imported
    ]
    sites = {file.blob or file.path: call_rows(file) for file in files}
    return (
        frame([row for rows in sites.values() for row in rows], CALL_SITES),
        frame([row for file in files for row in function_rows(file)], FUNCTIONS),
        frame(dependencies, DEPENDENCIES),
        frame(imports, IMPORTS),
        tree,
    )


def resolve(*files: File) -> pl.DataFrame:
    call_sites, functions, dependencies, imports, tree = tables(files)
    return resolve_calls(call_sites, functions, dependencies, imports, tree)


def meant(*files: File) -> list[str | None]:
    """What the calls mean, in the order of their files and lines: `path qualified_name`."""
    text = pl.concat_str("to_path", "to_function", separator=" ")
    return resolve(*files).select(text).to_series().to_list()
