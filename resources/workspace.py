"""The workspace as a Dagster resource: which home the assets work on."""

import logging
from pathlib import Path

import dagster as dg

from hyperion_pipelines.logs import LOGGER, configure_logs
from hyperion_pipelines.settings import read_settings
from hyperion_pipelines.workspace import Workspace


class WorkspaceResource(dg.ConfigurableResource[Workspace]):
    """Opens the workspace under *home*; without one, under the home that HYPERION_HOME names."""

    home: str = ""

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002 - Dagster's
        """Send the engine's records to the home's logs, unless the process does so already."""
        if not logging.getLogger(LOGGER).handlers:
            configure_logs(self.open().home)

    def open(self) -> Workspace:
        """The workspace, a plain object of the engine."""
        return Workspace(read_settings(home=Path(self.home) if self.home else None))
