"""What an earlier run left of the search for secrets: what a workspace hands to `update`."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class KnownSecrets:
    """The rows of an earlier run, and the tips of the history that it searched."""

    rows: pl.DataFrame
    tips: frozenset[str]
