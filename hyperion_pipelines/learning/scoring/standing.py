"""Where values stand among those of their repository."""

import numpy as np
import polars as pl
from numpy.typing import NDArray


def percentiles(values: pl.Expr) -> pl.Expr:
    """For each value the percentage of all that are smaller, equal ones counted half; f32."""
    return (100 * (values.rank("average") - 0.5) / values.count()).cast(pl.Float32)


def shares_beside(
    values: NDArray[np.float64], peers: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each of *values* the share of *peers* that are smaller, and the share that are greater.

    NaN is a missing value: as a peer it does not count. Without peers both shares are 0.
    """
    known = np.sort(peers[~np.isnan(peers)])
    count = max(len(known), 1)
    smaller = np.searchsorted(known, values, side="left") / count
    greater = (len(known) - np.searchsorted(known, values, side="right")) / count
    return smaller, greater
