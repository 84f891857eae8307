"""`hyperion evaluate`: what the models' recipe is worth on a published table of commits or files.

How that looks at a terminal is the business of `evaluate_text`.
"""

import json
from pathlib import Path

import click

from hyperion_pipelines.commands.evaluate_text import print_evaluation
from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.workspace import Workspace

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--table", "file", type=_FILE, required=True, help="A Parquet or CSV file.")
@click.option("--columns", "map_file", type=_FILE, help="TOML that says which column is what.")
@json_option
@with_workspace
def command(
    file: Path,
    map_file: Path | None,
    *,
    as_json: bool,
    workspace: Workspace,  # noqa: ARG001 - its logs are set up, its tables are not needed
) -> None:
    """Train on the older rows of a table, judge by the newer, and print how well that went.

    Rows are commits (older and newer by a column of `train` and `test`, or by time: 85 and 15 %) or
    files of releases (each judged by a model of those before it). Every figure stands beside that
    of one column alone: lines added, or a file's lines.
    """
    from hyperion_pipelines.learning.outside.columns import ISSTA, ColumnMap
    from hyperion_pipelines.learning.outside.judging import evaluate_table
    from hyperion_pipelines.learning.outside.tables import read_table

    columns = ISSTA if map_file is None else ColumnMap.read(map_file)
    table = read_table(file, columns)
    projects = table.rows["repository"].n_unique()
    click.echo(f"{table.rows.height:,} rows of {projects} projects: fitting and judging", err=True)
    found = evaluate_table(table)
    for name, reason in found.left_out.items():
        click.echo(f"left out {name}: {reason}", err=True)
    if as_json:
        click.echo(json.dumps(found.document(), indent=2))
    else:
        print_evaluation(found)
