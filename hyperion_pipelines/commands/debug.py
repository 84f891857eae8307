"""`hyperion debug`: where the time of a request to the sidecar went."""

import json

import click

from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.commands.trace_text import print_trace
from hyperion_pipelines.serving.observability.request_search import find_request
from hyperion_pipelines.workspace import Workspace


@click.command()
@click.option(
    "--trace-request",
    "request_id",
    required=True,
    metavar="ID",
    help="The request: its id (X-Request-ID), its trace's, or the first 6 characters or more.",
)
@json_option
@with_workspace
def command(*, request_id: str, as_json: bool, workspace: Workspace) -> None:
    """Show where the time of a request went, from the spans in the sidecar's log."""
    record = find_request(workspace.home, request_id)
    if as_json:
        click.echo(json.dumps(record, indent=2, ensure_ascii=False))
    else:
        print_trace(record)
