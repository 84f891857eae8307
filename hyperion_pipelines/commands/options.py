"""Options that commands share: the home, and JSON instead of text."""

import functools
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.logs import configure_logs
from hyperion_pipelines.settings import read_settings
from hyperion_pipelines.workspace import Workspace

Command = Callable[..., Any]

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def with_workspace(command: Command) -> Command:
    """Add `--home` and hand the command the workspace under it, its logs set up."""

    @click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of everything that Hyperion keeps  [default: $HYPERION_HOME or .hyperion]",
    )
    @functools.wraps(command)
    def opened(*arguments: object, home: Path | None, **options: object) -> object:
        workspace = Workspace(read_settings(home=home))
        is_shown = sys.stderr.isatty() and not options.get("as_json")
        level = logging.INFO if is_shown else logging.WARNING
        try:
            configure_logs(workspace.home, terminal_level=level)
        except OSError as error:
            message = (
                f"the home {workspace.home} cannot be written ({error.strerror}): choose another"
            )
            raise ConfigurationError(f"{message} with --home or HYPERION_HOME") from error
        return command(*arguments, workspace=workspace, **options)

    return opened
