"""What every model says of each commit of a repository: what the ensemble weighs.

Training asks the fits that knew the train part alone, scoring those that know all there is.
"""

from typing import Literal

import polars as pl

from hyperion_pipelines.learning.champions import Champions
from hyperion_pipelines.learning.models.bug.fitting import out_of_fold
from hyperion_pipelines.learning.models.ensemble import bug_of_commits
from hyperion_pipelines.learning.repository_tables import RepositoryTables

FitName = Literal["evaluated", "served"]


def answers(
    tables: RepositoryTables, models: Champions, examples: pl.DataFrame, fit: FitName
) -> pl.DataFrame:
    """`repository`, `sha`, `risk`, `anomaly`, `bug`, `impact`, `lines_added` of *examples*.

    *examples* are rows of the repository's `commit_examples`; the order is theirs. `risk` is in
    log-odds, `anomaly` and `bug` are shares of 1, `impact` is a number of files; all are null where
    a model is missing, or says nothing. The anomaly model knows no labels, so that it has one fit.
    """
    shas = examples["key"]
    return examples.select("repository", "lines_added", sha="key").with_columns(
        risk=_risk(models, examples, fit),
        anomaly=_anomaly(tables, models, shas),
        bug=_bug(tables, models, shas, fit),
        impact=_impact(tables, models, shas, fit),
    )


def _risk(models: Champions, examples: pl.DataFrame, fit: FitName) -> pl.Series:
    if models.risk is None:
        return _silence(examples.height)
    return models.risk.predict(examples, fit)["log_odds"]


def _anomaly(tables: RepositoryTables, models: Champions, shas: pl.Series) -> pl.Series:
    if models.anomaly is None:
        return _silence(len(shas))
    scores = models.anomaly.score(tables.described_commits, with_reasons=False)
    return _of(shas, scores, "anomaly")


def _bug(tables: RepositoryTables, models: Champions, shas: pl.Series, fit: FitName) -> pl.Series:
    if models.bug is None:
        return _silence(len(shas))
    examples = tables.file_examples
    # The panel's cuts are not those of the commits: only out of fold it knows nothing of theirs.
    is_served = fit == "served"
    probabilities = models.bug.predict(examples) if is_served else out_of_fold(models.bug, examples)
    commits = tables.commits.join(shas.to_frame("sha"), on="sha", how="semi")
    return _of(shas, bug_of_commits(tables.changes, commits, probabilities), "bug")


def _impact(
    tables: RepositoryTables, models: Champions, shas: pl.Series, fit: FitName
) -> pl.Series:
    if models.impact is None:
        return _silence(len(shas))
    is_evaluated = fit == "evaluated"
    missing = models.impact.missing(tables.change_history, shas, by_evaluated=is_evaluated)
    return missing["missing"].cast(pl.Float64)


def _of(shas: pl.Series, answers: pl.DataFrame, name: str) -> pl.Series:
    """The column *name* of *answers* for each of *shas*."""
    found = shas.to_frame("sha").join(
        answers.select("sha", name), on="sha", how="left", maintain_order="left"
    )
    return found[name].cast(pl.Float64)


def _silence(height: int) -> pl.Series:
    return pl.Series([None], dtype=pl.Float64).new_from_index(0, height)
