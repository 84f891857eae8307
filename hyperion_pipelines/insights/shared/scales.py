"""Scales on which counts are weighed against each other."""

import polars as pl


def log2(column: str) -> pl.Expr:
    """The binary logarithm of 1 + *column*: each doubling weighs the same, and 0 weighs nothing."""
    return (1 + pl.col(column)).log(2)
