"""The lake with its tables in memory: each is read once, until it is published anew.

While an analysis replaces a table it counts as withdrawn; its remembered rows are answered from
until the new ones are published. What was published is the business of `stores.publications`.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import polars as pl
from cachetools import LRUCache

from hyperion_pipelines.repositories import Repository
from hyperion_pipelines.serving.dependencies import needing
from hyperion_pipelines.serving.problems import MissingDependencyError
from hyperion_pipelines.stores.cache import CacheCounts
from hyperion_pipelines.stores.lake import DeltaLake
from hyperion_pipelines.stores.publications import Publication, Publications

# What an entry needs beside its frame: its key, its record and its places in the cache.
ENTRY_BYTES = 2_000


@dataclass(frozen=True)
class Published:
    """What was published of which repository: as it was half a second ago at most, or right now.

    `repository` is a slug's entry of the catalogue, None for one that is not listed: a repository
    that is removed and added again is another one.
    """

    known: Publications
    recorded: Publications
    repository: Callable[[str], Repository | None]


class _Remembered(NamedTuple):
    """The rows of a publication; none where they are too many to be kept."""

    repository: Repository | None
    publication: Publication
    rows: pl.DataFrame | None
    size: int

    def is_true(self, repository: Repository | None, publication: Publication | None) -> bool:
        """Whether they are still what there is to read; while they are withdrawn they are."""
        return self.repository == repository and publication in {None, self.publication}


def _size(remembered: _Remembered) -> int:
    return remembered.size


class TableMemory:
    """Tables of repositories, at most *max_bytes* of them; those that were read last stay."""

    def __init__(self, published: Published, max_bytes: int) -> None:
        self._published = published
        self._lock = threading.Lock()
        self._tables = LRUCache[tuple[str, str], _Remembered](max_bytes, getsizeof=_size)
        self._reading: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)
        self._hits = self._misses = 0

    @property
    def counts(self) -> CacheCounts:
        """What was answered so far: from memory, and not."""
        with self._lock:
            return CacheCounts(self._hits, self._misses, 0)

    @property
    def bytes_used(self) -> int:
        """What the tables in memory weigh."""
        with self._lock:
            return int(self._tables.currsize)

    def rows(self, table: str, slug: str, read: Callable[[], pl.DataFrame]) -> pl.DataFrame | None:
        """All rows of a table, by *read* where they are not in memory.

        None where they cannot be kept: they are too many, or nobody published them. Of several
        threads that miss a table, one reads it. Raises MissingDependencyError where rows that were
        published are not there.
        """
        key = table, slug
        publication = self._published.known.get(table, slug)
        remembered = self._true(key, publication)
        self._count(hit=remembered is not None and remembered.rows is not None)
        if remembered is not None:
            return remembered.rows
        if publication is None:
            return None
        with self._lock:
            reading = self._reading[key]
        with reading:
            # Another thread may have read it meanwhile.
            remembered = self._true(key, publication)
            return self._read(key, read) if remembered is None else remembered.rows

    def _true(self, key: tuple[str, str], publication: Publication | None) -> _Remembered | None:
        with self._lock:
            remembered = self._tables.get(key)
        repository = self._published.repository(key[1])
        is_true = remembered is not None and remembered.is_true(repository, publication)
        return remembered if is_true else None

    def _read(self, key: tuple[str, str], read: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        before = self._published.recorded.get(*key)
        rows = read().rechunk()
        after = self._published.recorded.get(*key)
        # Replaced meanwhile: nobody can tell which rows these are.
        if before is None or before != after:
            return rows
        if rows.is_empty() and before.rows > 0:
            table, slug = key
            raise MissingDependencyError(
                "lake", f"the {before.rows:,} rows of {table} that {slug} has are gone"
            )
        self._keep(key, before, rows)
        return rows

    def _keep(self, key: tuple[str, str], publication: Publication, rows: pl.DataFrame) -> None:
        repository = self._published.repository(key[1])
        size = int(rows.estimated_size()) + ENTRY_BYTES
        with self._lock:
            self._tables.pop(key, None)
            if size <= self._tables.maxsize:
                self._tables[key] = _Remembered(repository, publication, rows, size)
            elif self._tables.maxsize >= ENTRY_BYTES:
                self._tables[key] = _Remembered(repository, publication, None, ENTRY_BYTES)

    def _count(self, *, hit: bool) -> None:
        with self._lock:
            self._hits += hit
            self._misses += not hit


@dataclass(frozen=True)
class RememberedLake(DeltaLake):
    """The lake, whose tables of a repository are read through `memory`.

    Older versions, and tables of all repositories at once, are read from disk.
    """

    memory: TableMemory

    def read(
        self,
        table: str,
        repository: str | None = None,
        *,
        columns: Sequence[str] | None = None,
        where: pl.Expr | None = None,
        as_of: int | datetime | None = None,
    ) -> pl.DataFrame:
        """Rows of a table; see DeltaLake. Raises MissingDependencyError where it is away too."""
        disk = super()
        rows = None
        if repository is not None and as_of is None:
            with needing("lake"):
                rows = self.memory.rows(table, repository, lambda: disk.read(table, repository))
        if rows is None:
            with needing("lake"):
                return disk.read(table, repository, columns=columns, where=where, as_of=as_of)
        if where is not None:
            return (
                rows.lazy().filter(where).select(pl.all() if columns is None else columns).collect()
            )
        # A frame of the caller's own: what it does to it in place is not remembered.
        return rows.clone() if columns is None else rows.select(columns)
