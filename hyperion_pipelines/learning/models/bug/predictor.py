"""The file model as it answers: votes, by repository, and where they are kept.

One model of all repositories answers for a repository on its first day; a repository may have one
of its own. How they are fitted, and which repository gets its own, is the business of `fitting`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.learning.classifier.calibration import CalibratedVote
from hyperion_pipelines.learning.classifier.vote import VoteParameters
from hyperion_pipelines.learning.log_odds import probability_of

FitName = Literal["evaluated", "served"]

_MODEL = "bug.json"


@dataclass(frozen=True)
class Fits:
    """One recipe, fitted twice.

    `evaluated` knows the train part alone, and is what every figure is of; `served` knows all that
    is old enough by now, and answers for the files of today.
    """

    evaluated: CalibratedVote
    served: CalibratedVote

    def save(self, folder: Path) -> None:
        """Write both into folders of their own under *folder*."""
        self.evaluated.save(folder / "evaluated")
        self.served.save(folder / "served")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The fits that `save` wrote."""
        votes = (CalibratedVote.load(folder / fit) for fit in ("evaluated", "served"))
        return cls(*votes)


@dataclass(frozen=True)
class BugPredictor:
    """The model of all repositories, and those of the repositories that do better with their own.

    `features` are the columns that it reads, in that order; `parameters` those of all its trees.
    """

    features: tuple[str, ...]
    parameters: VoteParameters
    pooled: Fits
    own: Mapping[str, Fits]

    def predict(self, features: pl.DataFrame, fit: FitName = "served") -> pl.DataFrame:
        """An answer for each of *features*, in their order.

        *features* have `repository`, `key` (the path), `time` and the model's features. Columns:
        `repository`, `key`, `time`; `log_odds` and `probability` of a fix in the next 90 days, f64;
        `served_by`: `own` or `pooled`, the repository's model or that of all.
        """
        log_odds = np.zeros(features.height)
        for rows, vote in self._votes(features, fit):
            log_odds[rows] = vote.log_odds(inputs(features[rows], self.features))
        is_own = pl.col("repository").is_in(list(self.own))
        return features.select(
            "repository",
            "key",
            "time",
            log_odds=pl.lit(pl.Series(log_odds)),
            probability=probability_of(pl.lit(pl.Series(log_odds))),
            served_by=pl.when(is_own).then(pl.lit("own")).otherwise(pl.lit("pooled")),
        )

    def contributions(self, features: pl.DataFrame) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """The names of the d features, and what each added to each row's served log-odds.

        The array is (n, d + 1), the base last; its rows add up to `log_odds`.
        """
        contributions = np.zeros((features.height, len(self.features) + 1))
        for rows, vote in self._votes(features, "served"):
            contributions[rows] = vote.contributions(inputs(features[rows], self.features))
        return self.features, contributions

    def save(self, folder: Path) -> None:
        """Write the model into *folder*: JSON, and the texts of its trees."""
        self.pooled.save(folder / "pooled")
        for repository, fits in self.own.items():
            fits.save(folder / "own" / repository)
        described = {
            "features": self.features,
            "parameters": asdict(self.parameters),
            "own": sorted(self.own),
        }
        (folder / _MODEL).write_text(json.dumps(described, indent=2))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model that `save` wrote."""
        described = json.loads((folder / _MODEL).read_text())
        return cls(
            tuple(described["features"]),
            VoteParameters(**described["parameters"]),
            Fits.load(folder / "pooled"),
            {name: Fits.load(folder / "own" / name) for name in described["own"]},
        )

    def _votes(
        self, features: pl.DataFrame, fit: FitName
    ) -> Iterator[tuple[NDArray[np.int64], CalibratedVote]]:
        """The numbers of each repository's rows, and the vote that answers for them."""
        numbers = features.select("repository", row=pl.int_range(pl.len()))
        for (repository,), rows in numbers.group_by("repository"):
            fits = self.own.get(str(repository), self.pooled)
            yield rows["row"].to_numpy(), fits.served if fit == "served" else fits.evaluated


def inputs(rows: pl.DataFrame, features: Sequence[str]) -> NDArray[np.float32]:
    """What the trees read: the columns *features* of *rows*, (n, d); NaN is not known."""
    return rows.select(pl.col(features).cast(pl.Float32)).to_numpy()
