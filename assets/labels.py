"""The stage labels: which commits induced the bugs that later ones mended."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.tables import check_specs, table_result, table_spec
from hyperion_pipelines.learning.labels.bug_labels import label_numbers, labels_of
from hyperion_pipelines.learning.labels.candidates import trace_fixes
from resources.workspace import WorkspaceResource

SOURCES = ("commits", "changes", "line_removals")


@dg.multi_asset(
    name="bug_labels",
    specs=[table_spec("bug_labels", deps=SOURCES)],
    check_specs=check_specs(("bug_labels",)),
)
def bug_labels(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """Traces every fix to the commits that wrote the code which it removed."""
    slug, state = context.partition_key, workspace.open()
    with state.running("labels", slug) as inputs:
        commits, changes, removals = (state.lake.read(table, slug) for table in SOURCES)
        traced = trace_fixes(commits, changes, removals, state.filters(slug), state.issues(slug))
        yield table_result("bug_labels", labels_of(traced), inputs, label_numbers(traced))
