"""How well a detector finds what is known to be odd: anomalies planted into the features.

Nobody has labelled the odd commits of a repository, so rows of the newest 15 % are made odd: each
gets values that only 1 in 200 of the repository's older commits reach, in what one kind of mishap
shows (`MISHAPS`), and keeps all else. Rows that are odd by themselves count as false alarms, so the
figures are low ends, fit to compare detectors with. The planting is by a fixed seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from hyperion_pipelines.learning.evaluation.intervals import paired_difference
from hyperion_pipelines.learning.evaluation.ranking import Ranking, average_precision
from hyperion_pipelines.learning.models.anomaly.detector import AnomalyDetector
from hyperion_pipelines.learning.models.anomaly.rarity import Numbers
from hyperion_pipelines.learning.registry.candidate import Contest

MISHAPS: Mapping[str, Sequence[str]] = {
    "night of a newcomer": ("lines_added", "files", "hour_surprise"),
    "mass deletion": ("lines_deleted", "deleted_files", "files"),
    "binary drop": ("binary_files", "kind_surprise"),
    "foreign ground": ("kind_surprise", "directory_surprise", "branch_surprise"),
}
NEW_SHARE = 0.15
PLANTED_SHARE = 0.05  # of the newest commits
RARE = 0.995
SEED = 19_990_401


@dataclass(frozen=True)
class PlantedTrial:
    """The newest commits, some of them planted (`labels`), with the scores they were given."""

    labels: np.ndarray[tuple[int], np.dtype[np.bool_]]
    scores: Numbers
    lines_added: Numbers

    @property
    def average_precision(self) -> float:
        """That of the detector's scores."""
        return _average_precision(self.labels, self.scores)

    @property
    def baseline(self) -> float:
        """That of lines added alone."""
        return _average_precision(self.labels, self.lines_added)

    def contest(self, champion: "PlantedTrial | None" = None) -> Contest:
        """What the gate needs; *champion* is the trial of the present one on the same commits."""
        return Contest(
            metric="average_precision",
            challenger=self.average_precision,
            baseline=self.baseline,
            champion=champion and champion.average_precision,
            difference=champion and paired_difference(self.labels, self.scores, champion.scores),
        )


def evaluated_on_planted(
    features: pl.DataFrame, detector: AnomalyDetector | None = None
) -> PlantedTrial | None:
    """The trial of *detector*; without one, of a detector grown on the oldest 85 % of *features*.

    Only repositories in which both have a forest are judged, and their planted commits in one
    ranking; root commits are left out. None where there is no such repository.
    """
    older, newest = split(features)
    grown = AnomalyDetector.grow(older)
    judges = [grown] if detector is None else [grown, detector]
    judged = newest.filter(
        pl.all_horizontal(pl.col("repository").is_in(list(judge.forests)) for judge in judges)
    )
    if judged.is_empty():
        return None
    planted = plant(older, judged)
    scores = judges[-1].score(planted, with_reasons=False)
    return PlantedTrial(
        planted["is_planted"].to_numpy(),
        scores["anomaly"].cast(pl.Float64).to_numpy(),
        planted["lines_added"].cast(pl.Float64).to_numpy(),
    )


def split(features: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The oldest 85 % and the newest 15 % of each repository's commits but the roots."""
    ordered = features.filter(~pl.col("is_root")).sort("repository", "commit_time", "sha")
    place = pl.int_range(pl.len()).over("repository")
    is_new = place >= ((1 - NEW_SHARE) * pl.len().over("repository")).floor()
    marked = ordered.with_columns(is_new=is_new)
    return marked.filter(~pl.col("is_new")).drop("is_new"), marked.filter("is_new").drop("is_new")


def plant(older: pl.DataFrame, newest: pl.DataFrame) -> pl.DataFrame:
    """*newest* with `is_planted`: 5 % of each repository's rows, at least one a mishap.

    Rare values are those of the *older* commits, and at least 1.
    """
    columns = sorted({name for changed in MISHAPS.values() for name in changed})
    rare = older.group_by("repository").agg(
        pl.max_horizontal(pl.col(name).quantile(RARE, "higher"), 1).alias(f"rare {name}")
        for name in columns
    )
    place = pl.int_range(pl.len()).shuffle(SEED).over("repository")
    planted = pl.max_horizontal(PLANTED_SHARE * pl.len().over("repository"), len(MISHAPS))
    drawn = newest.sort("repository", "commit_time", "sha").with_columns(place=place)
    mishap = pl.when(pl.col("place") < planted).then(pl.col("place") % len(MISHAPS))
    marked = drawn.join(rare, on="repository", maintain_order="left").with_columns(mishap=mishap)
    is_newcomer = pl.col("mishap") == 0
    return marked.with_columns(
        *(_worsened(name).cast(newest.schema[name]) for name in columns),
        author_experience=pl.when(is_newcomer).then(0).otherwise("author_experience"),
        is_planted=pl.col("mishap").is_not_null(),
    ).select(*newest.columns, "is_planted")


def _worsened(name: str) -> pl.Expr:
    """The column, in the mishaps that show in it at least as large as is rare."""
    mishaps = [number for number, changed in enumerate(MISHAPS.values()) if name in changed]
    return (
        pl.when(pl.col("mishap").is_in(mishaps))
        .then(pl.max_horizontal(name, f"rare {name}"))
        .otherwise(name)
        .alias(name)
    )


def _average_precision(
    labels: np.ndarray[tuple[int], np.dtype[np.bool_]], scores: Numbers
) -> float:
    gains = labels.astype(np.float64)
    return average_precision(Ranking.by(scores).curve(gains, np.ones_like(gains)))
