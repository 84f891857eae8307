"""How many requests were made of late: in this process, or in the Redis that the settings name.

They are counted in sliding windows: two counters a caller, whatever the limit, where a moving
window would keep the time of each request. Redis is asked by `limits` and in threads, for the event
loop must not wait for it; while it fails, this process counts alone, and tries it again later.
"""

import asyncio
import logging
import math
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from limits import RateLimitItem
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from hyperion_pipelines.serving.access.sliding_windows import Allowance, SlidingWindows

THREADS = 4
KEY_PREFIX = "hyperion:requests"

logger = logging.getLogger(__name__)


class RequestCounts:
    """The counts in this process, or in the Redis at *redis_url* where one is named.

    A request waits for Redis for *timeout_seconds* at most; after a failure that is left alone for
    *cool_down_seconds*, and one request tries it again.
    """

    def __init__(
        self, redis_url: str = "", *, timeout_seconds: float = 0.25, cool_down_seconds: float = 5.0
    ) -> None:
        self._own = SlidingWindows()
        self._redis = _RedisCounts(redis_url, timeout_seconds) if redis_url else None
        self._timeout_seconds = timeout_seconds
        self._cool_down_seconds = cool_down_seconds
        self._cool_until = time.monotonic()
        self._is_away = False

    @contextmanager
    def running(self) -> Generator[None]:
        """Within the block requests are counted; its end closes connections."""
        try:
            yield
        finally:
            if self._redis is not None:
                self._redis.close()

    async def take(self, limit: RateLimitItem, *who: str) -> Allowance:
        """Count a request of *who*, unless it is beyond *limit*."""
        if self._redis is None or time.monotonic() < self._cool_until:
            return self._own.take(limit, *who)
        from redis import RedisError

        if self._is_away:
            self._leave_alone()  # the others go on while this one tries
        try:
            async with asyncio.timeout(self._timeout_seconds):
                allowance = await self._redis.take(limit, who)
        except (RedisError, TimeoutError) as error:
            self._warn(error)
            self._leave_alone()
            return self._own.take(limit, *who)
        self._welcome()
        return allowance

    def _leave_alone(self) -> None:
        self._cool_until = time.monotonic() + self._cool_down_seconds

    def _warn(self, error: Exception) -> None:
        """Say once an outage that Redis fails."""
        if not self._is_away:
            reason = str(error) or "it does not answer in time"
            logger.warning("Redis fails (%s): this process counts requests alone meanwhile", reason)
        self._is_away = True

    def _welcome(self) -> None:
        """Count in Redis again, if it was away."""
        if self._is_away:
            self._is_away = False
            self._cool_until = time.monotonic()
            logger.info("Redis answers again: requests are counted there")


class _RedisCounts:
    """The counts in Redis, asked in threads of their own; raises RedisError."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        from redis import ConnectionPool
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        self._connections = ConnectionPool.from_url(
            url,
            socket_connect_timeout=timeout_seconds,
            socket_timeout=timeout_seconds,
            retry=Retry(NoBackoff(), retries=0),
        )
        storage = RedisStorage(url, connection_pool=self._connections, key_prefix=KEY_PREFIX)
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request-counts")

    async def take(self, limit: RateLimitItem, who: tuple[str, ...]) -> Allowance:
        """Count a request of *who*, unless it is beyond *limit*."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _take, self._limiter, limit, who)

    def close(self) -> None:
        """End the threads and close the connections."""
        self._threads.shutdown()
        self._connections.disconnect()


def _take(
    limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, who: tuple[str, ...]
) -> Allowance:
    is_granted = limiter.hit(limit, *who)
    reset_time, remaining = limiter.get_window_stats(limit, *who)
    seconds = max(1, math.ceil(reset_time - time.time()))
    return Allowance(is_granted, limit.amount, limit.get_expiry(), remaining, seconds)
