"""How likely chance alone explains what two sets have in common, for very many pairs of sets.

`scipy.stats.hypergeom.sf` sums each tail on its own, in about 0.1 ms: the pairs of files of a large
repository would take minutes. Here all tails are summed side by side.
"""

import numpy as np
from numpy.typing import NDArray

# A term this much smaller than the tail so far no longer changes it as a number of 64 bits.
NEGLIGIBLE = -37.0


def upper_tail(
    common: NDArray[np.float64],
    population: int,
    first: NDArray[np.float64],
    second: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The chance that two random subsets of *population* things have *common* or more in common.

    *first* and *second* are the subsets' sizes: whole numbers, all three of one shape, with at
    least one and at most *population* of them, and *common* possible with them. It is the p-value
    of Fisher's exact test, one-sided (Fisher, "Statistical Methods for Research Workers", 1934).
    The terms follow each other by their ratio, as logarithms, so that none is too small to count.
    """
    from scipy.stats import hypergeom

    log_term: NDArray[np.float64] = hypergeom.logpmf(common, population, first, second)
    log_tail = log_term.copy()
    seen = common.copy()
    limit = np.minimum(first, second)
    open_tails = np.flatnonzero(seen < limit)
    while open_tails.size:
        x, a, b = seen[open_tails], first[open_tails], second[open_tails]
        log_term[open_tails] += np.log((a - x) * (b - x)) - np.log(
            (x + 1) * (population - a - b + x + 1)
        )
        log_tail[open_tails] = np.logaddexp(log_tail[open_tails], log_term[open_tails])
        seen[open_tails] += 1
        counts = log_term[open_tails] > log_tail[open_tails] + NEGLIGIBLE
        open_tails = open_tails[counts & (seen[open_tails] < limit[open_tails])]
    return np.minimum(np.exp(log_tail), 1.0)
