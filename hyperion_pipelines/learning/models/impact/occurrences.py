"""When something happened in a history, by what it happened to: how often before, and when last.

Rows lie ordered by key and rank (the place of a commit in the order of time), so that a question is
one binary search, and many questions one call. A key is any number: a file, a pair, a directory.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
NOWHERE = -1  # a key, file or path that there is not


@dataclass(frozen=True)
class Occurrences:
    """What happened to keys at ranks: `places` is key * `span` + rank, ascending.

    A last place that no key reaches stands for what is not there.
    """

    places: Integers
    span: int

    @classmethod
    def of(cls, keys: Integers, ranks: Integers, commits: int) -> Self:
        """Occurrences of *keys* at *ranks* (0 to *commits*), given in the order of both."""
        span = commits + 2
        return cls(np.append(keys * span + ranks, np.iinfo(np.int64).max), span)

    def before(self, keys: Integers, ranks: Integers | int) -> Integers:
        """The row at which the occurrences of each key before its rank end, exclusive."""
        return np.searchsorted(self.places, keys * self.span + ranks)

    def count(self, keys: Integers, ranks: Integers, since: Integers | int = 0) -> Integers:
        """How often each key occurred before its rank, from the rank *since* on."""
        return self.before(keys, ranks) - self.before(keys, since)

    def last(self, keys: Integers, ranks: Integers) -> Integers:
        """The row of each key's newest occurrence before its rank; NOWHERE without any."""
        row = self.before(keys, ranks) - 1
        is_there = (keys >= 0) & (row >= 0) & (self.places[row] >= keys * self.span)
        return np.where(is_there, row, NOWHERE)

    def rank_at(self, rows: Integers) -> Integers:
        """The rank of each row."""
        return self.places[rows] % self.span

    def recent(self, keys: Integers, ranks: Integers, most: int) -> tuple[Integers, Integers]:
        """The rows of each key's newest occurrences before its rank, *most* at most: from, to."""
        end = self.before(keys, ranks)
        return np.maximum(self.before(keys, 0), end - most), end
