"""What is answered where no model is served yet: a rank by size, which says that it is one.

Where a repository is served by a model that learned from others alone, the models say so
themselves; the words for both are in `served_by`.
"""

from dataclasses import dataclass

import polars as pl

from hyperion_pipelines.learning.scoring.standing import percentiles
from hyperion_pipelines.schemas import REASON


@dataclass(frozen=True)
class Fallback:
    """The column that rows are ranked by, and what that is called."""

    name: str
    column: str
    words: str

    def scores(self, features: pl.DataFrame) -> pl.DataFrame:
        """For each row of *features* what a model would say, in their order.

        There is no `probability` and no log-odds, whole or in parts: they are null, as is the
        `model_version`. `percentile` ranks the rows by the column, one that is null as the
        smallest. One reason says so; its contribution is null.
        """
        number = pl.Float32()
        reason = pl.struct(
            feature=pl.lit(self.column),
            value=pl.col(self.column).cast(pl.Float64),
            contribution=pl.lit(None, pl.Float64),
            text=pl.lit(f"no model is served yet: ranked by {self.words}"),
        )
        return features.select(
            model=pl.lit(self.name),
            model_version=pl.lit(None, pl.String),
            served_by=pl.lit("fallback"),
            probability=pl.lit(None, number),
            log_odds=pl.lit(None, number),
            percentile=percentiles(pl.col(self.column).fill_null(0.0)),
            base_log_odds=pl.lit(None, number),
            other_contribution=pl.lit(None, number),
            reasons=pl.concat_list(reason).cast(pl.List(REASON)),
        )


COMMIT_FALLBACK = Fallback("fallback-lines-added", "lines_added", "lines added")
FILE_FALLBACK = Fallback("fallback-lines", "lines", "lines")
