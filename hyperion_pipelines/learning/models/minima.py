"""From how many examples of a train part on a model learns from them: the one place that says so.

Below the first, nothing is registered. What has them is still judged by the gate, whose intervals
say how little a small test part tells.
"""

from typing import NamedTuple

import polars as pl


class Minimum(NamedTuple):
    """The fewest labelled examples, and the fewest positive ones among them."""

    labelled: int
    positive: int

    def is_met_by(self, train: pl.DataFrame) -> bool:
        """Whether *train*, with bool `label`, has enough of either class."""
        positives = int(train["label"].sum())
        return train.height >= self.labelled and self.positive <= positives < train.height


# Of all repositories together.
POOLED = Minimum(labelled=100, positive=10)
# Of a repository that is to have a model of its own.
OWN = Minimum(labelled=300, positive=30)
