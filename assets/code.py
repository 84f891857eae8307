"""The stage code: from blobs to syntax metrics, functions, and what depends on or calls what."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.tables import check_specs, table_result, table_spec
from hyperion_pipelines.code.analysis import SyntaxFrames
from hyperion_pipelines.code.calls import resolve_calls
from hyperion_pipelines.code.dependency_history import DependencyHistory, update_dependency_history
from hyperion_pipelines.code.selection import source_blobs
from hyperion_pipelines.code.snapshots import Snapshots, read_snapshots
from hyperion_pipelines.code.update import read_dependencies, update_syntax
from hyperion_pipelines.progress import Progress
from hyperion_pipelines.stores.preview import preview
from hyperion_pipelines.workspace import StageInputs, Workspace
from resources.workspace import WorkspaceResource

# In the order of SyntaxFrames.
SYNTAX = ("blob_metrics", "functions", "imports", "dangerous_calls", "call_sites")
PAST = ("snapshots", "dependency_history")  # in the order of DependencyHistory


@dg.multi_asset(
    name="syntax",
    specs=[table_spec(table, deps=["commits", "changes", "tree"]) for table in SYNTAX],
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
        changes, tree = state.lake.read("changes", slug), state.lake.read("tree", slug)
        versions = _snapshots(state, inputs).versions
        updated = update_syntax(
            inputs.git_dir,
            source_blobs(changes, tree, versions, state.filters(slug)),
            tree,
            SyntaxFrames(*state.known_rows(SYNTAX, slug)),
            workers=state.settings.workers,
            progress=progress,
        )
        yield table_result("functions", updated.tables.functions, inputs)
        yield table_result("imports", updated.tables.imports, inputs)
        yield table_result("dangerous_calls", updated.tables.dangerous_calls, inputs)
        yield table_result("call_sites", updated.tables.call_sites, inputs)
        metrics = updated.tables.metrics
        notes = {
            "blobs_parsed": updated.parsed,
            "blobs_with_parse_errors": metrics.filter(pl.col("parse_errors") > 0).height,
            "skipped": dg.MetadataValue.md(preview(updated.skipped(tree))),
        }
        yield table_result("blob_metrics", metrics, inputs, notes)


@dg.multi_asset(
    name="dependencies",
    specs=[
        table_spec("dependencies", deps=["imports", "tree"]),
        table_spec("calls", deps=["call_sites", "dependencies", "functions", "imports", "tree"]),
        *(table_spec(table, deps=["commits", "imports"]) for table in PAST),
    ],
    check_specs=check_specs(["dependencies", "calls", *PAST]),
)
def dependencies(
    context: dg.AssetExecutionContext,
    workspace: WorkspaceResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """Imports resolved to files, at HEAD and at the turns of the quarters; calls to functions."""
    slug, state = context.partition_key, workspace.open()
    with state.running("code", slug) as inputs:
        imports, tree = state.lake.read("imports", slug), state.lake.read("tree", slug)
        edges = read_dependencies(inputs.git_dir, inputs.refs.head_sha, imports, tree)
        inside = edges["to_path"].count()
        notes = {"resolved_inside": inside, "share_resolved": inside / max(1, edges.height)}
        yield table_result("dependencies", edges, inputs, notes)
        yield _calls_result(state, inputs, edges, imports, tree)
        past = update_dependency_history(
            inputs.git_dir,
            _snapshots(state, inputs),
            imports,
            DependencyHistory(*state.known_rows(PAST, slug, made_by=inputs.code_version)),
            progress=progress,
        )
        notes = {"snapshots_resolved": past.resolved}
        yield table_result("snapshots", past.snapshots, inputs, notes)
        yield table_result("dependency_history", past.edges, inputs)


def _calls_result(
    state: Workspace,
    inputs: StageInputs,
    edges: pl.DataFrame,
    imports: pl.DataFrame,
    tree: pl.DataFrame,
) -> dg.MaterializeResult[pl.DataFrame]:
    sites, functions = (state.lake.read(name, inputs.slug) for name in ("call_sites", "functions"))
    calls = resolve_calls(sites, functions, edges, imports, tree)
    inside = calls["to_path"].count()
    notes = {"resolved_inside": inside, "share_resolved": inside / max(1, calls.height)}
    return table_result("calls", calls, inputs, notes)


def _snapshots(state: Workspace, inputs: StageInputs) -> Snapshots:
    columns = ["sha", "parents", "commit_time", "is_on_head"]
    commits = state.lake.read("commits", inputs.slug, columns=columns)
    return read_snapshots(inputs.git_dir, commits, inputs.refs.head_sha)
