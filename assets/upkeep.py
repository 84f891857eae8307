"""Housekeeping: what nobody reads any more: old versions of tables, old predictions."""

from datetime import UTC, datetime

import dagster as dg

from hyperion_pipelines.serving.observability.prediction_log import forget_old_predictions
from resources.workspace import WorkspaceResource


@dg.op
def vacuum_lake(context: dg.OpExecutionContext, workspace: WorkspaceResource) -> None:
    """Delete the files of table versions that are older than the settings keep."""
    state = workspace.open()
    deleted = state.lake.vacuum(state.settings.lake_retention_days)
    context.log.info("%d files deleted", deleted)


@dg.op
def forget_predictions(context: dg.OpExecutionContext, workspace: WorkspaceResource) -> None:
    """Delete the predictions that were served too long ago, and join the files of the others."""
    deleted = forget_old_predictions(workspace.open().lake, datetime.now(UTC))
    context.log.info("%d served predictions deleted", deleted)


@dg.job(description="Housekeeping of the lake.")
def upkeep_job() -> None:
    """Run what keeps the home small."""
    forget_predictions()
    vacuum_lake()


upkeep_schedule = dg.ScheduleDefinition(
    name="nightly_upkeep",
    job=upkeep_job,
    cron_schedule="0 3 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Housekeeping of the lake, every night.",
)
