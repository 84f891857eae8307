"""Numbers as a person writes them, as polars expressions over many of them at once.

Each function takes amounts that are not negative and gives text; the sign is the business of the
phrase around it.
"""

import polars as pl

DAYS_A_MONTH, DAYS_A_YEAR = 365.25 / 12, 365.25
SMALLEST = 0.01  # what is less is said to be


def plain(amount: pl.Expr) -> pl.Expr:
    """`1,240`; below ten with a decimal where there is one (`4.2`), below one with two digits."""
    large, small = amount.round(0), amount.round_sig_figs(2).cast(pl.String)
    return (
        pl.when((amount >= 10) | (amount == large))
        .then(_grouped(large))
        .when(amount >= 1)
        .then(amount.round(1).cast(pl.String).str.strip_suffix(".0"))
        .when(amount >= SMALLEST)
        .then(small.str.strip_suffix(".0"))
        .otherwise(pl.lit(f"less than {SMALLEST}"))
    )


def share(amount: pl.Expr) -> pl.Expr:
    """`34 %`; what is neither none nor all is never said to be 0 or 100 %."""
    return (
        pl.when((amount > 0) & (amount < 0.01))
        .then(pl.lit("less than 1 %"))
        .when((amount > 0.99) & (amount < 1))
        .then(pl.lit("more than 99 %"))
        .otherwise(_grouped((100 * amount).round(0)) + " %")
    )


def days(amount: pl.Expr) -> pl.Expr:
    """`1 day`, `12 days`; from two months on `5 months`, from two years on `2.3 years`."""
    return (
        pl.when(amount < 1)
        .then(pl.lit("less than a day"))
        .when(amount < 1.5)
        .then(pl.lit("1 day"))
        .when(amount < 2 * DAYS_A_MONTH)
        .then(_grouped(amount.round(0)) + " days")
        .when(amount < 2 * DAYS_A_YEAR)
        .then(_grouped((amount / DAYS_A_MONTH).round(0)) + " months")
        .otherwise(plain(amount / DAYS_A_YEAR) + " years")
    )


def ordinal(earlier: pl.Expr) -> pl.Expr:
    """`2nd` after one *earlier*, `12th` after eleven, `1,241st` after 1,240."""
    place = earlier.round(0) + 1
    is_teen = (place % 100).is_between(11, 13)
    ending = (
        pl.when(is_teen)
        .then(pl.lit("th"))
        .otherwise((place % 10).replace_strict({1: "st", 2: "nd", 3: "rd"}, default="th"))
    )
    return _grouped(place) + ending


def hour(amount: pl.Expr) -> pl.Expr:
    """`04` for the hour from 4 to 5."""
    return plain(amount).str.zfill(2)


def _grouped(whole: pl.Expr) -> pl.Expr:
    """A whole number with a comma before each group of three digits; as it is, if no int64."""
    digits = whole.cast(pl.Int64, strict=False).cast(pl.String)
    backwards = digits.str.reverse().str.replace_all(r"(\d{3})", "${1},").str.strip_suffix(",")
    return pl.coalesce(backwards.str.reverse(), whole.cast(pl.String))
