"""A commit's or file's features in words: value, meaning, and where the value stands among others.

It takes rows that are there already: how features come about is the business of `commit_features`
and `file_features`, where the newest are kept that of `online`.
"""

from dataclasses import dataclass

import polars as pl

from hyperion_pipelines.features.catalogue import FEATURES


@dataclass(frozen=True)
class DescribedFeature:
    """A feature of one commit or file; `percentile` is 0 to 100, null where the value is.

    `kamei` is its name among those of Kamei et al., "A Large-Scale Empirical Study of Just-in-Time
    Quality Assurance" (2013), where it is one of them.
    """

    name: str
    group: str
    unit: str
    value: float | bool | None
    percentile: float | None
    meaning: str
    kamei: str | None


def described(table: str, row: pl.DataFrame, peers: pl.DataFrame) -> list[DescribedFeature]:
    """The features of *row*, one of *table*, ranked among *peers*; in the catalogue's order."""
    values = row.row(0, named=True)
    ranks = percentile_ranks(row, peers)
    return [
        DescribedFeature(
            feature.name,
            feature.group,
            feature.unit,
            values[feature.name],
            ranks.get(feature.name),
            feature.meaning,
            feature.kamei,
        )
        for feature in FEATURES[table]
    ]


def percentile_ranks(row: pl.DataFrame, peers: pl.DataFrame) -> dict[str, float]:
    """For each number of *row* the percentage of *peers* below it, equal ones counted half.

    Where it is null, or that of all peers is, it has no rank.
    """
    values = row.row(0, named=True)
    numbers = {
        name: float(values[name])
        for name, kind in peers.schema.items()
        if (kind.is_float() or kind == pl.Boolean) and values[name] is not None
    }
    ranks = peers.select(
        (100 * ((column < value).sum() + (column == value).sum() / 2) / column.count()).alias(name)
        for name, value in numbers.items()
        for column in [pl.col(name).cast(pl.Float64)]
        if peers[name].count()
    )
    return ranks.row(0, named=True) if ranks.width else {}
