"""`hyperion info`: what this home holds, and how the tables and the pipeline stand."""

import json
from typing import Any

import click
from rich.table import Table

from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.commands.summary_text import terminal_console
from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stages import STAGES, code_version
from hyperion_pipelines.workspace import Workspace

RUNS_SHOWN = 10


@click.command()
@click.option(
    "--pipeline-status", is_flag=True, help="Compare with the sources; list the last runs."
)
@json_option
@with_workspace
def command(*, pipeline_status: bool, as_json: bool, workspace: Workspace) -> None:
    """Say what this home holds; with --pipeline-status, whether it is up to date too."""
    facts: dict[str, Any] = {
        "home": str(workspace.home),
        "stages": {name: code_version(name) for name in STAGES},
        "repositories": [row.slug for row in workspace.catalogue.list()],
        "tables": {
            table: {
                "version": workspace.lake.version(table),
                "rows": workspace.lake.read(table, columns=["repository"]).height,
            }
            for table in TABLES
        },
    }
    if pipeline_status:
        from hyperion_pipelines.definitions import recent_runs

        facts["freshness"] = {slug: _freshness(workspace, slug) for slug in facts["repositories"]}
        facts["runs"] = recent_runs(workspace, RUNS_SHOWN)
    if as_json:
        click.echo(json.dumps(facts, indent=2))
    else:
        _print(facts)


def _freshness(workspace: Workspace, slug: str) -> str:
    """Whether a repository's tables are those of what its source holds now."""
    try:
        refs = workspace.mirror(slug).remote_refs()
    except HyperionError as error:
        return f"unknown: {error}"
    stale = [
        stage.name for stage in STAGES.values() if not workspace.is_current(slug, refs, [stage])
    ]
    return f"stale: {', '.join(stale)}" if stale else "current"


def _print(facts: dict[str, Any]) -> None:
    console = terminal_console()
    console.print(f"home: {facts['home']}")
    console.print(f"repositories: {', '.join(facts['repositories']) or 'none'}")
    tables = Table("table", "rows", "version", box=None, pad_edge=False)
    for name, table in facts["tables"].items():
        version = "" if table["version"] is None else str(table["version"])
        tables.add_row(name, f"{table['rows']:,}", version)
    console.print(tables)
    for slug, state in facts.get("freshness", {}).items():
        console.print(f"{slug}: {state}")
    for run in facts.get("runs", []):
        console.print(f"{run['started']}  {run['status']:<9} {run['repository']}  {run['run_id']}")
