"""From log-odds, in which models answer and reasons add up, to probabilities."""

import polars as pl


def probability_of(log_odds: pl.Expr) -> pl.Expr:
    """The probability that *log_odds* stand for: the logistic function of them."""
    return 1 / (1 + (-log_odds).exp())
