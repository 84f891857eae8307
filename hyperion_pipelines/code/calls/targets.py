"""What can be called: the functions of the repository, under the names that calls give them.

A class is called by its own name and means its constructor. Nothing here looks at a call.
"""

import polars as pl

# What constructors are named by family, where they have not the class's name.
_CONSTRUCTORS = {
    "Java": "constructor",
    "JavaScript": "constructor",
    "PHP": "__construct",
    "Python": "__init__",
    "Swift": "init",
}
# Ruby calls its constructors as a method of the class.
_IS_RUBY_CONSTRUCTOR = (pl.col("family") == "Ruby") & (pl.col("name") == "initialize")
# JavaScript: what a module exports stands at its top; methods of a prototype are the class's.
_EXPORTS = r"^(?:module\.)?exports(?:\.|$)"
_PROTOTYPE = r"\.prototype\b"


def scope_of(qualified_name: pl.Expr) -> pl.Expr:
    """*qualified_name* without what only says how JavaScript attaches a function to its owner."""
    return qualified_name.str.replace(_EXPORTS, "").str.replace(_PROTOTYPE, "")


def call_targets(functions: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """One row per name that a function is called by: `target` numbers them.

    `name`, `container` (what is around it, dotted; "" at the top of a file), `owner` (the last name
    of that), `is_method` (the container is no function), `is_constructor` (then `name` is the
    class's and the container what is around the class), `to_path`, `to_function`, `to_line`,
    `parameters`, and of its file `directory`, `family` and `is_test`.
    """
    scope = scope_of(pl.col("qualified_name"))
    named = (
        functions.filter(pl.col("name").str.contains(r"^[\w$#@]+[?!=]?$"))
        .with_columns(container=_without_last(scope))
        .join(files.select("path", "directory", "family", "is_test"), on="path")
    )
    is_inner = pl.struct("path", "container").is_in(
        named.select(pl.struct("path", container="qualified_name")).to_series().implode()
    )
    methods = named.select(
        "path",
        "container",
        "parameters",
        *("directory", "family", "is_test"),
        name=pl.when(_IS_RUBY_CONSTRUCTOR).then(pl.lit("new")).otherwise("name"),
        owner=_last(pl.col("container")),
        is_method=(pl.col("container") != "") & ~is_inner,
        is_constructor=_IS_RUBY_CONSTRUCTOR,
        to_function="qualified_name",
        to_line="start_line",
    )
    usual_name = pl.col("family").replace_strict(_CONSTRUCTORS, default=None)
    is_constructor = (pl.col("name") == usual_name) | (pl.col("name") == pl.col("owner"))
    constructors = methods.filter("is_method", is_constructor).with_columns(
        name=pl.col("owner"),
        container=_without_last(pl.col("container")),
        owner=_last(_without_last(pl.col("container"))),
        is_method=pl.lit(value=False),
        is_constructor=pl.lit(value=True),
    )
    return (
        pl.concat([methods, constructors])
        .rename({"path": "to_path"})
        .sort("to_path", "to_line", "to_function", "name", "is_constructor")
        .with_row_index("target")
    )


def _without_last(name: pl.Expr) -> pl.Expr:
    return name.str.replace(r"(?s)(?:^|\.)[^.]*$", "")


def _last(name: pl.Expr) -> pl.Expr:
    return name.str.extract(r"(?s)([^.]*)$")
