"""Why a file is suggested, in words: the facts behind the ranking, the strongest first."""

import polars as pl

MOST_REASONS = 4


def reasons() -> pl.Expr:
    """The reasons (list[str]) of each row that `signals` made."""
    whole = pl.col("given_changes").cast(pl.Int64).cast(pl.String)
    times = pl.col("support").cast(pl.Int64).cast(pl.String)
    last = pl.col("days_since_together").round().cast(pl.Int64)
    days = pl.when(last == 1).then(pl.lit("1 day")).otherwise(pl.format("{} days", last))
    is_namesake = pl.col("same_stem") > 0
    said = [
        (
            pl.col("support") > 0,
            pl.format("changed together {} of {} times, last {} ago", times, whole, days),
        ),
        (pl.col("is_test_of") > 0, pl.lit("its test")),
        (pl.col("is_tested_by") > 0, pl.lit("what it tests")),
        (pl.col("imports") > 0, pl.lit("imports it")),
        (pl.col("imported_by") > 0, pl.lit("imported by it")),
        (is_namesake & (pl.col("is_test_of") + pl.col("is_tested_by") == 0), pl.lit("same name")),
        (pl.col("same_directory") > 0, pl.lit("same directory")),
    ]
    words = [pl.when(holds).then(text) for holds, text in said]
    return pl.concat_list(words).list.drop_nulls().list.head(MOST_REASONS)
