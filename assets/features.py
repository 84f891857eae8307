"""The stage features: what a model is told of each commit and file, checked and kept at hand."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import polars as pl

from assets.feature_checks import expectation_check_results, expectation_check_specs
from assets.feature_drift import drift_check_result, drift_check_specs, drift_numbers
from assets.partitions import REPOSITORIES
from assets.tables import OWNERS, table_result, table_spec
from hyperion_pipelines.features.catalogue import ENTITY, FEATURES, columns
from hyperion_pipelines.features.commit_features import commit_features
from hyperion_pipelines.features.file_features import file_features
from hyperion_pipelines.features.groups.coverage_reports import read_coverage
from hyperion_pipelines.features.inputs import FeatureTables
from hyperion_pipelines.features.monitoring.drift import drift_report
from hyperion_pipelines.features.monitoring.quality import defaults, quality, skew
from hyperion_pipelines.features.monitoring.validation import validate
from hyperion_pipelines.features.vector_layout import VectorLayout
from hyperion_pipelines.stages import code_version
from hyperion_pipelines.stores.preview import preview
from hyperion_pipelines.workspace import StageInputs, Workspace
from resources.workspace import WorkspaceResource

SOURCES = ("commits", "changes", "blob_metrics", "dependency_history")
TABLES = tuple(FEATURES)
COMPUTE = {"commit_features": commit_features, "file_features": file_features}
SAMPLE = 1_000  # entities that are read back from the cache


@dg.multi_asset(
    name="features",
    specs=[table_spec(table, deps=SOURCES) for table in TABLES],
    check_specs=[*expectation_check_specs(TABLES), *drift_check_specs(TABLES)],
)
def features(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.MaterializeResult[pl.DataFrame]]:
    """Looks back from every commit, and from every file at each turn of a month."""
    slug, state = context.partition_key, workspace.open()
    with state.running("features", slug) as inputs:
        commits, changes, metrics, imports = (state.lake.read(table, slug) for table in SOURCES)
        coverage = read_coverage(inputs.git_dir, changes)
        tables = FeatureTables(commits, changes, metrics, imports, coverage)
        filters = state.filters(slug)
        for table, compute in COMPUTE.items():
            frame = compute(tables, filters)
            yield _checked(table, frame, tables, inputs, state)


@dg.asset(
    deps=TABLES,
    partitions_def=REPOSITORIES,
    group_name="features",
    kinds={"redis"},
    owners=OWNERS,
    code_version=code_version("features"),
)
def online_features(
    context: dg.AssetExecutionContext, workspace: WorkspaceResource
) -> dg.MaterializeResult[Any]:
    """The newest vector of each commit and file in the cache; some are read back and compared."""
    slug, state = context.partition_key, workspace.open()
    metadata: dict[str, Any] = {}
    for table in TABLES:
        newest = VectorLayout(table).newest(state.lake.read(table, slug))
        published = state.online_features.publish(table, slug, newest)
        sample = newest.tail(SAMPLE)
        served = state.online_features.read(table, slug, sample[ENTITY[table]].to_list())
        numbers = {"published": published, **skew(table, served, sample)}
        metadata |= {f"{table}/{name}": number for name, number in numbers.items()}
    return dg.MaterializeResult(metadata=metadata | state.cache.counts._asdict())


def _checked(
    table: str, frame: pl.DataFrame, tables: FeatureTables, inputs: StageInputs, state: Workspace
) -> dg.MaterializeResult[pl.DataFrame]:
    """The result of making a feature table: what was found of it, and its lineage, beside it."""
    commits, changes, now = tables.commits, tables.changes, datetime.now(UTC)
    validation = validate(table, frame, commits, changes, repository=inputs.slug, now=now)
    drift = drift_report(table, frame, commits, changes)
    errors = drift.drifted.filter(pl.col("verdict") == "error")
    state.publications.record_drift(table, inputs.slug, errors["feature"].to_list())
    numbers = quality(table, frame, commits, now=now)
    return table_result(
        table,
        frame,
        inputs,
        {
            **numbers,
            **drift_numbers(drift),
            "least_telling": dg.MetadataValue.md(preview(_least_telling(table, frame))),
            "dagster/column_lineage": _lineage(table),
        },
        checks=[
            *expectation_check_results(validation, inputs.slug, state.home),
            drift_check_result(drift, inputs.slug),
        ],
    )


def _least_telling(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The features that are at their default most often, the worst last."""
    return defaults(table, frame).head(5).reverse().with_columns(pl.col("default_share").round(3))


def _lineage(table: str) -> dg.TableColumnLineage:
    """Which columns of other tables each feature is made from."""
    return dg.TableColumnLineage(
        {
            feature.name: [
                dg.TableColumnDep(dg.AssetKey(source), column)
                for source, column in (name.split(".") for name in feature.sources)
            ]
            for feature in columns(table)
        }
    )
