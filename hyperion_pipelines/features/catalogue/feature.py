"""What a feature is: a row of the catalogue."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

Group = Literal["code", "team", "business", "temporal", "target"]

GROUPS: dict[Group, str] = {
    "code": "Code quality",
    "team": "Team dynamics",
    "business": "Business impact",
    "temporal": "Temporal patterns",
    "target": "Target",
}


@dataclass(frozen=True)
class Feature:
    """A feature: a column of `commit_features` or `file_features`.

    `sources` are the columns it is made from, as `table.column`. `default` stands where there is
    nothing to measure; without one the column is null there. `minimum` and `maximum` bound every
    value. What `grows` does so with the history's length, and drifts by nature.
    """

    name: str
    group: Group
    unit: str
    meaning: str
    sources: tuple[str, ...]
    default: float | bool | None = 0.0
    minimum: float | None = 0.0
    maximum: float | None = None
    kamei: str | None = None
    grows: bool = False
    is_flag: bool = False

    @property
    def dtype(self) -> pl.DataType:
        """Its type in the lake."""
        return pl.Boolean() if self.is_flag else pl.Float32()


# Columns that many features are made from.
TOUCHES = ("changes.path", "changes.old_path", "commits.commit_time", "commits.position")
SYNTAX = ("changes.new_blob", "blob_metrics.blob")
BOTH_SIDES = ("changes.old_blob", *SYNTAX)
CHURN = ("changes.added", "changes.deleted")
AUTHOR = ("commits.author_id", "commits.commit_time", "commits.position")
