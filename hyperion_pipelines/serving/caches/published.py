"""The home as the sidecar reads it: what was read once stays in memory until it is published anew.

It is a workspace like any other, so the engine answers from it as it does at the command line. It
is there to be read: what this process itself writes, it sees half a second later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.learning.registry.published import Champion
from hyperion_pipelines.repositories import Repository
from hyperion_pipelines.serving.caches.generations import LOOK_SECONDS, Generations, PerGeneration
from hyperion_pipelines.serving.caches.histories import RememberedTables
from hyperion_pipelines.serving.caches.records import RememberedChampions, RememberedPublications
from hyperion_pipelines.serving.caches.tables import Published, RememberedLake, TableMemory
from hyperion_pipelines.serving.problems import NotPublishedError
from hyperion_pipelines.serving.readiness import Readiness
from hyperion_pipelines.stores.publications import Publication, Publications
from hyperion_pipelines.workspace import Workspace

if TYPE_CHECKING:
    from hyperion_pipelines.learning.repository_tables import RepositoryTables


@dataclass(frozen=True)
class PublishedWorkspace(Workspace):
    """A workspace whose tables, models and histories are remembered.

    Whether something was published is looked at every *look_seconds* at most.
    """

    look_seconds: float = LOOK_SECONDS

    def generation(self, slugs: Iterable[str] | None = None) -> str:
        """Changes whenever something is published that answers (about *slugs*) are made from.

        That is: tables, champions, vectors, graphs, profiles, mirrors, configuration, catalogue.
        """
        known = self._generations
        return str(known.current() if slugs is None else known.of(slugs))

    @cached_property
    def lake(self) -> RememberedLake:
        """The tables; those that were read last are in memory."""
        memory = TableMemory(self._sources, self.settings.table_cache_bytes)
        return RememberedLake(self.home / "lake", memory)

    @cached_property
    def publications(self) -> RememberedPublications:
        """What the tables were last made from."""
        known = PerGeneration[tuple[str, str], Publication | None](self._generations)
        return RememberedPublications(self.home / "published", known)

    @cached_property
    def champions(self) -> RememberedChampions:
        """The models that are served."""
        return RememberedChampions(
            self.home, PerGeneration[str, Champion | None](self._generations)
        )

    def tables(self, slug: str) -> "RepositoryTables":
        """The tables of a repository, as models read them, and what was made of them before."""
        return self._tables.get(slug)

    def filters(self, slug: str) -> PathFilters:
        """Which paths of a repository are tests, generated or vendored."""
        return self._filters.get(slug, lambda: Workspace.filters(self, slug))

    def profile(self, slug: str) -> bytes:
        """The repository's profile, a JSON document. Raises NotPublishedError without one."""
        try:
            return (self.profile_folder(slug) / "profile.json").read_bytes()
        except FileNotFoundError as error:
            remedy = f"run `hyperion analyze {slug}`, then ask again"
            raise NotPublishedError(f"{slug} has no profile yet: {remedy}") from error

    @cached_property
    def readiness(self) -> Readiness:
        """Whether all that answers are made from is there now."""
        return Readiness(self)

    @cached_property
    def _generations(self) -> Generations:
        return Generations(self.home, self.look_seconds)

    @cached_property
    def _filters(self) -> PerGeneration[str, PathFilters]:
        return PerGeneration[str, PathFilters](self._generations)

    @cached_property
    def _catalogue(self) -> PerGeneration[str, Mapping[str, Repository]]:
        return PerGeneration[str, Mapping[str, Repository]](self._generations)

    @cached_property
    def _tables(self) -> RememberedTables:
        return RememberedTables(self.lake, self._sources, self.filters)

    @cached_property
    def _sources(self) -> Published:
        recorded = Publications(self.publications.root)
        return Published(self.publications, recorded, self._repository)

    def _repository(self, slug: str) -> Repository | None:
        return self._catalogue.get("", self._repositories).get(slug)

    def _repositories(self) -> Mapping[str, Repository]:
        return {repository.slug: repository for repository in self.catalogue.list()}
