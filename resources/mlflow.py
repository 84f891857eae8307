"""MLflow for assets that train: one parent run for each Dagster run, through dagster-mlflow.

dagster-mlflow finds or starts the run that carries the Dagster run's id; this resource makes the
store before, ends the run as it went, and imports neither until an asset asks (they take seconds).
Training belongs in one step of one process: of two that train at once, the first to end would end
the run of both.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import dagster as dg
from pydantic import PrivateAttr

from hyperion_pipelines.git.commands import redact
from hyperion_pipelines.learning.registry.candidate import Candidate
from hyperion_pipelines.learning.registry.registry import (
    TRAINING_EXPERIMENT,
    ModelRegistry,
    Registered,
)
from hyperion_pipelines.learning.registry.tracking import is_server, speaking_to, tracking_to

DAGSTER_RUN = "dagster_run_id"  # the tag that dagster-mlflow finds a run by


@dataclass(frozen=True)
class TrainingRun:
    """The MLflow run of a Dagster run; what is registered through it becomes its child."""

    registry: ModelRegistry
    run_id: str
    experiment_id: str
    dagster_run_id: str

    def register(self, candidate: Candidate) -> Registered:
        """Like `ModelRegistry.register`; the model's run carries the Dagster run's id too."""
        return self.registry.register(candidate, {DAGSTER_RUN: self.dagster_run_id})

    def metadata(self) -> Mapping[str, Any]:
        """Where the run is, as metadata of an asset: a link where a server shows it."""
        if not is_server(self.registry.uri):
            return {"mlflow_run": self.run_id}
        server = redact(self.registry.uri).rstrip("/")
        page = f"{server}/#/experiments/{self.experiment_id}/runs/{self.run_id}"
        return {"mlflow_run": dg.MetadataValue.url(page)}


class MlflowResource(dg.ConfigurableResource[Any]):
    """Opens the run of the present Dagster run in a model registry; *run_tags* mark each run."""

    run_tags: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    _context: dg.InitResourceContext = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Keep what says which Dagster run this is."""
        self._context = context

    @contextmanager
    def open(self, registry: ModelRegistry) -> Generator[TrainingRun]:
        """The parent run, in the experiment `hyperion-training`, while models are trained.

        It ends as FINISHED, FAILED when the block raises, or KILLED when it is interrupted. A step
        that is tried again goes on with the run of the first try.
        """
        registry.prepare()
        with tracking_to(registry.uri):
            import mlflow

            status = "FAILED"
            try:
                yield self._start(registry)
                status = "FINISHED"
            except KeyboardInterrupt:
                status = "KILLED"
                raise
            finally:
                with speaking_to(registry.uri):
                    mlflow.end_run(status)

    def _start(self, registry: ModelRegistry) -> TrainingRun:
        """The run that dagster-mlflow finds or starts for the present Dagster run."""
        # Given here, the address, which may hold a password, is not in the run's configuration.
        configuration: dict[str, Any] = {
            "experiment_name": TRAINING_EXPERIMENT,
            "mlflow_tracking_uri": registry.uri,
            "env": {},
            "extra_tags": self.run_tags,
        }
        with speaking_to(registry.uri):
            from dagster_mlflow import mlflow_tracking

            start = cast(
                "Callable[[dg.InitResourceContext], Generator[Any]]", mlflow_tracking.resource_fn
            )
            # Its own end of the run looks for an error in the wrong frame: `open` ends the run.
            tracking = next(start(self._context.replace_config(configuration)))
            return TrainingRun(
                registry,
                run_id=str(tracking.active_run().info.run_id),
                experiment_id=str(tracking.experiment.experiment_id),
                dagster_run_id=str(self._context.run_id),
            )
