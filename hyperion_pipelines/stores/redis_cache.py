"""The cache in a Redis server, shared by all processes that name it in HYPERION_REDIS_URL.

A server that fails makes answers slower, never wrong: a call that fails is counted and knows
nothing, and so does every call of the next seconds, without trying. The server bounds its memory
itself (`maxmemory` with `maxmemory-policy allkeys-lru`).
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TypeVar, cast

from hyperion_pipelines.stores.cache import CacheCounter, CacheCounts

# Values sent at once: a round trip each, and a few megabytes in the buffers of either side.
FILL_CHUNK = 5_000

Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


class RedisCache:
    """A cache in the server at *url*, as redis-py writes addresses.

    *timeout_seconds* bounds a connection and every wait for an answer; a call after a failure tries
    again when *cool_down_seconds* have passed. Raises ValueError for a URL that is none.
    """

    def __init__(
        self, url: str, *, timeout_seconds: float = 0.5, cool_down_seconds: float = 5.0
    ) -> None:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._client = Redis.from_url(
            url,
            socket_connect_timeout=timeout_seconds,
            socket_timeout=timeout_seconds,
            retry=Retry(NoBackoff(), retries=0),
        )
        self._cool_down_seconds = cool_down_seconds
        self._cool_until = time.monotonic()
        self._lock = threading.Lock()
        self._counter = CacheCounter()

    @property
    def counts(self) -> CacheCounts:
        """What was answered since it was opened."""
        return self._counter.counts

    def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        """The value of each of *keys*, None where there is none; one MGET for all."""
        if not keys:
            return []
        answer = self._ask(lambda: cast("list[bytes | None]", self._client.mget(keys)))
        values: list[bytes | None] = [None] * len(keys) if answer is None else answer
        self._counter.count_answer(values)
        return values

    def set_many(self, items: Mapping[str, bytes], ttl_seconds: float) -> None:
        """Keep *items* for that many seconds; one round trip for every FILL_CHUNK of them."""
        self._ask(lambda: self._fill(items, round(1000 * ttl_seconds)))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _fill(self, items: Mapping[str, bytes], ttl_milliseconds: int) -> None:
        remaining = iter(items.items())
        while chunk := list(islice(remaining, FILL_CHUNK)):
            with self._client.pipeline(transaction=False) as pipeline:
                for key, value in chunk:
                    pipeline.set(key, value, px=ttl_milliseconds)
                pipeline.execute()

    def _ask(self, call: Callable[[], Answer]) -> Answer | None:
        """What *call* returns; None where the server fails, or failed a moment ago."""
        from redis import RedisError

        if time.monotonic() < self._cool_until:
            return None
        try:
            return call()
        except RedisError as error:
            self._counter.count_error()
            self._cool_down(error)
            return None

    def _cool_down(self, error: Exception) -> None:
        """Leave the server alone for a while; of the threads that it failed at once, one logs."""
        now = time.monotonic()
        with self._lock:
            is_first = now >= self._cool_until
            self._cool_until = now + self._cool_down_seconds
        if is_first:
            logger.warning(
                "Redis fails (%s): nothing is cached for %g s", error, self._cool_down_seconds
            )


def is_redis_url(url: str) -> bool:
    """Whether *url* is an address that RedisCache takes, options included; none is tried."""
    from redis import ConnectionPool, RedisError

    try:
        ConnectionPool.from_url(url).make_connection()
    except (RedisError, TypeError, ValueError):
        return False
    return True
