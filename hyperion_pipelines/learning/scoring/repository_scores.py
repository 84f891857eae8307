"""Scores a repository by the champions that there are: its commits, and its files at HEAD.

The tables themselves are made in `commit_scores` and `file_scores`.
"""

import polars as pl

from hyperion_pipelines.learning.champions import Champions
from hyperion_pipelines.learning.repository_tables import RepositoryTables
from hyperion_pipelines.learning.scoring.answers import answers
from hyperion_pipelines.learning.scoring.commit_scores import commit_scores
from hyperion_pipelines.learning.scoring.file_scores import file_scores
from hyperion_pipelines.learning.scoring.model_scores import ServedModel


def scored_commits(tables: RepositoryTables, models: Champions) -> pl.DataFrame:
    """The table `commit_scores` of a repository, without `repository`."""
    risk = (
        None if models.risk is None else ServedModel("risk", models.versions["risk"], models.risk)
    )
    anomalies = models.anomaly and models.anomaly.score(tables.described_commits)
    priorities = None
    if models.ensemble is not None:
        said = answers(tables, models, tables.commit_examples, "served")
        priorities = models.ensemble.priority(said)
    return commit_scores(
        tables.commit_features,
        risk,
        anomalies=anomalies,
        priorities=priorities,
        priority_version=models.versions.get("ensemble"),
    )


def scored_files(tables: RepositoryTables, models: Champions) -> pl.DataFrame:
    """The table `file_scores` of a repository, without `repository`: the files at HEAD."""
    bug = None if models.bug is None else ServedModel("bug", models.versions["bug"], models.bug)
    at_head = tables.file_features.join(tables.tree.select("path"), on="path", how="semi")
    return file_scores(at_head, bug)
