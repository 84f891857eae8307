"""`hyperion demo [SOURCE]`: an analysis with nothing prepared, and what to look at afterwards."""

import shutil

import click

from hyperion_pipelines.commands.analyze import analyse, report
from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.stages import STAGES
from hyperion_pipelines.workspace import Workspace


@click.command()
@click.argument("source", required=False)
@json_option
@with_workspace
def command(source: str | None, *, as_json: bool, workspace: Workspace) -> None:
    """Analyse SOURCE, or without one a sample repository that is generated now."""
    analysis = analyse(workspace, source or _sample(workspace), None, list(STAGES.values()))
    report(workspace, analysis, as_json=as_json)
    if not as_json:
        click.echo(
            "\nOpen the pipeline: `make dev`, then http://127.0.0.1:"
            f"{workspace.settings.port}/asset-groups"
        )


def _sample(workspace: Workspace) -> str:
    """The path of the sample repository in the home, written anew: it is always the same."""
    from hyperion_pipelines.sample import write_sample_repository

    folder = workspace.home / "sample"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sample = write_sample_repository(folder)
    click.echo(f"Sample repository: {sample.git_dir} (truth: {sample.ground_truth})", err=True)
    return str(sample.git_dir)
