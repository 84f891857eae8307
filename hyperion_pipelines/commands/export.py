"""`hyperion export TABLE`: a table of the lake as a file that other tools read."""

from datetime import datetime
from pathlib import Path

import click
import polars as pl

from hyperion_pipelines.commands.as_of import as_of_option, version_as_of
from hyperion_pipelines.commands.options import with_workspace
from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.workspace import Workspace


@click.command()
@click.argument("table", type=click.Choice(list(TABLES)), metavar="TABLE")
@click.option("--repository", "slug", help="Only this repository's rows.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv", "json"]),
    default="parquet",
    show_default=True,
    help="JSON has one object a line; CSV has nested columns as JSON.",
)
@as_of_option
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@with_workspace
def command(
    table: str,
    slug: str | None,
    form: str,
    as_of: int | datetime | None,
    output: Path,
    *,
    workspace: Workspace,
) -> None:
    """Write TABLE to a file."""
    if slug is not None:
        workspace.catalogue.get(slug)
    if not output.absolute().parent.is_dir():
        raise UsageError(f"{output.absolute().parent} does not exist: make it, then run again")
    rows = workspace.lake.read(table, slug, as_of=version_as_of(workspace, table, as_of))
    new = output.with_name(f".{output.name}.new")
    _write(rows, form, new)
    new.replace(output)
    click.echo(f"{output}: {rows.height:,} rows of {table}", err=True)


def _write(rows: pl.DataFrame, form: str, file: Path) -> None:
    if form == "parquet":
        rows.write_parquet(file, compression="zstd")
    elif form == "json":
        rows.write_ndjson(file)
    else:
        rows.with_columns(_as_json(name) for name in _nested(rows)).write_csv(file)


def _nested(rows: pl.DataFrame) -> list[str]:
    return [name for name, dtype in rows.schema.items() if dtype.is_nested()]


def _as_json(name: str) -> pl.Expr:
    """A nested column as JSON text: that of an object with one field, without the object."""
    wrapped = pl.struct(value=name).struct.json_encode()
    return wrapped.str.strip_prefix('{"value":').str.strip_suffix("}").alias(name)
