"""The catalogue of features as data: name, group, unit, meaning, sources, default, range.

Schema, documentation page, checks and the models' input order all come from it; how a feature is
computed is the business of `commit_features`, `file_features` and what they call.
"""

from collections.abc import Sequence

import polars as pl

from hyperion_pipelines.features.catalogue.commit import COMMIT_FEATURES
from hyperion_pipelines.features.catalogue.feature import GROUPS, Feature
from hyperion_pipelines.features.catalogue.file import (
    FILE_FEATURES,
    FILE_TARGET,
    FILE_WINDOWS,
    TARGET_DAYS,
)

__all__ = [
    "COMMIT_FEATURES",
    "ENTITY",
    "EVENT_TIME",
    "FEATURES",
    "FILE_FEATURES",
    "FILE_TARGET",
    "FILE_WINDOWS",
    "GROUPS",
    "TARGETS",
    "TARGET_DAYS",
    "Feature",
    "columns",
    "defaulted",
    "input_order",
]

FEATURES: dict[str, tuple[Feature, ...]] = {
    "commit_features": COMMIT_FEATURES,
    "file_features": FILE_FEATURES,
}
TARGETS: dict[str, tuple[Feature, ...]] = {"commit_features": (), "file_features": (FILE_TARGET,)}
# What a row of each table is about, and when its features were known.
ENTITY = {"commit_features": "sha", "file_features": "path"}
EVENT_TIME = {"commit_features": "commit_time", "file_features": "window_end"}


def columns(table: str) -> tuple[Feature, ...]:
    """The features of a table and its targets, in the order of its columns."""
    return FEATURES[table] + TARGETS[table]


def input_order(table: str) -> list[str]:
    """The columns that a model reads, in the order in which it reads them; never a target."""
    return [feature.name for feature in FEATURES[table]]


def defaulted(features: Sequence[Feature]) -> list[pl.Expr]:
    """The columns of *features* in their types, missing and undefined values defaulted."""
    return [
        (column if feature.default is None else column.fill_null(feature.default))
        .cast(feature.dtype)
        .alias(feature.name)
        for feature in features
        for column in [pl.col(feature.name)]
    ]
