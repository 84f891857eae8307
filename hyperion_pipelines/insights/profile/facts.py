"""What headlines and actions are made from: the tables of a repository, and its overview.

Rules ask for a table by its name and say nothing where it was never made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from hyperion_pipelines.insights.profile.model import Overview

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """*tables* by name; those that were never made are not among them. `head_time` is now."""

    tables: Mapping[str, pl.DataFrame]
    overview: Overview
    head_time: datetime

    def has(self, *tables: str) -> bool:
        """Whether all of *tables* were made and have rows."""
        return all(name in self.tables and not self.tables[name].is_empty() for name in tables)

    def rows(self, table: str) -> pl.DataFrame:
        """The rows of a table that was made. Raises KeyError for one that was not."""
        return self.tables[table]

    @property
    def is_unsuppressed(self) -> pl.Expr:
        """Whether nobody suppressed a finding, or did so until a day that is past."""
        until = pl.col("suppressed_until")
        return pl.col("suppressed").is_null() | (until < self.head_time.date()).fill_null(False)
