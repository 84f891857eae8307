"""Resolves calls to functions of the repository: gathers what the rules find, and chooses.

The code stage asks it, once functions and dependencies of HEAD are there. What the rules are, and
what they can be trusted with, is said by `rules`.
"""

import polars as pl

from hyperion_pipelines.code.calls.bindings import (
    bound_names,
    folders_in_reach,
    outside_names,
    provided_names,
)
from hyperion_pipelines.code.calls.rules import CANDIDATE, RULES, Sources
from hyperion_pipelines.code.calls.scoping import source_files
from hyperion_pipelines.code.calls.sites import call_sites_by_path
from hyperion_pipelines.code.calls.targets import call_targets
from hyperion_pipelines.schemas import CALLS

_COLUMNS = pl.Schema({name: kind for name, kind in CALLS.items() if name != "repository"})


def resolve_calls(
    call_sites: pl.DataFrame,
    functions: pl.DataFrame,
    dependencies: pl.DataFrame,
    imports: pl.DataFrame,
    tree: pl.DataFrame,
) -> pl.DataFrame:
    """The calls of every file at HEAD, a row for each call site of it: CALLS without `repository`.

    The frames are the tables of these names, of one repository. A call has one target or none: the
    function that the surest rule leads to, unless it leads to several. `confidence`, 0 to 1, is
    about the share of calls resolved by that rule that mean this very function. Targets are of the
    caller's language family, and no tests unless a test calls.
    """
    files = source_files(tree)
    targets = call_targets(functions, files)
    bindings = bound_names(imports, dependencies, files)
    sites = call_sites_by_path(call_sites, files, outside_names(bindings))
    inside = bindings.drop_nulls("to_path")
    key = ["family", "name"]
    called = targets.join(sites.select(key).unique(), on=key, how="semi")
    given = Sources(
        sites.join(called.select(key).unique(), on=key, how="semi"),
        called,
        bindings=inside,
        provided=provided_names(called, inside),
        reach=folders_in_reach(inside, files),
    )
    candidates = pl.concat([rule(given).select(CANDIDATE) for rule in RULES])
    chosen = _chosen(candidates, given.sites, called)
    return (
        sites.join(chosen, on="site", how="left")
        .rename({"path": "from_path", "function": "from_function", "function_line": "from_line"})
        .select(_COLUMNS.keys())
        .cast(_COLUMNS)
        .sort(*dict.fromkeys(("from_path", "line", "name", *_COLUMNS)))
    )


def _chosen(candidates: pl.DataFrame, sites: pl.DataFrame, targets: pl.DataFrame) -> pl.DataFrame:
    """Of each site the target that stands alone among its surest: with `confidence`."""
    called = sites.select("site", "arguments", by_test="is_test", of_family="family")
    found = candidates.join(called, on="site").join(targets, on="target")
    allowed = found.filter(
        pl.col("family") == pl.col("of_family"), pl.col("by_test") | ~pl.col("is_test")
    )
    surest = allowed.filter(_is_greatest(pl.struct("confidence", "depth")))
    fitting = surest.filter(_is_greatest(_fit()))
    function = pl.struct("to_path", "to_function")
    return (
        fitting.filter(function.n_unique().over("site") == 1)
        .sort("site", "to_line")
        .unique("site", keep="first", maintain_order=True)
        .select("site", "to_path", "to_function", "to_line", "confidence")
    )


def _is_greatest(value: pl.Expr) -> pl.Expr:
    return value.rank("dense", descending=True).over("site") == 1


def _fit() -> pl.Expr:
    """2 for as many arguments as parameters, 1 for fewer (defaults), 0 for more (or not known)."""
    difference = pl.col("arguments").cast(pl.Int64) - pl.col("parameters").cast(pl.Int64)
    return pl.when(difference == 0).then(2).when(difference < 0).then(1).otherwise(0)
