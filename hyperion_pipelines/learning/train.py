"""Trains all models from the tables of all repositories: candidates for the registry, or shortages.

The order is theirs: the ensemble weighs what the other models say, those that were trained just
now. When to train, and what becomes of a candidate, is decided elsewhere.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from hyperion_pipelines.features.catalogue import input_order
from hyperion_pipelines.learning.candidates.anomaly import anomaly_candidate
from hyperion_pipelines.learning.candidates.bug import bug_candidate
from hyperion_pipelines.learning.candidates.ensemble import ensemble_candidate
from hyperion_pipelines.learning.candidates.impact import impact_candidate
from hyperion_pipelines.learning.candidates.risk import risk_candidate
from hyperion_pipelines.learning.champions import Champions
from hyperion_pipelines.learning.models import anomaly, bug, ensemble, impact
from hyperion_pipelines.learning.models.risk import RiskPredictor
from hyperion_pipelines.learning.models.shortage import Shortage
from hyperion_pipelines.learning.registry.candidate import Candidate
from hyperion_pipelines.learning.repository_tables import RepositoryTables
from hyperion_pipelines.learning.scoring.answers import answers
from hyperion_pipelines.learning.training.splits import part

if TYPE_CHECKING:
    from hyperion_pipelines.learning.models.anomaly import AnomalyDetector
    from hyperion_pipelines.learning.models.bug import BugPredictor
    from hyperion_pipelines.learning.models.impact import ImpactAnalyzer


class Outcome(NamedTuple):
    """What came of training the model *name*: a candidate, or what was missing."""

    name: str
    result: Candidate | Shortage


class Training(NamedTuple):
    """What a training works on: the repositories, the present champions, and what to say of it.

    `tags` say of every new version what it was made from.
    """

    repositories: Sequence[RepositoryTables]
    champions: Champions
    tags: Mapping[str, str]


def train_models(training: Training) -> Iterator[Outcome]:
    """Train the models, one after another, and yield what came of each as soon as it is known."""
    risk, outcome = _risk(training)
    yield outcome
    detector, outcome = _anomaly(training)
    yield outcome
    predictor, outcome = _bug(training)
    yield outcome
    analyzer, outcome = _impact(training)
    yield outcome
    yield _ensemble(training, Champions(risk, detector, predictor, analyzer))


def _risk(training: Training) -> tuple[RiskPredictor | None, Outcome]:
    examples = pl.concat([tables.commit_examples for tables in training.repositories])
    features = input_order("commit_features")
    trained = RiskPredictor.train(examples, features, training.champions.risk)
    if isinstance(trained, Shortage):
        return None, Outcome("risk", trained)
    candidate = risk_candidate(trained, examples, _tags(training, examples, features))
    return trained.model, Outcome("risk", candidate)


def _anomaly(training: Training) -> "tuple[AnomalyDetector | None, Outcome]":
    commits = pl.concat([tables.described_commits for tables in training.repositories])
    trained = anomaly.train(commits, training.champions.anomaly)
    if isinstance(trained, Shortage):
        return None, Outcome("anomaly", trained)
    candidate = anomaly_candidate(trained, commits, training.tags)
    return trained.detector, Outcome("anomaly", candidate)


def _bug(training: Training) -> "tuple[BugPredictor | None, Outcome]":
    examples = pl.concat([tables.file_examples for tables in training.repositories])
    features = input_order("file_features")
    trained = bug.train(examples, features, training.champions.bug)
    if isinstance(trained, Shortage):
        return None, Outcome("bug", trained)
    candidate = bug_candidate(trained, examples, _tags(training, examples, features))
    return trained.model, Outcome("bug", candidate)


def _impact(training: Training) -> "tuple[ImpactAnalyzer | None, Outcome]":
    histories = {tables.slug: tables.change_history for tables in training.repositories}
    trained = impact.train(histories, training.champions.impact)
    if isinstance(trained, Shortage):
        return None, Outcome("impact", trained)
    return trained.model, Outcome("impact", impact_candidate(trained, training.tags))


def _ensemble(training: Training, models: Champions) -> Outcome:
    """The ensemble of *models*, weighed by what their evaluated fits say of the newest commits."""
    later = pl.concat([_judged_answers(tables, models) for tables in training.repositories])
    trained = ensemble.train(later, training.champions.ensemble)
    if isinstance(trained, Shortage):
        return Outcome("ensemble", trained)
    return Outcome("ensemble", ensemble_candidate(trained, later, training.tags))


def _judged_answers(tables: RepositoryTables, models: Champions) -> pl.DataFrame:
    """The models' answers for a repository's validation and test part, with label and effort."""
    later = part(tables.commit_examples, "validation", "test")
    known = later.select("part", "label", "effort")
    return pl.concat([answers(tables, models, later, "evaluated"), known], how="horizontal")


def _tags(training: Training, examples: pl.DataFrame, features: Sequence[str]) -> Mapping[str, str]:
    """The tags of a model that learnt from *examples* by *features*, its cut among them."""
    cut = part(examples, "train")["time"].max()
    return {**training.tags, "training_cut": str(cut), "features": json.dumps(features)}
