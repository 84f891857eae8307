"""The call sites of every file, with what the rules ask of them: who calls, and on what.

Nothing here looks at targets.
"""

import polars as pl

from hyperion_pipelines.code.calls.targets import scope_of

_OWN = ("self", "this", "$this", "cls", "Self")
_INHERITED = ("super", "super()")
# The last name of a receiver. What a call returns has no name, unless it is capitalised like a
# class, where calling a class makes an object; `newBuilder()` resembles one.
_HOLDER = r"([A-Za-z_]\w*)$"
_MADE_HERE = r"^([A-Z]\w*)\(\)$"
_MADE_ELSEWHERE = r"([A-Z]\w*)\(\)$"
_MAKING_BY_CALLING = ("Python", "Java", "Swift")
_FIRST_NAME = r"^([A-Za-z_]\w*)"

# Words that are names like any other elsewhere.
_IS_STATIC = (pl.col("receiver") == "static") & (pl.col("family") == "PHP")
_IS_PARENT = (pl.col("receiver") == "parent") & (pl.col("family") == "PHP")
_IS_BASE = (pl.col("receiver") == "base") & (pl.col("family") == "C#")

IS_PLAIN = pl.col("receiver").is_null()
IS_OWN = pl.col("receiver").is_in(_OWN) | _IS_STATIC
IS_INHERITED = pl.col("receiver").is_in(_INHERITED) | _IS_PARENT | _IS_BASE
IS_OTHER = ~(IS_PLAIN | IS_OWN | IS_INHERITED)


def call_sites_by_path(
    call_sites: pl.DataFrame, files: pl.DataFrame, outside: pl.DataFrame
) -> pl.DataFrame:
    """*call_sites* of every file, numbered as `site`, with `path` and the file's scoping.

    `holder` is the last name of the receiver, `resembles` that or the class that its name ends in,
    `scope` the calling function's name as targets have their containers ("" outside all functions);
    `is_outside`: the first name written is one of *outside*, the frame of `outside_names`.
    """
    receiver = pl.col("receiver")
    last = receiver.str.extract(_HOLDER)
    makes = pl.col("family").is_in(_MAKING_BY_CALLING)
    return (
        call_sites.join(files, on="blob")
        .with_columns(
            holder=pl.coalesce(last, pl.when(makes).then(receiver.str.extract(_MADE_HERE))),
            resembles=pl.coalesce(last, pl.when(makes).then(receiver.str.extract(_MADE_ELSEWHERE))),
            scope=scope_of(pl.col("function").fill_null("")),
            first=pl.coalesce(receiver.str.extract(_FIRST_NAME), "name"),
        )
        .with_columns(
            is_outside=pl.struct("path", bound="first").is_in(
                outside.select(pl.struct("path", "bound")).to_series().implode()
            )
        )
        .with_row_index("site")
    )


def enclosing(sites: pl.DataFrame) -> pl.DataFrame:
    """*sites* once for each `container` around the call, "" included; `depth` counts its names."""
    parts = pl.col("scope").str.split(".")
    depth = pl.int_ranges(0, parts.list.len() + 1)
    return (
        sites.with_columns(parts=parts, depth=depth)
        .explode("depth")
        .with_columns(container=pl.col("parts").list.head(pl.col("depth")).list.join("."))
        .drop("parts")
        .unique(["site", "container"])
    )
