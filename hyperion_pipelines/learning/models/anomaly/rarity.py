"""How rare a commit's measures are among those of its repository, in bits.

The rarity of a value is -log2 of the share of the repository's commits with a value at least as
large: 0 bits for the smallest, 10 bits for one in 1,024. This is the tail probability of ECOD (Li
et al., IEEE TKDE 2022), taken on the side that is odd: nobody wonders at few lines. Measures that
say the same in other words are one aspect, whose rarity is that of the rarest of them; otherwise
a commit that is large in every way would hide one that is odd in a single way.
"""

from collections.abc import Mapping
from typing import NamedTuple, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

# Of each aspect its measures. Bits add up: ground is the surprise of kind, directory and branch.
ASPECTS: Mapping[str, tuple[str, ...]] = {
    "amount": ("lines_added_for_experience", "lines_deleted", "deleted_files", "files"),
    "size": ("lines_added",),
    "binaries": ("binary_files",),
    "kind": ("kind_surprise",),
    "ground": ("ground_surprise",),
    "hour": ("hour_surprise",),
    "branch": ("branch_surprise",),
    "newness": ("newness",),
}
INPUTS = (
    *("lines_added", "lines_deleted", "deleted_files", "files", "binary_files"),
    *("kind_surprise", "directory_surprise", "hour_surprise", "branch_surprise"),
    "author_experience",
)
_EXPERIENCE_CLASSES = 9  # none, 1 or 2, 3 to 6, ...: newcomers add less than old hands


class Rarity(NamedTuple):
    """The measures of a repository's commits, each in ascending order.

    Among them are lines added by authors of like experience, and, of an aspect of several measures,
    the rarity of the rarest: the more measures, the more commits are rare in one of them.
    """

    measures: Mapping[str, Numbers]

    @classmethod
    def among(cls, commits: pl.DataFrame) -> Self:
        """That of *commits*, those of one repository, with the columns `INPUTS`."""
        measures = _measures(commits)
        classes = _experience_classes(commits)
        lines = measures["lines_added"]
        by_class = {
            _of_class(number): lines[classes == number] for number in np.unique(classes).tolist()
        }
        known = {name: np.sort(values) for name, values in {**measures, **by_class}.items()}
        single = cls(known)
        joint = {
            _of_aspect(name): np.sort(single._rarest(commits, names))
            for name, names in ASPECTS.items()
            if len(names) > 1
        }
        return cls(known | joint)

    def bits(self, commits: pl.DataFrame) -> Numbers:
        """The rarity of each commit in each of the ASPECTS (commits, aspects), in bits."""
        return np.column_stack([self._aspect(name, commits) for name in ASPECTS])

    def _aspect(self, name: str, commits: pl.DataFrame) -> Numbers:
        rarest, joint = self._rarest(commits, ASPECTS[name]), _of_aspect(name)
        return self._of(joint, rarest) if joint in self.measures else rarest

    def _rarest(self, commits: pl.DataFrame, measures: tuple[str, ...]) -> Numbers:
        values = _measures(commits)
        rarities = [
            self._for_experience(values["lines_added"], _experience_classes(commits))
            if name == "lines_added_for_experience"
            else self._of(name, values[name])
            for name in measures
        ]
        return np.max(rarities, axis=0)

    def _for_experience(self, lines: Numbers, classes: NDArray[np.int64]) -> Numbers:
        """The rarity of *lines* added among commits by authors of like experience."""
        rarity = np.zeros(len(lines))
        for number in np.unique(classes).tolist():
            name = _of_class(number)
            peers = name if name in self.measures else "lines_added"
            rarity[classes == number] = self._of(peers, lines[classes == number])
        return rarity

    def _of(self, name: str, values: Numbers) -> Numbers:
        known = self.measures[name]
        as_large = len(known) - np.searchsorted(known, values, side="left")
        return np.log2(len(known) / np.maximum(as_large, 1))


def _measures(commits: pl.DataFrame) -> dict[str, Numbers]:
    inputs = commits.select(pl.col(INPUTS).cast(pl.Float64)).with_columns(
        newness=-pl.col("author_experience"),
        ground_surprise=pl.sum_horizontal("kind_surprise", "directory_surprise", "branch_surprise"),
    )
    return {name: inputs[name].to_numpy() for name in inputs.columns}


def _experience_classes(commits: pl.DataFrame) -> NDArray[np.int64]:
    experience = commits["author_experience"].cast(pl.Float64).to_numpy()
    return np.minimum(np.log2(1 + experience).astype(np.int64), _EXPERIENCE_CLASSES - 1)


def _of_aspect(name: str) -> str:
    return f"rarest of {name}"


def _of_class(number: int) -> str:
    return f"lines_added, experience class {number}"
