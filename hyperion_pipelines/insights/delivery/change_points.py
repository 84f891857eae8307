"""Where a series of weekly counts changes its level for good.

It knows nothing of commits; what a change of level means is said where it is asked for.
"""

from typing import cast

import numpy as np
import numpy.typing as npt

SHORTEST = 13  # weeks: a quarter; what is shorter is a busy month, not another pace
# Of the least penalty that tells a change from noise (BIC's, for two more parameters): twice that,
# because busy weeks follow busy weeks.
CAUTION = 2.0
NORMAL_MAD = 0.6745  # median absolute deviation of a standard normal variable


def change_points(counts: npt.ArrayLike) -> list[int]:
    """The places in *counts* (n,) at which a new level begins, ascending; 0 is not among them.

    Exact least squares on 2 sqrt(count + 3/8), which makes the noise of a count nearly the same at
    every level (Anscombe, "The transformation of Poisson, binomial and negative-binomial data",
    1948), by PELT (Killick, Fearnhead & Eckley, "Optimal detection of changepoints with a linear
    computational cost", 2012). Each change costs 2 x 2 s^2 ln n, where s is the noise from one
    week to the next, never taken for less than a Poisson count's. A level lasts 13 weeks at least.
    """
    values = 2 * np.sqrt(np.asarray(counts, np.float64) + 3 / 8)
    if len(values) < 2 * SHORTEST:
        return []
    from ruptures import KernelCPD

    penalty = CAUTION * 2 * _noise(values) ** 2 * np.log(len(values))
    search = KernelCPD(kernel="linear", min_size=SHORTEST).fit(values.reshape(-1, 1))
    ends = cast("list[int]", search.predict(pen=penalty))
    return [int(end) for end in ends[:-1]]


def _noise(values: npt.NDArray[np.float64]) -> float:
    """The standard deviation of one value, robustly, from the steps between neighbours."""
    steps = np.diff(values)
    deviation = np.median(np.abs(steps - np.median(steps)))
    return max(1.0, float(deviation) / NORMAL_MAD / np.sqrt(2))
