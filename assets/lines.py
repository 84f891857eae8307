"""The stage lines: which commit wrote each line, and which lines each commit removed."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.tables import check_specs, table_result, table_spec
from hyperion_pipelines.insights.lines.line_lifetimes import line_lifetimes
from hyperion_pipelines.insights.lines.survival_chart import survival_markdown
from hyperion_pipelines.lines.update import HistoryTables, update_line_history
from hyperion_pipelines.progress import Progress
from resources.workspace import WorkspaceResource

LINES = ("line_origins", "line_removals")


@dg.multi_asset(
    name="line_history",
    specs=[table_spec(table, deps=["commits", "changes", "tree"]) for table in LINES],
    check_specs=check_specs(LINES),
)
def line_history(
    context: dg.AssetExecutionContext,
    workspace: WorkspaceResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """Replays the hunks of all commits once, or those of the commits on top of the last HEAD."""
    slug, state = context.partition_key, workspace.open()
    with state.running("lines", slug) as inputs:
        tables = HistoryTables(*(state.lake.read(table, slug) for table in HistoryTables._fields))
        updated = update_line_history(
            inputs.git_dir,
            tables,
            inputs.refs.head_sha,
            known=state.known_lines(inputs),
            workers=state.settings.workers,
            progress=progress,
        )
        yield table_result("line_removals", updated.removals, inputs)
        lifetimes = line_lifetimes(
            tables.commits, updated.origins, updated.removals, state.filters(slug)
        )
        notes = {
            "commits_replayed": updated.replayed,
            "survival": dg.MetadataValue.md(survival_markdown(lifetimes)),
        }
        yield table_result("line_origins", updated.origins, inputs, notes)
