"""The one IO manager: frames go to the lake and come back from it, a repository at a time."""

import dagster as dg
import polars as pl

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
        version = workspace.lake.write(table, slug, obj)
        workspace.publications.record(table, slug, _publication(context, obj.height))
        context.add_output_metadata(
            {
                "dagster/partition_row_count": obj.height,
                "lake_version": version,
                "preview": dg.MetadataValue.md(preview(obj)),
            }
        )

    def load_input(self, context: dg.InputContext) -> pl.DataFrame:
        """The rows of the partition's repository."""
        return self.workspace.open().lake.read(context.asset_key.path[-1], context.partition_key)


def _publication(context: dg.OutputContext, rows: int) -> Publication:
    """What the asset said of its inputs, in its result's metadata."""
    said = {
        key: value.value
        for key, value in context.output_metadata.items()
        if isinstance(value, dg.TextMetadataValue)
    }
    return Publication.now(
        data_version=said["data_version"] or "",
        code_version=said["code_version"] or "",
        head_sha=said["head_sha"] or "",
        rows=rows,
    )
