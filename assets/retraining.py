"""What starts a training by itself: the night, and an analysis that found reason enough.

Which reasons there are is the engine's business (`learning.training.retraining`).
"""

import dagster as dg

from assets.automation import analysis_job
from hyperion_pipelines.learning.training.record import inputs_digest
from hyperion_pipelines.settings import Settings
from resources.workspace import WorkspaceResource

training_job = dg.define_asset_job(
    "training",
    selection=dg.AssetSelection.groups("models"),
    description="All models, from all repositories; a better one becomes champion.",
)


def build_training_schedule(settings: Settings) -> dg.ScheduleDefinition:
    """The schedule that trains where anything is new."""

    @dg.schedule(
        job=training_job,
        name="nightly_training",
        cron_schedule=settings.training_cron,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="All models, where what they learn from has changed since the last training.",
    )
    def nightly_training(
        context: dg.ScheduleEvaluationContext, workspace: WorkspaceResource
    ) -> dg.RunRequest | dg.SkipReason:
        if not workspace.open().training.is_new():
            return dg.SkipReason("nothing that the models learn from has changed")
        return dg.RunRequest(run_key=context.scheduled_execution_time.date().isoformat())

    return nightly_training


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[analysis_job],
    request_job=training_job,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Trains after an analysis that gives reason to: the first of a repository, many "
    "new labels, features that drifted.",
)
def training_watch(
    context: dg.RunStatusSensorContext,  # noqa: ARG001 - Dagster's
    workspace: WorkspaceResource,
) -> dg.RunRequest | dg.SkipReason:
    """Ask for a training, once for the same reasons, where the last analysis makes it due."""
    training = workspace.open().training
    reasons = training.reasons()
    if not reasons:
        return dg.SkipReason("no reason to train anew")
    tags = {"hyperion/because": " ".join(reasons)[:500]}
    return dg.RunRequest(run_key=inputs_digest(training.now()), tags=tags)
