"""The cache: bytes kept under a key for a while, so that they need not be looked up again.

What is in it can go at any moment: whoever asks must be able to do without. It has two forms, in
this process (`memory_cache`) and in a Redis server (`redis_cache`), which behave alike. What keys
and values mean is the business of those who put them there.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class CacheCounts(NamedTuple):
    """What a cache answered so far: keys that it knew, keys that it did not, calls that failed.

    The keys of a failed call count as misses too.
    """

    hits: int
    misses: int
    errors: int


class Cache(Protocol):
    """A cache, for any number of threads; no method raises for a reason that lies in a server."""

    @property
    def counts(self) -> CacheCounts:
        """What was answered since it was opened."""
        ...

    def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """The value of each of *keys*, None where there is none; one round trip for all."""
        ...

    def set_many(self, items: Mapping[str, bytes], ttl_seconds: float) -> None:
        """Keep *items* for that many seconds, in place of what their keys held."""
        ...

    def close(self) -> None:
        """Let go of what it holds: memory, connections."""
        ...


class CacheCounter:
    """Keeps the counts of a cache, for any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = CacheCounts(0, 0, 0)

    @property
    def counts(self) -> CacheCounts:
        """The counts at this moment."""
        return self._counts

    def count_answer(self, values: Sequence[bytes | None]) -> None:
        """Count the values that were answered as hits, and each None as a miss."""
        misses = values.count(None)
        self._add(CacheCounts(hits=len(values) - misses, misses=misses, errors=0))

    def count_lookup(self, *, is_hit: bool) -> None:
        """Count a key that was known, or was not."""
        self._add(CacheCounts(hits=int(is_hit), misses=int(not is_hit), errors=0))

    def count_error(self) -> None:
        """Count a call that failed."""
        self._add(CacheCounts(hits=0, misses=0, errors=1))

    def _add(self, more: CacheCounts) -> None:
        with self._lock:
            self._counts = CacheCounts(*map(sum, zip(self._counts, more, strict=True)))
