"""The stage code: from blobs to syntax metrics, functions, and which file depends on which."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.tables import check_specs, table_result, table_spec
from hyperion_pipelines.code.analysis import SyntaxFrames
from hyperion_pipelines.code.update import read_dependencies, update_syntax
from hyperion_pipelines.progress import Progress
from hyperion_pipelines.stores.preview import preview
from resources.workspace import WorkspaceResource

SYNTAX = ("blob_metrics", "functions", "imports")  # in the order of SyntaxFrames


@dg.multi_asset(
    name="syntax",
    specs=[table_spec(table, deps=["changes", "tree"]) for table in SYNTAX],
    check_specs=check_specs(SYNTAX),
)
def syntax(
    context: dg.AssetExecutionContext,
    workspace: WorkspaceResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """Parses every source blob that was not parsed before, on all cores."""
    slug, state = context.partition_key, workspace.open()
    with state.running("code", slug) as inputs:
        tree = state.lake.read("tree", slug)
        updated = update_syntax(
            inputs.git_dir,
            state.lake.read("changes", slug),
            tree,
            SyntaxFrames(*state.known_rows(SYNTAX, slug)),
            filters=state.filters(slug),
            workers=state.settings.workers,
            progress=progress,
        )
        yield table_result("functions", updated.tables.functions, inputs)
        yield table_result("imports", updated.tables.imports, inputs)
        metrics = updated.tables.metrics
        notes = {
            "blobs_parsed": updated.parsed,
            "blobs_with_parse_errors": metrics.filter(pl.col("parse_errors") > 0).height,
            "skipped": dg.MetadataValue.md(preview(updated.skipped(tree))),
        }
        yield table_result("blob_metrics", metrics, inputs, notes)


@dg.multi_asset(
    specs=[table_spec("dependencies", deps=["imports", "tree"])],
    check_specs=check_specs(["dependencies"]),
)
def dependencies(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """The imports at HEAD resolved to files inside the repository."""
    slug, state = context.partition_key, workspace.open()
    with state.running("code", slug) as inputs:
        edges = read_dependencies(
            inputs.git_dir,
            inputs.refs.head_sha,
            state.lake.read("imports", slug),
            state.lake.read("tree", slug),
        )
        inside = edges["to_path"].count()
        notes = {"resolved_inside": inside, "share_resolved": inside / max(1, edges.height)}
        yield table_result("dependencies", edges, inputs, notes)
