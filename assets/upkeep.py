"""Housekeeping: the files of table versions that nobody reads any more."""

import dagster as dg

from resources.workspace import WorkspaceResource


@dg.op
def vacuum_lake(context: dg.OpExecutionContext, workspace: WorkspaceResource) -> None:
    """Delete the files of table versions that are older than the settings keep."""
    state = workspace.open()
    deleted = state.lake.vacuum(state.settings.lake_retention_days)
    context.log.info("%d files deleted", deleted)


@dg.job(description="Housekeeping of the lake.")
def upkeep_job() -> None:
    """Run what keeps the home small."""
    vacuum_lake()


upkeep_schedule = dg.ScheduleDefinition(
    name="weekly_upkeep",
    job=upkeep_job,
    cron_schedule="0 4 * * 0",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Housekeeping of the lake, on Sundays.",
)
