"""Sums over what came before within some days, for each row of an ordered frame.

Rows of equal time are told apart by their order, which polars' rolling windows, who know the time
alone, cannot: an earlier row never counts a later one.
"""

import polars as pl

DAY = 86_400  # seconds


def sum_before(value: pl.Expr, *, key: pl.Expr, days: int) -> pl.Expr:
    """The sum of *value* over the earlier rows of the same *key* that are at most *days* older.

    The frame is ordered by *key* and rank and has `seconds`; *key* is a non-negative integer.
    """
    before = value.cum_sum() - value
    return before - before.gather(window_start(key, days=days))


def count_before(*, key: pl.Expr, days: int) -> pl.Expr:
    """How many earlier rows of the same *key* are at most *days* older, as for `sum_before`."""
    return pl.int_range(pl.len()) - window_start(key, days=days)


def sum_older(value: pl.Expr, *, key: pl.Expr, days: int) -> pl.Expr:
    """The sum of *value* over the earlier rows of any lower key, and of *key* if *days* older.

    As for `sum_before`; of use as a difference of two, which leaves the rows of one key.
    """
    until = _place(key).search_sorted(_place(key) - days * DAY, side="right")
    row = pl.int_range(pl.len(), dtype=pl.UInt32)
    return (value.cum_sum() - value).gather(pl.min_horizontal(until, row))


def window_start(key: pl.Expr, *, days: int) -> pl.Expr:
    """The number of the first row of the same *key* that is at most *days* older, as above."""
    return _place(key).search_sorted(_place(key) - days * DAY, side="left")


def _place(key: pl.Expr) -> pl.Expr:
    """A number for each row, ascending, in which keys lie further apart than any window reaches."""
    time = pl.col("seconds") - pl.col("seconds").min()
    return key.cast(pl.Int64) * (time.max() + 366 * DAY) + time
