"""`AnomalyDetector`: how odd a commit is among those of its repository, and why.

Each repository has an isolation forest (Liu, Ting and Zhou, ICDM 2008) over the rarities of its
aspects of its commits. Inputs are `commit_features` joined with `commit_signals`, by `sha`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import polars as pl

from hyperion_pipelines.learning.models.anomaly.rarity import Numbers, Rarity
from hyperion_pipelines.learning.models.anomaly.reasons import Usual, reasons_of
from hyperion_pipelines.learning.models.anomaly.usual import (
    HOURS_SCHEMA,
    USUAL_SCHEMA,
    usual_hours,
    usual_values,
)
from hyperion_pipelines.schemas import ODDITY

if TYPE_CHECKING:
    from sklearn.ensemble import IsolationForest

FEWEST_COMMITS = 50  # of a repository, roots aside
TREES = 100
SAMPLE = 1024  # commits a tree: an aspect that is rare has to be in it, so more than Liu's 256
ASPECT_SHARE = 0.5  # of the aspects a tree looks at: what is odd in one way alone stays visible
SEED = 20_081_215
PARAMETERS: Mapping[str, int | float] = {
    "trees": TREES,
    "sample": SAMPLE,
    "aspect_share": ASPECT_SHARE,
    "seed": SEED,
}
SCORES = pl.Schema(
    {
        "repository": pl.String,
        "sha": pl.String,
        "anomaly": pl.Float32,
        "anomaly_percentile": pl.Float32,
        "anomaly_reasons": pl.List(ODDITY),
    }
)
_TRUSTED = ["sklearn.tree._tree.Tree"]  # beyond skops' own list: what a forest's trees are
_FORESTS, _USUAL, _HOURS, _ABOUT = "forests.skops", "usual.json", "hours.json", "about.json"


@dataclass(frozen=True)
class RepositoryForest:
    """The forest of one repository; `scores` are those of the commits it grew on, ascending."""

    rarity: Rarity
    forest: "IsolationForest"
    scores: Numbers

    @classmethod
    def grow(cls, commits: pl.DataFrame) -> Self:
        """The forest over *commits*, those of one repository."""
        from sklearn.ensemble import IsolationForest

        rarity = Rarity.among(commits)
        bits = rarity.bits(commits)
        forest = IsolationForest(
            n_estimators=TREES,
            max_features=ASPECT_SHARE,
            random_state=SEED,
        )
        forest.set_params(max_samples=min(SAMPLE, len(bits))).fit(bits)
        return cls(rarity, forest, np.sort(_anomaly(forest, bits)))

    def anomaly(self, commits: pl.DataFrame) -> Numbers:
        """Liu's score of each commit: near 1 is odd, 0.5 and less is not."""
        return _anomaly(self.forest, self.rarity.bits(commits))

    def percentile(self, anomaly: Numbers) -> Numbers:
        """The percentage of the commits it grew on that are less odd."""
        return 100 * np.searchsorted(self.scores, anomaly, side="left") / len(self.scores)


@dataclass(frozen=True)
class AnomalyDetector:
    """A forest per repository, and what is usual there.

    `too_small` are the repositories it was shown that have too few commits to say what is usual,
    with their number of commits.
    """

    forests: Mapping[str, RepositoryForest]
    usual: Usual
    too_small: Mapping[str, int]

    @classmethod
    def grow(cls, features: pl.DataFrame) -> Self:
        """The detector for the repositories of *features*.

        Root commits are left out: there is nothing before them to compare with, and the first
        import of a project would be taken for a measure of its commits. Bots are in it, as authors
        like others.
        """
        commits = features.filter(~pl.col("is_root"))
        groups = {
            str(name): rows.sort("commit_time", "sha")
            for (name,), rows in sorted(commits.partition_by("repository", as_dict=True).items())
        }
        large = {name: rows for name, rows in groups.items() if rows.height >= FEWEST_COMMITS}
        known = commits.filter(pl.col("repository").is_in(list(large)))
        return cls(
            {name: RepositoryForest.grow(rows) for name, rows in large.items()},
            Usual(usual_values(known), usual_hours(known)),
            {name: rows.height for name, rows in groups.items() if name not in large},
        )

    def score(self, features: pl.DataFrame, *, with_reasons: bool = True) -> pl.DataFrame:
        """A row per commit of *features*, in their order, with the columns of SCORES.

        All but the keys are null for root commits, and for repositories that `why_silent` names.
        Without reasons these are null everywhere.
        """
        commits = features.with_row_index("row").filter(
            ~pl.col("is_root"), pl.col("repository").is_in(list(self.forests))
        )
        scored = [
            self._scores(str(name), rows)
            for (name,), rows in commits.partition_by("repository", as_dict=True).items()
        ]
        scores = pl.concat([pl.DataFrame(schema=_NUMBERS), *scored])
        rows = features.select("repository", "sha").with_row_index("row")
        answer = rows.join(scores, on="row", how="left", maintain_order="left")
        if with_reasons:
            reasons = reasons_of(commits, self.usual)
            answer = answer.join(
                reasons, on=["repository", "sha"], how="left", maintain_order="left"
            )
        else:
            answer = answer.with_columns(anomaly_reasons=pl.lit(None, SCORES["anomaly_reasons"]))
        return answer.select(pl.col(name).cast(kind) for name, kind in SCORES.items())

    def why_silent(self, repository: str) -> str | None:
        """Why the commits of *repository* have no score, in a sentence; None where they have."""
        if repository in self.forests:
            return None
        if repository in self.too_small:
            count = self.too_small[repository]
            return f"{count} commits of the {FEWEST_COMMITS} that it takes to say what is usual."
        return f"{repository} was not among the repositories that the detector was trained on."

    def save(self, folder: Path) -> None:
        """Write the detector into *folder*, which exists: skops and JSON."""
        from skops import io

        forests = {
            name: {
                "forest": grown.forest,
                "measures": dict(grown.rarity.measures),
                "scores": grown.scores,
            }
            for name, grown in self.forests.items()
        }
        io.dump(forests, folder / _FORESTS, compression=8, compresslevel=1)
        self.usual.values.write_json(folder / _USUAL)
        self.usual.hours.write_json(folder / _HOURS)
        (folder / _ABOUT).write_text(json.dumps({"too_small": dict(self.too_small)}), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The detector that `save` wrote into *folder*."""
        from skops import io

        forests = {
            name: RepositoryForest(Rarity(grown["measures"]), grown["forest"], grown["scores"])
            for name, grown in io.load(folder / _FORESTS, trusted=_TRUSTED).items()
        }
        usual = Usual(
            pl.read_json(folder / _USUAL, schema=USUAL_SCHEMA),
            pl.read_json(folder / _HOURS, schema=HOURS_SCHEMA),
        )
        return cls(forests, usual, json.loads((folder / _ABOUT).read_text("utf-8"))["too_small"])

    def _scores(self, name: str, commits: pl.DataFrame) -> pl.DataFrame:
        grown = self.forests[name]
        anomaly = grown.anomaly(commits)
        return pl.DataFrame(
            {
                "row": commits["row"],
                "anomaly": anomaly,
                "anomaly_percentile": grown.percentile(anomaly),
            },
            schema=_NUMBERS,
        )


_NUMBERS = pl.Schema({"row": pl.UInt32, "anomaly": pl.Float64, "anomaly_percentile": pl.Float64})


def _anomaly(forest: "IsolationForest", bits: Numbers) -> Numbers:
    return -np.asarray(forest.score_samples(bits), np.float64)
