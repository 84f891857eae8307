"""`hyperion repo add|list|remove`: the catalogue of watched repositories."""

import json
from dataclasses import asdict

import click
from rich.table import Table

from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.commands.summary_text import terminal_console
from hyperion_pipelines.git.sources import read_refs, resolve_source
from hyperion_pipelines.repositories import Repository
from hyperion_pipelines.workspace import Workspace


@click.group()
def command() -> None:
    """Add, list and remove the repositories that are watched."""


@command.command()
@click.argument("source")
@click.option("--name", "slug", help="Slug of the repository  [default: the source's name]")
@with_workspace
def add(source: str, slug: str | None, *, workspace: Workspace) -> None:
    """Watch SOURCE, a path or URL; the UI's sensor analyses it from now on."""
    resolved = resolve_source(source)
    read_refs(resolved, timeout=workspace.settings.git_timeout)
    repository = workspace.catalogue.add(resolved, slug)
    click.echo(f"{repository.slug}: watching {repository.source}")


@command.command("list")
@json_option
@with_workspace
def list_repositories(*, as_json: bool, workspace: Workspace) -> None:
    """List the repositories and when each was last analysed."""
    rows = [_row(workspace, repository) for repository in workspace.catalogue.list()]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    if not rows:
        click.echo("No repositories yet: add one with `hyperion repo add SOURCE`.")
        return
    table = Table("repository", "commits", "HEAD", "analysed", "source", box=None, pad_edge=False)
    for row in rows:
        head = str(row["head_sha"] or "")[:12]
        values = (row["slug"], row["commits"], head, row["analysed_at"], row["source"])
        table.add_row(*("" if value is None else str(value) for value in values))
    terminal_console().print(table)


@command.command()
@click.argument("slug")
@with_workspace
def remove(slug: str, *, workspace: Workspace) -> None:
    """Forget SLUG: its rows in every table, its mirror and its place in the list."""
    workspace.remove(slug)
    click.echo(f"{slug}: removed; its source was not touched")


def _row(workspace: Workspace, repository: Repository) -> dict[str, object]:
    made = workspace.publications.get("commits", repository.slug)
    return {
        **asdict(repository),
        "commits": made.rows if made else None,
        "head_sha": made.head_sha if made else None,
        "analysed_at": made.published_at if made else None,
    }
