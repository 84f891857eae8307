"""How many commits the next four weeks will bring, from those of four weeks each before.

A count forecast with an interval, and what its own past says of that interval. What the counts are
of is not known here.
"""

import polars as pl

LEAST_WINDOWS = 3  # to forecast from
FITTED_WINDOWS = 13  # a year of four weeks each
LEAST_TRIALS = 8  # forecasts of the past that `coverage` needs
INTERVAL = (0.025, 0.975)


def forecast(counts: pl.DataFrame) -> pl.DataFrame:
    """The next count of each series: a row per `series`, in the order of their first rows.

    *counts* has `series` and `count`, a row per window without gaps, oldest first. Columns:
    `forecast`, the mean; `low` and `high`, the central 95 % of its distribution; all null with
    fewer than 3 windows. `coverage` is the share of past windows whose count fell inside the
    interval that the windows before them gave; null with fewer than 8 of them.

    The distribution is negative binomial, fitted by moments to the last 13 windows, n of them:
    mean m = (sum + 1/2) / n, variance (1 + 1/n) max(s^2, m). Where the counts vary no more than
    Poisson's, that is the gamma-Poisson predictive distribution under Jeffreys' prior (Gelman et
    al., "Bayesian Data Analysis", 3rd edition, 2013, section 2.6).
    """
    following = counts.unique("series", keep="first", maintain_order=True).select("series")
    trials = (
        pl.concat([counts, following], how="diagonal")
        .with_columns(_mean(), _variance())
        .pipe(_with_interval)
    )
    is_next, count = pl.col("count").is_null(), pl.col("count")
    tried = pl.col("low").is_not_null() & ~is_next
    inside = (tried & count.is_between("low", "high")).sum() / tried.sum()
    return trials.group_by("series", maintain_order=True).agg(
        forecast=pl.last("mean"),
        low=pl.last("low"),
        high=pl.last("high"),
        coverage=pl.when(tried.sum() >= LEAST_TRIALS).then(inside),
    )


def _before(rolled: pl.Expr) -> pl.Expr:
    """Of the windows before the one at hand, in its series."""
    return rolled.shift(1).over("series")


def _windows() -> pl.Expr:
    seen = pl.col("count").cum_count().clip(upper_bound=FITTED_WINDOWS)
    return _before(seen)


def _mean() -> pl.Expr:
    total = pl.col("count").rolling_sum(FITTED_WINDOWS, min_samples=LEAST_WINDOWS)
    return ((_before(total) + 0.5) / _windows()).alias("mean")


def _variance() -> pl.Expr:
    spread = pl.col("count").rolling_var(FITTED_WINDOWS, min_samples=LEAST_WINDOWS)
    return ((1 + 1 / _windows()) * pl.max_horizontal(_before(spread), _mean())).alias("variance")


def _with_interval(trials: pl.DataFrame) -> pl.DataFrame:
    """*trials* with `low` and `high`; null where the mean is."""
    from scipy.stats import nbinom

    mean, variance = trials["mean"].to_numpy(), trials["variance"].to_numpy()
    size, success = mean**2 / (variance - mean), mean / variance
    low, high = (
        pl.Series(name, nbinom.ppf(share, size, success), pl.Float64, nan_to_null=True)
        for name, share in zip(("low", "high"), INTERVAL, strict=True)
    )
    return trials.with_columns(low, high)
