"""The one IO manager: frames go to the lake and come back from it, a repository at a time."""

import dagster as dg
import polars as pl

from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stores.lake import Lake, Lineage
from hyperion_pipelines.stores.preview import preview
from hyperion_pipelines.stores.publications import Publication
from resources.workspace import WorkspaceResource


class LakeIOManager(dg.ConfigurableIOManager):
    """Writes an asset's frame as its table's rows of the partition's repository, and reads them."""

    workspace: dg.ResourceDependency[WorkspaceResource]

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame) -> None:
        """Write *obj* and attach what the UI shows of a table."""
        workspace = self.workspace.open()
        table, slug = context.asset_key.path[-1], context.partition_key
        # Until its rows are written and recorded, nothing may take the table for current.
        workspace.publications.withdraw(table, slug)
        said = _said(context)
        sources = _source_versions(context, workspace.lake)
        version = workspace.lake.write(table, slug, obj, lineage=Lineage(**said, sources=sources))
        workspace.publications.record(table, slug, Publication.now(**said, rows=obj.height))
        context.add_output_metadata(
            {
                "dagster/partition_row_count": obj.height,
                "lake_version": version,
                "source_versions": sources,
                "preview": dg.MetadataValue.md(preview(obj)),
            }
        )

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """The rows of the partition's repository."""
        return self.workspace.open().lake.read(context.asset_key.path[-1], context.partition_key)


def _said(context: dg.OutputContext) -> dict[str, str]:
    """What the asset said of its inputs, in its result's metadata."""
    said = context.output_metadata
    return {key: str(said[key].value) for key in ("head_sha", "data_version", "code_version")}


def _source_versions(context: dg.OutputContext, lake: Lake) -> dict[str, int]:
    """The present versions of the tables that the asset reads."""
    tables = [dependency.asset_key.path[-1] for dependency in context.asset_spec.deps]
    versions = {table: lake.version(table) for table in tables if table in TABLES}
    return {table: version for table, version in versions.items() if version is not None}
