"""How long lines live, and how much of each year's work is left.

Statistics of line lifetimes as frames and numbers; the picture of them is drawn elsewhere.
"""

from datetime import timedelta

import polars as pl

from hyperion_pipelines.insights.lines.line_lifetimes import LineLifetimes

ROUNDING = 1e-9  # of a product of fractions that is one half exactly


def survival_function(lifetimes: LineLifetimes) -> pl.DataFrame:
    """The share of lines that live longer than an age: a row per `age` (a duration), ascending.

    `survival` is the product-limit estimate (Kaplan & Meier, "Nonparametric Estimation from
    Incomplete Observations", 1958): the product of 1 - removed / at_risk over all ages so far,
    where `removed` lines ended at that age and `at_risk` had reached it. Lines at HEAD are
    censored: they live at least as long as they are old. It is as exact as its lifetimes.
    """
    is_removed = pl.col("removed").is_not_null()
    return (
        lifetimes.frame.group_by(
            age=pl.col("removed").fill_null(lifetimes.head_time) - pl.col("born")
        )
        .agg(removed=pl.col("lines").filter(is_removed).sum(), ended=pl.sum("lines"))
        .sort("age")
        .with_columns(at_risk=pl.col("ended").cum_sum(reverse=True))
        .select(
            "age",
            "at_risk",
            "removed",
            survival=(1 - pl.col("removed") / pl.col("at_risk")).cum_prod(),
        )
    )


def half_life(lifetimes: LineLifetimes) -> timedelta | None:
    """The age that half of all lines do not outlive; None while more than half are still there.

    The median of the survival function: the first age at which it is one half or less.
    """
    is_halved = pl.col("survival") <= 1 / 2 + ROUNDING
    ages = survival_function(lifetimes).filter(is_halved)["age"]
    return None if ages.is_empty() else ages[0]


def lines_by_origin_year(lifetimes: LineLifetimes) -> pl.DataFrame:
    """How many lines of each year were alive at each year's end, and at HEAD at last.

    Columns `at` (the last day of a year in UTC, or HEAD's), `origin_year` and `lines`, sorted;
    a year keeps its rows, of 0 lines, when nothing is left of it. On a linear history `git blame
    -w` at that time says the same; on others it is as exact as its lifetimes.
    """
    last = lifetimes.head_time.year
    born = lifetimes.frame.group_by(
        origin_year=pl.col("born").dt.year(),
        # No line is removed after HEAD, so that its year and the time of HEAD are one to it.
        removed_year=pl.col("removed").dt.year().fill_null(last + 1),
    ).agg(pl.sum("lines"))
    years = born.select(year=pl.int_ranges(pl.min("origin_year"), last + 1)).explode("year")
    is_last = pl.col("year") == last
    return (
        born.join(years, how="cross")
        .filter(pl.col("year") >= pl.col("origin_year"))
        .group_by(
            pl.when(is_last)
            .then(pl.lit(lifetimes.head_time.date()))
            .otherwise(pl.date("year", 12, 31))
            .alias("at"),
            "origin_year",
        )
        .agg(pl.col("lines").filter(pl.col("removed_year") > pl.col("year")).sum())
        .sort("at", "origin_year")
    )
