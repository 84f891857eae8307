"""Numbers in words, as expressions over columns: for the sentences of insights."""

import polars as pl


def counted(count: str, one: str, many: str) -> pl.Expr:
    """`1 commit`, `14 commits`: the column *count* with its noun."""
    noun = pl.when(pl.col(count) == 1).then(pl.lit(one)).otherwise(pl.lit(many))
    return pl.format("{} {}", pl.col(count), noun)


def duration(minutes: str) -> pl.Expr:
    """`45 min`, `3 h`, `1 h 24 min`: the column *minutes*, whole ones."""
    hours, rest = pl.col(minutes) // 60, pl.col(minutes) % 60
    return (
        pl.when(hours == 0)
        .then(pl.format("{} min", rest))
        .when(rest == 0)
        .then(pl.format("{} h", hours))
        .otherwise(pl.format("{} h {} min", hours, rest))
    )
