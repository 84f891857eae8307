"""What an earlier run left of the line history: what a workspace hands to `update`."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class KnownLines:
    """What an earlier run left: its tables, its HEAD, and the tips of the history that it saw."""

    origins: pl.DataFrame
    removals: pl.DataFrame
    head_sha: str
    tips: frozenset[str]
