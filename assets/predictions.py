"""The stage predictions: what the champions say of a repository's commits and files, and why."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.tables import check_specs, table_result, table_spec
from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.learning.champions import load_champions
from hyperion_pipelines.learning.scoring.repository_scores import scored_commits, scored_files
from resources.workspace import WorkspaceResource

DEPS = {
    "commit_scores": ("commit_features", "risk_model", "anomaly_model", "ensemble"),
    "file_scores": ("file_features", "tree", "bug_model"),
}
SCORED = {"commit_scores": scored_commits, "file_scores": scored_files}


@dg.multi_asset(
    name="predictions",
    specs=[table_spec(table, deps=deps) for table, deps in DEPS.items()],
    check_specs=check_specs(tuple(DEPS)),
)
def predictions(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """Asks the models that are served; where there is none, ranks by size and says so."""
    slug, state = context.partition_key, workspace.open()
    try:
        state.registry.publish_champions()
    except HyperionError as error:
        context.log.warning("the champions are those that were last published: %s", error)
    with state.running("predictions", slug) as inputs:
        tables, models = state.tables(slug), load_champions(state.champions).that_answer()
        for table, score in SCORED.items():
            scores = score(tables, models)
            served_by = scores["served_by"].value_counts().rows()
            notes = {f"served_by_{name}": count for name, count in served_by}
            yield table_result(table, scores, inputs, {**notes, "models": models.versions})
