"""`hyperion token create|list|revoke`: the keys that the sidecar's callers show."""

import json
from datetime import UTC, datetime

import click
from rich.table import Table

from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.commands.summary_text import terminal_console
from hyperion_pipelines.serving.access.api_keys import FILE_NAME, ApiKey, ApiKeys
from hyperion_pipelines.serving.access.callers import Scope
from hyperion_pipelines.workspace import Workspace

LONGEST_DAYS = 3650
ID_DIGITS_SHOWN = 4


@click.group()
def command() -> None:
    """Make, list and revoke the keys that the sidecar asks its callers for."""


@command.command()
@click.option("--name", required=True, help="Who will ask with it, for example `ci`.")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(list(Scope), case_sensitive=False),
    multiple=True,
    default=[Scope.READ],
    show_default=True,
    help="What it may do: read answers, start analyses, or everything. May be repeated.",
)
@click.option(
    "--repository",
    "slugs",
    multiple=True,
    metavar="SLUG",
    help="Repository that it may know of. May be repeated.  [default: all, those to come too]",
)
@click.option(
    "--days",
    type=click.IntRange(1, LONGEST_DAYS),
    help="Days until it expires.  [default: it holds until it is revoked]",
)
@with_workspace
def create(
    *,
    name: str,
    scopes: tuple[Scope, ...],
    slugs: tuple[str, ...],
    days: int | None,
    workspace: Workspace,
) -> None:
    """Make a key and print it, this once: only its digest is kept."""
    for slug in slugs:
        workspace.catalogue.get(slug)
    made = _keys(workspace).make(name, scopes, slugs or None, days)
    key = made.key
    click.echo(made.words)
    scope = f"scope{'s' if len(key.scopes) > 1 else ''} {', '.join(key.scopes)}"
    click.echo(
        f"The key {key.name!r} has the {scope}, for {_repositories(key)}, "
        f"and {_expiry(key)}. It is not shown again: keep it where secrets are kept.",
        err=True,
    )


@command.command("list")
@json_option
@with_workspace
def list_keys(*, as_json: bool, workspace: Workspace) -> None:
    """List the keys, what each may do, and when it expires; never the keys themselves."""
    keys = _keys(workspace).all()
    if as_json:
        click.echo(json.dumps([_row(key) for key in keys], indent=2))
        return
    if not keys:
        click.echo("No keys yet: make one with `hyperion token create --name NAME`.")
        return
    columns = ("name", "id", "scopes", "repositories", "made", "expires")
    table = Table(*columns, box=None, pad_edge=False)
    for key in keys:
        made, expires = key.made_at.strftime("%Y-%m-%d"), _expiry_day(key)
        shown_id = f"…{key.id[-ID_DIGITS_SHOWN:]}"
        table.add_row(key.name, shown_id, ", ".join(key.scopes), _repositories(key), made, expires)
    terminal_console().print(table)


@command.command()
@click.argument("name")
@with_workspace
def revoke(name: str, *, workspace: Workspace) -> None:
    """Forget the key NAME: a running sidecar refuses it within a second."""
    _keys(workspace).revoke(name)
    click.echo(f"{name}: revoked")


def _keys(workspace: Workspace) -> ApiKeys:
    return ApiKeys(workspace.home / FILE_NAME)


def _row(key: ApiKey) -> dict[str, object]:
    """A key as JSON; `repositories` and `expires_at` are null for all, and for never."""
    return {
        "name": key.name,
        "id": f"…{key.id[-ID_DIGITS_SHOWN:]}",
        "scopes": list(key.scopes),
        "repositories": None if key.repositories is None else list(key.repositories),
        "made_at": key.made_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "is_expired": _is_expired(key),
    }


def _repositories(key: ApiKey) -> str:
    return "all repositories" if key.repositories is None else ", ".join(key.repositories)


def _expiry(key: ApiKey) -> str:
    if key.expires_at is None:
        return "holds until it is revoked"
    return f"expires at {key.expires_at:%Y-%m-%d %H:%M} UTC"


def _expiry_day(key: ApiKey) -> str:
    if key.expires_at is None:
        return "never"
    return f"{key.expires_at:%Y-%m-%d}{' (expired)' if _is_expired(key) else ''}"


def _is_expired(key: ApiKey) -> bool:
    return key.expires_at is not None and key.expires_at <= datetime.now(UTC)
