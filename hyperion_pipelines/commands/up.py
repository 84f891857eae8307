"""`hyperion up`: the Dagster UI and its daemon, on this home."""

import os
import sys
from pathlib import Path

import click

from hyperion_pipelines.commands.options import with_workspace
from hyperion_pipelines.workspace import Workspace


@click.command()
@click.option("--port", type=int, help="Port of the UI  [default: $HYPERION_PORT or 3000]")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@with_workspace
def command(port: int | None, host: str, *, workspace: Workspace) -> None:
    """Start the Dagster UI, with the sensor that watches the repositories and the schedules."""
    from hyperion_pipelines.definitions import WORKSPACE_YAML, instance_environment

    port = port if port is not None else workspace.settings.port
    click.echo(
        f"Dagster UI: http://{host}:{port} (home {workspace.home}); Ctrl-C ends it", err=True
    )
    dagster = Path(sys.executable).with_name("dagster")
    arguments = ["dev", "-w", str(WORKSPACE_YAML), "-h", host, "-p", str(port)]
    # `dagster dev` advertises its successor with a warning, which is no concern of a user's.
    quiet = {"PYTHONWARNINGS": "ignore:Function"}
    os.execve(  # noqa: S606 - this process becomes Dagster's, signals and all
        dagster, [str(dagster), *arguments], quiet | instance_environment(workspace)
    )
