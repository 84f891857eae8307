"""What the middleware here needs of the sidecar; `serving.sidecar` has it all."""

from typing import Protocol

from hyperion_pipelines.serving.observability.observed import Observability
from hyperion_pipelines.settings import Settings


class Served(Protocol):
    """A sidecar, as far as requests are concerned before it is known who asks for what."""

    @property
    def settings(self) -> Settings:
        """What the user set."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether whoever asks may do everything."""
        ...

    @property
    def observability(self) -> Observability:
        """Where requests are recorded."""
        ...
