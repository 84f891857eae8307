"""Records a candidate as a run of MLflow: parameters, metrics, plots, tables and the model itself.

Versions, aliases and what they mean are `registry`'s.
"""

import platform
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from hyperion_pipelines.learning.registry import pyfunc
from hyperion_pipelines.learning.registry.candidate import Candidate

# What a model needs to be loaded and asked; what it was made with is the project's constraints.
REQUIREMENTS = ("hyperion-pipelines", "lightgbm", "numpy", "pandas", "polars", "scikit-learn")
# The folder of the model's own files among MLflow's artifacts of it.
MODEL_FILES = "data/files"


class LoggedRun(NamedTuple):
    """A finished run, and the model that it logged."""

    run_id: str
    model_id: str
    model_uri: str


def log_candidate(candidate: Candidate, experiment_id: str, tags: Mapping[str, str]) -> LoggedRun:
    """Record *candidate* as a run of the experiment, under the run that is active, if any.

    The run carries *tags*. It ends as FAILED when something of it cannot be recorded.
    """
    import mlflow

    with (
        tempfile.TemporaryDirectory(prefix="hyperion-model-") as folder,
        mlflow.start_run(
            experiment_id=experiment_id, run_name=candidate.name, nested=True, tags=dict(tags)
        ) as run,
    ):
        mlflow.set_tag("mlflow.note.content", candidate.report or candidate.summary)
        mlflow.log_params(dict(candidate.parameters))
        mlflow.log_metrics(dict(candidate.metrics))
        _log_figures(candidate.figures, Path(folder) / "figures")
        for name, table in candidate.tables.items():
            mlflow.log_table(pyfunc.to_pandas(table), f"tables/{name}.json")
        model_id, model_uri = _log_model(candidate, Path(folder) / Path(MODEL_FILES).name)
        return LoggedRun(run.info.run_id, model_id, model_uri)


def environment() -> dict[str, str]:
    """The Python, the platform and the packages (name==version) that models are made with here."""
    return {
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "packages": " ".join(_requirements()),
    }


def _log_figures(figures: Mapping[str, bytes], folder: Path) -> None:
    import mlflow

    folder.mkdir()
    for name, image in figures.items():
        (folder / name).write_bytes(image)
    if figures:
        mlflow.log_artifacts(str(folder), "figures")


def _log_model(candidate: Candidate, folder: Path) -> tuple[str, str]:
    """The id and the address of the logged model."""
    import mlflow.models
    import mlflow.pyfunc

    folder.mkdir()
    candidate.save(folder)
    example = pyfunc.to_pandas(candidate.input_example)
    answer = pyfunc.to_pandas(candidate.output_example)
    logged = mlflow.pyfunc.log_model(
        name=candidate.name,
        loader_module=pyfunc.__name__,
        data_path=str(folder),
        model_config={pyfunc.MODEL_KEY: candidate.name},
        signature=mlflow.models.infer_signature(example, answer),
        input_example=example,
        # Without them MLflow loads the model in a process of its own to find out: ten seconds.
        pip_requirements=_requirements(),
    )
    return str(logged.model_id), str(logged.model_uri)


def _requirements() -> list[str]:
    return [f"{package}=={version(package)}" for package in REQUIREMENTS]
