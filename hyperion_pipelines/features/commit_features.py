"""The table `commit_features`: one row per non-merge commit, from what came before it alone."""

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.features.catalogue import COMMIT_FEATURES, defaulted
from hyperion_pipelines.features.groups.business import business
from hyperion_pipelines.features.groups.code_quality import code_quality
from hyperion_pipelines.features.groups.file_history import file_history
from hyperion_pipelines.features.groups.team import team
from hyperion_pipelines.features.groups.temporal import temporal
from hyperion_pipelines.features.inputs import FeatureTables, read_history


def commit_features(tables: FeatureTables, filters: PathFilters) -> pl.DataFrame:
    """`sha`, `commit_time` and the catalogue's features of every non-merge commit, oldest first.

    No feature changes when the history after its commit is cut off.
    """
    history = read_history(tables, filters)
    rows = history.commits.select("rank", "sha", "commit_time")
    for group in (
        code_quality(history, tables),
        team(history),
        business(history, tables.dependency_history),
        temporal(history),
        file_history(history),
    ):
        rows = rows.join(group, on="rank", how="left")
    return rows.sort("rank").select("sha", "commit_time", *defaulted(COMMIT_FEATURES))
