"""The stage models: what is learnt from all repositories together, and which version is served.

One step trains and registers all of them: MLflow's runs do not go together with several.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.tables import OWNERS
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.learning.champions import load_champions
from hyperion_pipelines.learning.registry.candidate import Candidate
from hyperion_pipelines.learning.registry.registry import Registered
from hyperion_pipelines.learning.train import Outcome, Training, train_models
from hyperion_pipelines.learning.training.record import inputs_digest
from hyperion_pipelines.learning.training.retraining import TrainingState
from hyperion_pipelines.stages import code_version
from hyperion_pipelines.workspace import Workspace
from resources.mlflow import MlflowResource, TrainingRun
from resources.workspace import WorkspaceResource

_OF_COMMITS = ("commit_features", "bug_labels")
_OF_CHANGES = ("commits", "changes")
# Model -> what it says, and the tables that it learns from.
MODELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "risk": ("How likely a commit is to have induced a bug.", _OF_COMMITS),
    "anomaly": (
        "How odd a commit is in its repository.",
        ("commit_features", "refs", *_OF_CHANGES),
    ),
    "bug": ("How likely a file is to get a fix in the next 90 days.", ("file_features",)),
    "impact": (
        "Which other files will have to change with a file.",
        ("dependency_history", "dependencies", "tree", *_OF_CHANGES),
    ),
    "ensemble": (
        "Which commits to review first, from what the others say.",
        (*_OF_COMMITS, "risk_model", "anomaly_model", "bug_model", "impact_model"),
    ),
}


def asset_name(model: str) -> str:
    """The name of a model's asset."""
    return model if model == "ensemble" else f"{model}_model"


@dg.multi_asset(
    name="models",  # the job that runs it is called training
    specs=[
        dg.AssetSpec(
            asset_name(model),
            description=description,
            deps=sources,
            group_name="models",
            kinds={"lightgbm" if model not in {"anomaly", "ensemble"} else "scikitlearn", "mlflow"},
            owners=OWNERS,
            code_version=code_version("models"),
        )
        for model, (description, sources) in MODELS.items()
    ],
)
def training(
    workspace: WorkspaceResource, mlflow: MlflowResource
) -> Iterator[dg.MaterializeResult[Any]]:
    """Trains on all repositories, registers what there is enough data for, serves the champions."""
    state = workspace.open()
    with state.training_alone():
        now = state.training.now()
        if not now.repositories:
            raise UsageError("no repository has features and labels yet: analyse one first")
        repositories = [state.tables(slug) for slug in now.repositories]
        learnt = Training(repositories, load_champions(state.champions), _tags(state, now))
        with mlflow.open(state.registry) as run:
            for outcome in train_models(learnt):
                yield _result(outcome, run, now)
            state.registry.publish_champions()
        state.training.save(now)


def _tags(state: Workspace, now: TrainingState) -> dict[str, str]:
    """What every version of this training was made from."""
    tables = sorted({table for _, sources in MODELS.values() for table in sources})
    versions = {table: state.lake.version(table) for table in tables}
    return {
        "data_version": inputs_digest(now),
        "code_version": now.code_version,
        "sources": json.dumps(list(now.repositories)),
        "table_versions": json.dumps(
            {table: version for table, version in versions.items() if version is not None}
        ),
    }


def _result(outcome: Outcome, run: TrainingRun, now: TrainingState) -> dg.MaterializeResult[Any]:
    """What became of a training: a version with its figures, or what was missing for one."""
    version = dg.DataVersion(inputs_digest(now))
    key = asset_name(outcome.name)
    if not isinstance(outcome.result, Candidate):
        metadata: dict[str, Any] = {"registered": False, "missing": str(outcome.result)}
        return dg.MaterializeResult(asset_key=key, data_version=version, metadata=metadata)
    registered = run.register(outcome.result)
    return dg.MaterializeResult(
        asset_key=key,
        data_version=version,
        metadata={**_shown(outcome.result, registered), **run.metadata()},
    )


def _shown(candidate: Candidate, registered: Registered) -> dict[str, Any]:
    """The figures of a new version as metadata: numbers are plotted over time."""
    pictures = {
        name.removesuffix(".png"): dg.MetadataValue.md(
            f"![{name}](data:image/png;base64,{base64.b64encode(image).decode('ascii')})"
        )
        for name, image in candidate.figures.items()
    }
    return {
        "registered": True,
        "version": registered.version,
        "is_champion": registered.decision.accepted,
        "decision": registered.decision.reason,
        "summary": candidate.summary,
        "evaluation": dg.MetadataValue.md(candidate.report),
        **candidate.metrics,
        **pictures,
    }
