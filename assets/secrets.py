"""The stage secrets: which credentials the history holds, and where."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.tables import check_specs, table_result, table_spec
from hyperion_pipelines.lines.update import HistoryTables
from hyperion_pipelines.progress import Progress
from hyperion_pipelines.security.update import update_secrets
from resources.workspace import WorkspaceResource


@dg.multi_asset(
    name="secrets",
    specs=[table_spec("secrets", deps=["commits", "changes", "tree"])],
    check_specs=check_specs(["secrets"]),
)
def secrets(
    context: dg.AssetExecutionContext,
    workspace: WorkspaceResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """Searches the patches of the commits not searched before."""
    slug, state = context.partition_key, workspace.open()
    with state.running("secrets", slug) as inputs:
        updated = update_secrets(
            inputs.git_dir,
            HistoryTables(*(state.lake.read(table, slug) for table in HistoryTables._fields)),
            known=state.known_secrets(inputs),
            workers=state.settings.workers,
            progress=progress,
        )
        notes = {"commits_searched": updated.searched}
        yield table_result("secrets", updated.rows, inputs, notes)
