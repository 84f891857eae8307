"""A home in which a repository was analysed, without the orchestrator: what predictions read."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from hyperion_pipelines.features.catalogue import input_order
from hyperion_pipelines.features.commit_features import commit_features
from hyperion_pipelines.git.history import update_history
from hyperion_pipelines.git.log_stream import CHANGE_SCHEMA, COMMIT_SCHEMA, LogFrames
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.learning.classifier.calibration import IDENTITY
from hyperion_pipelines.learning.classifier.shared import CalibratedSharedVote, fit_shared
from hyperion_pipelines.learning.models.impact import ImpactAnalyzer
from hyperion_pipelines.learning.models.risk import RiskPredictor, commit_columns
from hyperion_pipelines.learning.registry.published import Champion
from hyperion_pipelines.learning.scoring.commit_scores import commit_scores
from hyperion_pipelines.learning.scoring.model_scores import ServedModel
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.stores.publications import Basis
from hyperion_pipelines.workspace import Workspace
from tests.unit.features.feature_tables import FILTERS, feature_tables

SLUG = "shop"
NAMES = input_order("commit_features")


def analyse(home: Path, source: Path, model: RiskPredictor | None = None) -> Workspace:
    """The home *home*, where the repository *source* is `shop`, judged by *model* if there is one.

    Without one its commits are ranked by size.
    """
    workspace = Workspace(Settings(home=home, git_timeout=20))
    workspace.catalogue.add(str(source), SLUG)
    mirror = workspace.mirror(SLUG)
    refs = mirror.update()
    tables = feature_tables(mirror.git_dir)
    unread = LogFrames(COMMIT_SCHEMA.to_frame(), CHANGE_SCHEMA.to_frame())
    history = update_history(mirror.git_dir, refs, unread)
    features = commit_features(tables, FILTERS).with_columns(repository=pl.lit(SLUG))
    written = {
        "commits": tables.commits,
        "changes": tables.changes,
        "blob_metrics": tables.blob_metrics,
        "dependency_history": tables.dependency_history,
        "identities": history.identities,
        "tree": read_tree(mirror.git_dir, refs.head_sha, FILTERS),
        "commit_features": features,
        "commit_scores": commit_scores(features, None),
    }
    for table, rows in written.items():
        workspace.lake.write(table, SLUG, rows)
    workspace.publications.record_basis("git", SLUG, Basis("data", refs.head_sha, refs.tips))
    if model is not None:
        judge(workspace, model)
    return workspace


def judge(workspace: Workspace, model: RiskPredictor) -> None:
    """Make *model* the champion, and have it judge the stored commits."""
    serve(workspace, "risk", model)
    features = workspace.lake.read("commit_features", SLUG)
    scores = commit_scores(features, ServedModel("risk", "1", model))
    workspace.lake.write("commit_scores", SLUG, scores)


def risk_model(features: pl.DataFrame, names: Sequence[str] = NAMES) -> RiskPredictor:
    """A small model of which commits of `shop` add more lines than most; it reads *names*."""
    lines = pl.col("lines_added")
    rows = features.with_columns(repository=pl.lit(SLUG), label=lines > lines.median())
    vote = fit_shared(rows, commit_columns(names))
    fitted = CalibratedSharedVote(vote, {}, IDENTITY)
    return RiskPredictor(fitted, fitted)


def serve(workspace: Workspace, name: str, model: RiskPredictor | ImpactAnalyzer) -> None:
    """Make *model* the champion of its kind, whatever judged the stored commits."""
    champion = Champion(name, 1, "run", "2024-01-01", {})
    workspace.champions.publish(champion, lambda folder: _saved(model, folder))


def _saved(model: RiskPredictor | ImpactAnalyzer, folder: Path) -> Path:
    model.save(folder)
    return folder
