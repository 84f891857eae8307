"""What an insight is: a question, and the table of the lake that answers it.

Each insight has a module of its name, which holds its `INSIGHT` and the function of that name that
makes the table from others. All of them are listed in `catalogue` and made in `make`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl


class Column(NamedTuple):
    """The type of a column and what it means, unit included."""

    dtype: pl.DataType | type[pl.DataType]
    meaning: str


@dataclass(frozen=True)
class Insight:
    """A table that answers a question; its rows are in the order in which a person wants them.

    `columns` leave out `repository`, `key` names those that tell its rows apart. A profile shows
    the first `shown` rows: all where that is None.
    """

    table: str
    question: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    shown: int | None = 30

    @property
    def schema(self) -> pl.Schema:
        """Its schema in the lake."""
        own = {name: column.dtype for name, column in self.columns.items()}
        return pl.Schema({"repository": pl.String} | own)

    @property
    def meanings(self) -> dict[str, str]:
        """What each of its columns means."""
        return {name: column.meaning for name, column in self.columns.items()}

    def frame(self, rows: pl.DataFrame) -> pl.DataFrame:
        """*rows* with the insight's columns alone, in its order and types."""
        return rows.select(pl.col(name).cast(column.dtype) for name, column in self.columns.items())
