"""The stage graph: what the tables say, as nodes and edges that are asked in Cypher."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.partitions import REPOSITORIES
from assets.tables import OWNERS, check_specs, table_result, table_spec
from hyperion_pipelines.git.tree import open_texts
from hyperion_pipelines.graph.build import tables_read
from hyperion_pipelines.graph.publishing import GraphUpdate, publish_graph
from hyperion_pipelines.graph.teams.codeowners import find_codeowners
from hyperion_pipelines.stages import code_version
from hyperion_pipelines.stores.preview import preview
from hyperion_pipelines.workspace import StageInputs
from resources.workspace import WorkspaceResource

GRAPH = "code_graph"
COUNTS = "graph_counts"
WHOLE = "holds_what_was_built"


@dg.multi_asset(
    name="graph",
    specs=[
        dg.AssetSpec(
            GRAPH,
            deps=sorted(tables_read()),
            description="Files, functions, commits, people and teams over time, asked in Cypher.",
            group_name="graph",
            kinds={"cypher"},
            owners=OWNERS,
            code_version=code_version("graph"),
            partitions_def=REPOSITORIES,
        ),
        table_spec(COUNTS, deps=[GRAPH]),
    ],
    check_specs=[
        dg.AssetCheckSpec(
            WHOLE,
            asset=GRAPH,
            description="The store counts as many nodes and edges as the tables gave.",
            blocking=True,
        ),
        *check_specs([COUNTS]),
    ],
)
def code_graph(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult[Any]]:
    """Builds the graph from the tables, and loads what differs from the one before."""
    slug, state = context.partition_key, workspace.open()
    with state.running("graph", slug) as inputs:
        updated = publish_graph(
            slug,
            lambda table: state.lake.read(table, slug),
            {
                "filters": state.filters(slug),
                "teams": state.teams(slug),
                "issues": state.issues(slug),
                "codeowners": _codeowners(inputs),
            },
            state.graphs,
        )
        yield _graph_result(updated)
        yield table_result(COUNTS, updated.counts, inputs)


def _graph_result(updated: GraphUpdate) -> dg.MaterializeResult[Any]:
    check = dg.AssetCheckResult(
        asset_key=GRAPH,
        check_name=WHOLE,
        passed=updated.is_whole,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"nodes": updated.loaded_nodes, "edges": updated.loaded_edges},
    )
    return dg.MaterializeResult(
        asset_key=GRAPH,
        data_version=dg.DataVersion(updated.version),
        metadata={
            "nodes": updated.nodes,
            "edges": updated.edges,
            **{f"{name}_written": count for name, count in updated.written._asdict().items()},
            "counts": dg.MetadataValue.md(preview(updated.counts)),
        },
        check_results=[check],
    )


def _codeowners(inputs: StageInputs) -> str | None:
    with open_texts(inputs.git_dir, inputs.refs.head_sha) as read_text:
        return find_codeowners(read_text)
