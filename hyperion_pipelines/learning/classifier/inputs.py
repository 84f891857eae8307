"""What a classifier reads of a row: its features, what follows from them, and where they stand.

Between a frame of features and the numbers of `vote`. Two sorts of numbers are made here:

- change metrics relative to the size of what is changed: a hundred lines are much in a small file
  and little in a large one. They are defined through Kamei's names of the metrics (see
  `features.catalogue`), so that any table that has these metrics has them too.
- the standing of a value within its repository, 0 (lowest) to 1 (highest): one model can read the
  numbers of several repositories by it, whose files, teams and habits differ in size.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

# A standing is told from this many quantiles of a repository's values.
QUANTILES = 201
# With fewer rows of an unknown repository, its values stand among those of all repositories.
LEAST_ROWS = 100
_STANDING = "standing.npz"
_REPOSITORIES = "standing.json"


def relative_metrics(kamei: Mapping[str, str]) -> dict[str, pl.Expr]:
    """Expressions of change metrics relative to the size of the change or the files, by name.

    *kamei* maps Kamei's names to columns. Left out is what needs a metric that it has not.
    """
    metric = {name: pl.col(column).cast(pl.Float64) for name, column in kamei.items()}
    relative: dict[str, pl.Expr] = {}
    if {"la", "ld"} <= metric.keys():
        churn = metric["la"] + metric["ld"]
        relative["deleted_share"] = metric["ld"] / (churn + 1)
        if "nf" in metric:
            relative["churn_per_file"] = churn / metric["nf"].clip(lower_bound=1)
    if {"la", "nf"} <= metric.keys():
        relative["lines_added_per_file"] = metric["la"] / metric["nf"].clip(lower_bound=1)
    if "lt" in metric:
        for name, title in (("la", "lines_added"), ("ld", "lines_deleted")):
            if name in metric:
                relative[f"{title}_per_line_before"] = metric[name] / (metric["lt"] + 1)
    return relative


@dataclass(frozen=True)
class InputColumns:
    """The features that are read, and which of them are Kamei's metrics (his names to columns)."""

    features: tuple[str, ...]
    kamei: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """The features, then what follows from them."""
        return (*self.features, *relative_metrics(self.kamei))

    def numbers(self, rows: pl.DataFrame) -> NDArray[np.float32]:
        """The inputs of *rows* as float32 (n, d), NaN where they are null."""
        relative = [value.alias(name) for name, value in relative_metrics(self.kamei).items()]
        inputs = rows.select(*self.features, *relative).select(pl.all().cast(pl.Float32))
        return inputs.fill_null(np.nan).to_numpy()


@dataclass(frozen=True)
class Standing:
    """The quantiles of *columns*, (d, QUANTILES): of each repository, and of all together."""

    columns: InputColumns
    repositories: Mapping[str, NDArray[np.float32]]
    together: NDArray[np.float32]

    @classmethod
    def of(cls, rows: pl.DataFrame, columns: InputColumns) -> Self:
        """The standing among *rows*, which have `repository` and the features of *columns*."""
        parts = rows.partition_by("repository", as_dict=True)
        by_repository = {
            str(name): _quantiles(columns.numbers(part)) for (name,), part in parts.items()
        }
        return cls(columns, by_repository, _quantiles(columns.numbers(rows)))

    def numbers(self, rows: pl.DataFrame) -> NDArray[np.float32]:
        """Where the values of *rows* stand, 0 to 1 (n, d): equal ones count half; NaN stays so.

        A known repository's values stand among those that the standing was made from. Those of an
        unknown one stand among its given rows: give all of it. Where that are fewer than
        LEAST_ROWS, they stand among all repositories'.
        """
        numbers = self.columns.numbers(rows)
        standing = np.empty_like(numbers)
        indexed = rows.select("repository", row=pl.int_range(pl.len()))
        for (name,), part in indexed.partition_by("repository", as_dict=True).items():
            places = part["row"].to_numpy()
            own = numbers[places]
            standing[places] = _standing(own, self._quantiles_for(str(name), own))
        return standing

    def save(self, folder: Path) -> None:
        """Write the quantiles into *folder*: numpy's own format, and JSON for their names."""
        folder.mkdir(parents=True, exist_ok=True)
        names = sorted(self.repositories)
        stacked = np.stack([*(self.repositories[name] for name in names), self.together])
        np.savez_compressed(folder / _STANDING, quantiles=stacked)
        described = {**asdict(self.columns), "repositories": names}
        (folder / _REPOSITORIES).write_text(json.dumps(described, indent=2))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The standing that `save` wrote."""
        described = json.loads((folder / _REPOSITORIES).read_text())
        columns = InputColumns(tuple(described["features"]), described["kamei"])
        with np.load(folder / _STANDING, allow_pickle=False) as file:
            *quantiles, together = file["quantiles"]
        known = dict(zip(described["repositories"], quantiles, strict=True))
        return cls(columns, known, together)

    def _quantiles_for(self, repository: str, numbers: NDArray[np.float32]) -> NDArray[np.float32]:
        if repository in self.repositories:
            return self.repositories[repository]
        return _quantiles(numbers) if len(numbers) >= LEAST_ROWS else self.together


def _quantiles(numbers: NDArray[np.float32]) -> NDArray[np.float32]:
    """The quantiles of each column, missing numbers aside; NaN for a column without any: (d, q)."""
    quantiles = np.full((numbers.shape[1], QUANTILES), np.nan, np.float32)
    for column, values in enumerate(numbers.T):
        known = values[~np.isnan(values)]
        if known.size:
            shares = np.linspace(0, 1, QUANTILES)
            quantiles[column] = np.quantile(known, shares, method="nearest")
    return quantiles


def _standing(numbers: NDArray[np.float32], quantiles: NDArray[np.float32]) -> NDArray[np.float32]:
    columns = range(numbers.shape[1])
    standing = np.column_stack([_share_below(numbers[:, j], quantiles[j]) for j in columns])
    standing[np.isnan(numbers)] = np.nan
    return standing.astype(np.float32)


def _share_below(
    values: NDArray[np.float32], quantiles: NDArray[np.float32]
) -> NDArray[np.float64]:
    below = np.searchsorted(quantiles, values, side="left")
    not_above = np.searchsorted(quantiles, values, side="right")
    return (below + not_above) / (2 * QUANTILES)
