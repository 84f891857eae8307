"""The small files that say what is published, read once a generation.

An answer asks for a dozen of them. Whoever writes them must not read them here: what another
process wrote is seen half a second later.
"""

from dataclasses import dataclass

from hyperion_pipelines.learning.registry.published import Champion, PublishedModels
from hyperion_pipelines.serving.caches.generations import PerGeneration
from hyperion_pipelines.stores.publications import Publication, Publications


@dataclass(frozen=True)
class RememberedPublications(Publications):
    """The publications in a folder, each read once a generation."""

    known: PerGeneration[tuple[str, str], Publication | None]

    def get(self, table: str, slug: str) -> Publication | None:
        """What a table was last made from; None if it was never made, or is being replaced."""
        return self.known.get((table, slug), lambda: Publications.get(self, table, slug))


@dataclass(frozen=True)
class RememberedChampions(PublishedModels):
    """The published models under a home, each pointer read once a generation."""

    known: PerGeneration[str, Champion | None]

    def champion(self, name: str) -> Champion | None:
        """The champion of a model; None where there is none, or its files are gone."""
        return self.known.get(name, lambda: PublishedModels.champion(self, name))
