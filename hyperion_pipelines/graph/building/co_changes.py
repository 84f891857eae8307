"""Which files change together, and since when that could be told.

Which pairs these are, and how sure that is, says the insight `change_coupling`.
"""

import polars as pl

from hyperion_pipelines.insights.code.change_coupling import FEWEST_COMMITS, counted_changes

_PAIR = ("path", "other")


def co_changes(
    change_coupling: pl.DataFrame, files: pl.DataFrame, touches: pl.DataFrame
) -> pl.DataFrame:
    """CO_CHANGES from the path that comes first to the other.

    `since` is the time of the third commit that changed both, as the insight counts commits.
    """
    is_first = pl.col("path") < pl.col("other")
    first, confidence = pl.when(is_first), pl.col("confidence")
    reverse = pl.col("other_confidence")
    return change_coupling.join(
        _since(change_coupling, files, touches), on=_PAIR, how="left"
    ).select(
        *("since", "last_together", "support", "p_value"),
        source=first.then("path").otherwise("other"),
        target=first.then("other").otherwise("path"),
        confidence=first.then(confidence).otherwise(reverse),
        reverse_confidence=first.then(reverse).otherwise(confidence),
    )


def _since(pairs: pl.DataFrame, files: pl.DataFrame, touches: pl.DataFrame) -> pl.DataFrame:
    """By `path` and `other`: `since`."""
    made = counted_changes(files, touches).select("path", "commit", "commit_time")
    return (
        pairs.select(_PAIR)
        .join(made, on="path")
        .join(made.select("commit", other="path"), on=["other", "commit"], how="semi")
        .group_by(_PAIR)
        .agg(since=pl.col("commit_time").sort().get(FEWEST_COMMITS - 1))
    )
