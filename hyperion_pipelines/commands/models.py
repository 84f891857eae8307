"""`hyperion models list|show|promote|rollback`: which models there are, which of them is served.

The answers are the registry's own: what is published in the home may lag behind a move of an alias
in MLflow's pages.
"""

import getpass
import json
import os
from collections.abc import Callable, Mapping
from typing import Any

import click

from hyperion_pipelines.commands.models_text import print_event, print_list, print_version
from hyperion_pipelines.commands.options import json_option, with_workspace
from hyperion_pipelines.errors import HyperionError, UsageError
from hyperion_pipelines.learning.registry.events import Event
from hyperion_pipelines.learning.registry.pyfunc import MODELS
from hyperion_pipelines.learning.registry.registry import (
    CHALLENGER,
    CHAMPION,
    ModelRegistry,
    Version,
)
from hyperion_pipelines.workspace import Workspace

name_argument = click.argument("name", type=click.Choice(list(MODELS)))


@click.group()
def command() -> None:
    """List the trained models, look at one, and choose which version of it is served."""


@command.command("list")
@json_option
@with_workspace
def list_models(*, as_json: bool, workspace: Workspace) -> None:
    """List the models: champion, challenger, main metric beside the baseline's."""
    registry = workspace.registry
    found = {name: registry.versions(name) for name in MODELS}
    rows = [_row(name, versions) for name, versions in found.items() if versions]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    elif rows:
        print_list(rows)
    else:
        click.echo("No models yet: `hyperion analyze SOURCE` trains what there is data for.")


@command.command()
@name_argument
@click.option("--version", type=int, help="Version  [default: the champion, else the newest]")
@json_option
@with_workspace
def show(name: str, version: int | None, *, as_json: bool, workspace: Workspace) -> None:
    """Show a version of NAME: its metrics, its parameters, why it is champion or not."""
    registry = workspace.registry
    document = _document(registry, _chosen(registry.versions(name), name, version))
    if as_json:
        click.echo(json.dumps(document, indent=2))
    else:
        print_version(document)


@command.command()
@name_argument
@click.argument("version", type=int)
@json_option
@with_workspace
def promote(name: str, version: int, *, as_json: bool, workspace: Workspace) -> None:
    """Make VERSION of NAME the champion, whatever the gate said of it; that is recorded."""
    _move(workspace, lambda registry, by: registry.promote(name, version, by=by), name, as_json)


@command.command()
@name_argument
@json_option
@with_workspace
def rollback(name: str, *, as_json: bool, workspace: Workspace) -> None:
    """Make the champion before the present one champion again; once more goes further back."""
    _move(workspace, lambda registry, by: registry.rollback(name, by=by), name, as_json)


def _move(
    workspace: Workspace, move: Callable[[ModelRegistry, str], Event], name: str, as_json: bool
) -> None:
    """Move the alias, have the home serve what it names now, and say what was done."""
    registry = workspace.registry
    event = move(registry, _user())
    registry.publish_champions([name])
    if as_json:
        click.echo(json.dumps({"name": name, **vars(event)}, indent=2))
    else:
        print_event(name, event)


def _user() -> str:
    """Who calls; where the account has no name (in a container), its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _row(name: str, versions: list[Version]) -> dict[str, Any]:
    """What the list says of a model; the figures are those of the champion, else of the newest."""
    served = _aliased(versions, CHAMPION)
    described = served or versions[0]
    challenger = _aliased(versions, CHALLENGER)
    contest = json.loads(described.tags.get("contest", "{}"))
    return {
        "name": name,
        "champion": served.version if served else None,
        "challenger": challenger.version if challenger else None,
        "versions": len(versions),
        "metric": contest.get("metric"),
        "value": contest.get("challenger"),
        "baseline": contest.get("baseline"),
        "trained_at": described.registered_at,
        "sources": _sources(described.tags),
    }


def _chosen(versions: list[Version], name: str, number: int | None) -> Version:
    """The version asked for. Raises UsageError where there is none of that number."""
    if not versions:
        raise HyperionError(f"{name} was never trained: `hyperion models list` says what was")
    if number is None:
        return _aliased(versions, CHAMPION) or versions[0]
    found = next((each for each in versions if each.version == number), None)
    if found is None:
        known = ", ".join(str(each.version) for each in versions)
        raise UsageError(f"{name} has no version {number}: there is {known}")
    return found


def _aliased(versions: list[Version], alias: str) -> Version | None:
    return next((each for each in versions if alias in each.aliases), None)


def _sources(tags: Mapping[str, str]) -> list[str]:
    """The repositories that a version learned from."""
    return list(json.loads(tags.get("sources", "[]")))


def _document(registry: ModelRegistry, version: Version) -> dict[str, Any]:
    record = registry.record(version)
    return {
        **version._asdict(),
        "sources": _sources(version.tags),
        "metrics": dict(sorted(record.metrics.items())),
        "parameters": dict(sorted(record.parameters.items())),
        "history": [vars(event) for event in registry.history(version.name)],
    }
