"""The workspace as a Dagster resource: which home the assets work on."""

from pathlib import Path

import dagster as dg

from hyperion_pipelines.settings import read_settings
from hyperion_pipelines.workspace import Workspace


class WorkspaceResource(dg.ConfigurableResource[Workspace]):
    """Opens the workspace under *home*; without one, under the home that HYPERION_HOME names."""

    home: str = ""

    def open(self) -> Workspace:
        """The workspace, a plain object of the engine."""
        return Workspace(read_settings(home=Path(self.home) if self.home else None))
