"""Parts of the sentences that give evidence, as polars expressions: counts, dates, commits."""

import polars as pl

from hyperion_pipelines.learning.scoring.numbers import plain

SHORT_SHA = 7


def counted(amount: pl.Expr, one: str, several: str | None = None) -> pl.Expr:
    """`1 line`, `1,240 lines`: *several* is *one* with an s where it is not given."""
    noun = pl.when(amount == 1).then(pl.lit(one)).otherwise(pl.lit(several or f"{one}s"))
    return plain(amount.cast(pl.Float64)) + " " + noun


def commit(sha: str, time: str, author_name: str) -> pl.Expr:
    """`3f2a1bc of 2025-03-04 by Alma`, from the columns of these names."""
    return pl.format(
        "{} of {} by {}",
        pl.col(sha).str.head(SHORT_SHA),
        pl.col(time).dt.strftime("%Y-%m-%d"),
        pl.col(author_name),
    )
