"""What models read of a repository, ready made: which files changed together takes long to tell.

The tables that it is made of are the business of `learning.repository_tables`.
"""

import threading
from collections.abc import Callable
from typing import NamedTuple

from cachetools import LRUCache

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.learning.repository_tables import RepositoryTables
from hyperion_pipelines.repositories import Repository
from hyperion_pipelines.serving.caches.tables import Published
from hyperion_pipelines.stores.lake import Lake
from hyperion_pipelines.stores.publications import Publication

# Repositories whose tables are kept made ready; those of 20,000 commits weigh 60 MB.
REPOSITORIES_KEPT = 4
# What RepositoryTables reads.
READ = (
    *("commits", "changes", "tree", "refs", "bug_labels", "commit_features", "file_features"),
    *("dependencies", "dependency_history"),
)


class _Basis(NamedTuple):
    repository: Repository | None
    filters: PathFilters
    publications: tuple[Publication | None, ...]

    def is_true(self, now: "_Basis") -> bool:
        """Whether nothing was published since; what is withdrawn meanwhile goes on."""
        is_same = (self.repository, self.filters) == (now.repository, now.filters)
        pairs = zip(self.publications, now.publications, strict=True)
        return is_same and all(new in {None, old} for old, new in pairs)


class RememberedTables:
    """The tables of repositories as models read them, each until one of them is published anew."""

    def __init__(
        self, lake: Lake, published: Published, filters: Callable[[str], PathFilters]
    ) -> None:
        self._lake, self._published, self._filters = lake, published, filters
        self._lock = threading.Lock()
        self._kept = LRUCache[str, tuple[_Basis, RepositoryTables]](REPOSITORIES_KEPT)

    def get(self, slug: str) -> RepositoryTables:
        """The tables of a repository; they are read when they are asked for."""
        now = self._basis(slug)
        with self._lock:
            kept = self._kept.get(slug)
            if kept is not None and kept[0].is_true(now):
                return kept[1]
            made = RepositoryTables(self._lake, slug, now.filters)
            self._kept[slug] = now, made
        return made

    def _basis(self, slug: str) -> _Basis:
        publications = tuple(self._published.known.get(table, slug) for table in READ)
        return _Basis(self._published.repository(slug), self._filters(slug), publications)
