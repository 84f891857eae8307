"""The table `file_scores`: how likely each file of a repository is to need a fix, and why."""

import polars as pl

from hyperion_pipelines.learning.scoring.fallback import FILE_FALLBACK
from hyperion_pipelines.learning.scoring.model_scores import ServedModel


def file_scores(features: pl.DataFrame, bug: ServedModel | None) -> pl.DataFrame:
    """A row for each file that there was at the newest window's end, in the order of *features*.

    *features* are rows of `file_features` of one repository; older windows are left out. Columns:
    `path`, `window_end`, and the score with its reasons, by the model *bug* or, without one, by
    the fallback.
    """
    newest = features.filter(pl.col("window_end") == pl.col("window_end").max())
    if bug is None or newest.is_empty():  # LightGBM refuses to answer for no rows
        scores = FILE_FALLBACK.scores(newest)
    else:
        scores = bug.scores(newest, "file_features")
    return pl.concat([newest.select("path", "window_end"), scores], how="horizontal")
