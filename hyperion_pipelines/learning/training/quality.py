"""Whether examples are fit to train on: findings, each with its limit and what to do about it.

They are about the table that is learnt from, all features together with their labels. Whether
single values are sound, or have moved, is the business of `features.monitoring`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from hyperion_pipelines.learning.evaluation.ranking import BoolArray, Ranking, auc
from hyperion_pipelines.learning.training.examples import KEYS, LONGEST_WAIT
from hyperion_pipelines.learning.training.splits import with_parts

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class QualityFinding:
    """A value that was `observed`, the limits within which it is as it should be, and its meaning.

    `message` says in words what was seen, `advice` what to do where it is outside the limits.
    """

    name: str
    observed: float
    lowest: float
    highest: float
    message: str
    advice: str

    @property
    def passed(self) -> bool:
        """Whether the value is within its limits."""
        return self.lowest <= self.observed <= self.highest


def features_of(examples: pl.DataFrame) -> list[str]:
    """The names of the features among the columns of *examples*."""
    return [name for name in examples.columns if name not in {*KEYS, "label", "part"}]


def count_duplicates(examples: pl.DataFrame) -> int:
    """How many of the *examples* have features that are all equal to those of one before."""
    return examples.height - examples.select(features_of(examples)).n_unique()


def constant_columns(examples: pl.DataFrame) -> list[str]:
    """The features that have the same value, or none, in all of two or more *examples*."""
    if examples.height < 2:
        return []
    return [name for name in features_of(examples) if examples[name].n_unique() == 1]


def training_quality(examples: pl.DataFrame) -> list[QualityFinding]:
    """What is to be said of *examples*, those of `commit_examples` or `file_examples`.

    `class_balance`: the share of the positives. `duplicates`: the share of rows whose features are
    all equal to an earlier one's. `constant_columns`: the share of the features that say nothing.
    `missing_values`: the share of the cells that are null. `label_delay`: days until three in four
    of the positives are revealed. `unknown_at_cut`: the share of the positives before the training
    cut that were revealed only after it, and train as clean or not at all. `leakage`: the area
    under the ROC curve, either way up, of the one feature that tells the label best. All but
    `label_delay` and `unknown_at_cut` are of the train part. A finding about what is not there,
    such as the delay of no positives, is left out; without a train part only the first is left.
    """
    parts = with_parts(examples)
    train = parts.filter(pl.col("part") == "train")
    findings = [
        _class_balance(train),
        *(check(train) for check in _OF_ROWS if not train.is_empty()),
        _label_delay(examples),
        _unknown_at_cut(parts),
        _leakage(train),
    ]
    return [finding for finding in findings if finding is not None]


def _class_balance(train: pl.DataFrame) -> QualityFinding:
    positives = train.filter("label").height
    share = positives / max(train.height, 1)
    return QualityFinding(
        "class_balance",
        share,
        lowest=0.01,
        highest=0.60,
        message=f"{positives:,} of {train.height:,} train examples are positive ({share:.1%})",
        advice="Look at the rules of fixes: either hardly any commit is taken for a fix, or "
        "nearly every one is.",
    )


def _duplicates(train: pl.DataFrame) -> QualityFinding:
    count = count_duplicates(train)
    return QualityFinding(
        "duplicates",
        count / train.height,
        lowest=0.0,
        highest=0.20,
        message=f"{count:,} of {train.height:,} train examples repeat the features of another",
        advice="See whether commits were imported twice, or are made by a machine, and leave "
        "these out.",
    )


def _constant_columns(train: pl.DataFrame) -> QualityFinding:
    names, features = constant_columns(train), features_of(train)
    return QualityFinding(
        "constant_columns",
        len(names) / max(len(features), 1),
        lowest=0.0,
        highest=0.25,
        message=f"{len(names)} of {len(features)} features never change: "
        f"{', '.join(names) or 'none'}",
        advice="See whether the stages that these features are made from have run.",
    )


def _missing_values(train: pl.DataFrame) -> QualityFinding:
    values = train.select(features_of(train))
    counts = values.null_count().row(0)
    missing = sum(counts)
    incomplete = [name for name, count in zip(values.columns, counts, strict=True) if count]
    return QualityFinding(
        "missing_values",
        missing / max(values.height * values.width, 1),
        lowest=0.0,
        highest=0.20,
        message=f"{missing:,} values are missing, in: {', '.join(incomplete) or 'none'}",
        advice="Analyse the repository again; if it stays, see what these features are made from.",
    )


# Findings about rows and columns, whatever their labels; there must be a row.
_OF_ROWS: tuple[Callable[[pl.DataFrame], QualityFinding], ...] = (
    _duplicates,
    _constant_columns,
    _missing_values,
)


def _label_delay(examples: pl.DataFrame) -> QualityFinding | None:
    days = (examples["positive_at"] - examples["time"]).drop_nulls() / _DAY
    if days.is_empty():
        return None
    median, late, latest = (float(days.quantile(share) or 0.0) for share in (0.5, 0.75, 0.95))
    return QualityFinding(
        "label_delay",
        late,
        lowest=0.0,
        highest=LONGEST_WAIT / _DAY,
        message=f"half of the positives are revealed within {median:,.0f} days, three in four "
        f"within {late:,.0f}, 95 in 100 within {latest:,.0f}",
        advice="Bugs come to light later than is waited for: some examples that count as clean "
        "are not. Read probabilities as too low.",
    )


def _unknown_at_cut(parts: pl.DataFrame) -> QualityFinding | None:
    cut = parts.filter(pl.col("part").is_in(["validation", "test"])).group_by("repository")
    before = parts.join(cut.agg(training_cut=pl.min("time")), on="repository").filter(
        pl.col("time") < pl.col("training_cut"), pl.col("positive_at").is_not_null()
    )
    if before.is_empty():
        return None
    late = before.filter(pl.col("positive_at") > pl.col("training_cut")).height
    return QualityFinding(
        "unknown_at_cut",
        late / before.height,
        lowest=0.0,
        highest=0.50,
        message=f"{late:,} of {before.height:,} positives before the training cut were revealed "
        "after it",
        advice="Train again when more history has passed: most of what is to be learnt was not "
        "known yet.",
    )


def _leakage(train: pl.DataFrame) -> QualityFinding | None:
    telling = {name: _separation(train.select("label", name)) for name in features_of(train)}
    areas = {name: area for name, area in telling.items() if area is not None}
    if not areas:
        return None
    name = max(areas, key=lambda feature: areas[feature])
    return QualityFinding(
        "leakage",
        areas[name],
        lowest=0.5,
        highest=0.98,
        message=f"{name} alone tells positive from negative with an AUC of {areas[name]:.3f}",
        advice=f"See whether {name} is known when it is needed, or knows the answer; if so, leave "
        "it out.",
    )


def _separation(column: pl.DataFrame) -> float | None:
    """AUC, either way up, of a feature where it has a value; None where labels are all equal."""
    present = column.drop_nulls()
    labels: BoolArray = present["label"].to_numpy()
    if labels.all() or not labels.any():
        return None
    values = present.to_series(1).cast(pl.Float64).to_numpy()
    area = auc(Ranking.by(values).curve(labels.astype(np.float64), np.ones(len(labels))))
    return max(area, 1 - area)
