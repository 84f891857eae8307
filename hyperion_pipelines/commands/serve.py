"""`hyperion serve`: the sidecar, on this home."""

import click

from hyperion_pipelines.commands.options import with_workspace
from hyperion_pipelines.workspace import Workspace


@click.command()
@click.option("--port", type=int, help="Port to listen on  [default: $HYPERION_SERVE_PORT or 8700]")
@click.option("--host", help="Address to listen on  [default: $HYPERION_SERVE_HOST or 127.0.0.1]")
@with_workspace
def command(port: int | None, host: str | None, *, workspace: Workspace) -> None:
    """Answer over HTTP from what the pipeline published: predictions, search, answers, the graph.

    It listens to this machine alone by default. As soon as a key is made (`hyperion token create`),
    every caller needs one.
    """
    from hyperion_pipelines.serving.caches.published import PublishedWorkspace
    from hyperion_pipelines.serving.server import Server

    settings = workspace.settings
    server = Server(
        PublishedWorkspace(settings),
        settings.serve_host if host is None else host,
        settings.serve_port if port is None else port,
    )
    click.echo(
        f"Hyperion answers at {server.url} (home {workspace.home}); Ctrl-C ends it", err=True
    )
    click.echo(
        "Anybody on this machine may ask for everything: no key has been made. "
        "`hyperion token create` makes one; then every caller needs one."
        if server.is_open
        else "Callers need a key or a token.",
        err=True,
    )
    server.run()
