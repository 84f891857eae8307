"""Which function calls which, at HEAD. How calls are resolved is the business of `code.calls`."""

import polars as pl

from hyperion_pipelines.graph.building.structure import function_identity

_CALLER = function_identity("from_path", "from_function", "from_line")
_CALLED = function_identity("to_path", "to_function", "to_line")


def function_calls(calls: pl.DataFrame) -> pl.DataFrame:
    """CALLS from a function to a function of the repository.

    Calls of one function that are written differently are one edge, as sure as the surest of them.
    """
    return _edges(calls.drop_nulls("from_function"), _CALLER)


def file_calls(calls: pl.DataFrame) -> pl.DataFrame:
    """CALLS from what stands outside all functions of a file to a function of the repository."""
    return _edges(calls.filter(pl.col("from_function").is_null()), pl.col("from_path"))


def _edges(calls: pl.DataFrame, caller: pl.Expr) -> pl.DataFrame:
    resolved = calls.drop_nulls(["to_path", "to_function", "to_line"])
    return (
        resolved.with_columns(source=caller, target=_CALLED)
        .group_by("source", "target")
        .agg(pl.sum("calls"), pl.min("line"), pl.max("confidence"))
    )
