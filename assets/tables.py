"""What every table-valued asset shares: its specification, its checks and its result.

The frames themselves come from the engine; the lake's IO manager writes them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import polars as pl

from assets.partitions import REPOSITORIES
from hyperion_pipelines.checks import CHECKS, count_offenders
from hyperion_pipelines.columns import COLUMNS
from hyperion_pipelines.insights.catalogue import INSIGHT_TABLES, insight_of
from hyperion_pipelines.schemas import TABLES, TIME
from hyperion_pipelines.stages import STAGES, code_version
from hyperion_pipelines.workspace import StageInputs

LAKE = "lake"
OWNERS = ["team:hyperion"]

DESCRIPTIONS = {
    "commits": "Every commit that a branch or HEAD reaches, in topological order.",
    "changes": "Every file that a non-merge commit touches, renames followed.",
    "identities": "Every recorded signature and the person it was taken for, with the reason.",
    "refs": "Branches and tags: distance from HEAD, age, merged or not.",
    "tree": "The files at HEAD: language, size, and whether test, generated or vendored.",
    "line_origins": "Which commit last wrote each line at HEAD, as `git blame -w` says.",
    "line_removals": "How many lines of which origin each commit deleted or replaced.",
    "blob_metrics": "Syntax metrics of every version of every source file.",
    "functions": "The functions of the files at HEAD.",
    "dangerous_calls": "Calls in the files at HEAD that invite an attack.",
    "imports": "What the files at HEAD and in snapshots import, as written.",
    "dependencies": "The imports at HEAD resolved to files of the repository.",
    "call_sites": "What the functions at HEAD call, as written.",
    "calls": "The calls at HEAD resolved to functions, as far as names allow.",
    "snapshots": "The commits that stand for the turns of the quarters.",
    "dependency_history": "Which file imported which, from one turn of a quarter to another.",
    "secrets": "Every secret that a commit added or removed, redacted.",
    "commit_features": "What a model is told of each commit, from what came before it alone.",
    "file_features": "What a model is told of each file, month by month.",
    "bug_labels": "Which commits induced the bugs that later ones mended.",
    "training_windows": "What a model would have been trained on, every 90 days.",
    "commit_scores": "How risky and how odd each commit is, why, and which to review first.",
    "file_scores": "How likely each file at HEAD is to get a fix in the next 90 days, and why.",
    "document_files": "The files at HEAD that documents are made of, and those passed over.",
    "documents": "What is worth searching in the files at HEAD: prose, documentation, code.",
    "chunks": "The documents, cut to what the embedding model reads whole.",
    "search_grades": "How well the search answers questions that the repository itself answers.",
    "graph_counts": "What the code graph has, label by label and type by type.",
    "repository_profile": "All that is known of a repository, and what to do first.",
    "served_predictions": "The predictions that the sidecar answered with in the last 90 days.",
    **{table: insight_of(table).question for table in INSIGHT_TABLES},
}


def table_spec(table: str, *, deps: Sequence[str] = ()) -> dg.AssetSpec:
    """The specification of the asset that makes *table*."""
    stage = _stage(table)
    return dg.AssetSpec(
        table,
        description=DESCRIPTIONS[table],
        deps=list(deps),
        group_name=stage,
        kinds={"deltalake", "polars", "table"},
        owners=OWNERS,
        code_version=code_version(stage),
        partitions_def=REPOSITORIES,
        metadata={
            "dagster/table_name": table,
            "dagster/column_schema": _column_schema(table),
        },
    ).with_io_manager_key(LAKE)


def check_specs(tables: Sequence[str]) -> list[dg.AssetCheckSpec]:
    """The checks of *tables*; they block what is downstream."""
    return [
        dg.AssetCheckSpec(
            name,
            asset=table,
            description=f"{name.replace('_', ' ').capitalize()}.",
            blocking=True,
        )
        for table in tables
        for name in CHECKS[table]
    ]


def table_result(
    table: str,
    frame: pl.DataFrame,
    inputs: StageInputs,
    metadata: Mapping[str, Any] | None = None,
    checks: Sequence[dg.AssetCheckResult] = (),
) -> dg.MaterializeResult[pl.DataFrame]:
    """The result of making *table*: the frame, its data version and what its checks found.

    *checks* are those that the table has beside the ones of `hyperion_pipelines.checks`.
    """
    named = frame.select(pl.lit(inputs.slug).alias("repository"), pl.all())
    return dg.MaterializeResult(
        asset_key=table,
        value=named,
        data_version=dg.DataVersion(inputs.data_version),
        metadata={
            "head_sha": inputs.refs.head_sha,
            "data_version": inputs.data_version,
            "code_version": inputs.code_version,
            **(metadata or {}),
        },
        check_results=[
            dg.AssetCheckResult(
                asset_key=table,
                check_name=name,
                passed=offenders == 0,
                severity=dg.AssetCheckSeverity.ERROR,
                metadata={"repository": inputs.slug, "offending_rows": offenders},
            )
            for name, offenders in count_offenders(table, frame).items()
        ]
        + list(checks),
    )


def _stage(table: str) -> str:
    return next(stage.name for stage in STAGES.values() if table in stage.tables)


def _column_schema(table: str) -> dg.TableSchema:
    meanings = COLUMNS.get(table, {})
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name, type=type_name(dtype), description=meanings.get(name))
            for name, dtype in TABLES[table].items()
        ]
    )


def type_name(dtype: pl.DataType) -> str:
    """The name of *dtype* for a reader; a time need not say that it is UTC, in microseconds."""
    return "Datetime" if dtype == TIME else str(dtype)
