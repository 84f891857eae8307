"""The cache inside this process: bounded in bytes, what was used least recently goes first.

It is the default, and needs no server; other processes see nothing of it.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cachetools import TLRUCache

from hyperion_pipelines.stores.cache import CacheCounter, CacheCounts

# What Python needs at most to keep an entry, beside the characters of its key and the bytes of its
# value, as tracemalloc counts it: five objects, and their places in tables that grow by doubling.
ENTRY_BYTES = 600


class _Entry(NamedTuple):
    value: bytes
    ttl_seconds: float
    size: int


def _expiry(_key: str, entry: _Entry, now: float) -> float:
    return now + entry.ttl_seconds


def _size(entry: _Entry) -> int:
    return entry.size


class MemoryCache:
    """A cache of at most *max_bytes*, keys and bookkeeping included."""

    def __init__(self, max_bytes: int) -> None:
        self._lock = threading.Lock()
        self._entries = TLRUCache[str, _Entry, float](max_bytes, _expiry, getsizeof=_size)
        self._counter = CacheCounter()

    @property
    def counts(self) -> CacheCounts:
        """What was answered since it was opened; there are no errors."""
        return self._counter.counts

    def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """The value of each of *keys*, None where there is none."""
        with self._lock:
            entries = [self._entries.get(key) for key in keys]
        values = [entry and entry.value for entry in entries]
        self._counter.count_answer(values)
        return values

    def set_many(self, items: Mapping[str, bytes], ttl_seconds: float) -> None:
        """Keep *items* for that many seconds; one that is larger than the whole cache is not."""
        for key, value in items.items():
            entry = _Entry(value, ttl_seconds, len(key) + len(value) + ENTRY_BYTES)
            with self._lock:  # of one item alone: a large fill does not keep readers waiting
                if entry.size <= self._entries.maxsize:
                    self._entries[key] = entry
                else:
                    self._entries.pop(key, None)

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
