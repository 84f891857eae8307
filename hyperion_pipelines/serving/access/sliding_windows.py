"""How many requests were made of late, counted in this process: two numbers a caller.

The sliding window counter of `limits`, which counts in Redis (see `request_counts`): the requests
of the window before count by the part of it that the sliding window still covers. `limits` has a
form in memory, which takes a seventh of the time of an answer from memory and starts a thread every
hundredth of a second.
"""

import math
import time
from typing import NamedTuple

from cachetools import LRUCache
from limits import RateLimitItem

MOST_COUNTED = 65_536  # callers, with each resource that they ask for


class Allowance(NamedTuple):
    """Whether a request is within its limit, and what is left of it.

    `quota` requests may be made in `window_seconds`; `remaining` more for `seconds`, after which
    the number grows.
    """

    is_granted: bool
    quota: int
    window_seconds: int
    remaining: int
    seconds: int


class _Counts(NamedTuple):
    """The requests of a window, by its number since 1970, and of the one before it."""

    window: int
    requests: int
    before: int


_NOTHING = _Counts(window=-2, requests=0, before=0)


class SlidingWindows:
    """The counts of an event loop, of the *most* who asked last; they are not for threads."""

    def __init__(self, most: int = MOST_COUNTED) -> None:
        self._counts = LRUCache[tuple[object, ...], _Counts](most)

    def take(self, limit: RateLimitItem, *who: str) -> Allowance:
        """Count a request of *who*, unless it is beyond *limit*."""
        key, now = (limit.amount, limit.get_expiry(), *who), time.time()
        counts = self._now(key, limit, now)
        before = _allowance(limit, counts, now)
        if not before.is_granted:
            return before
        window, requests, earlier = counts
        self._counts[key] = _Counts(window, requests + 1, earlier)
        return before._replace(remaining=before.remaining - 1)

    def look(self, limit: RateLimitItem, *who: str) -> Allowance:
        """Whether a request of *who* would be within *limit*; nothing is counted."""
        key, now = (limit.amount, limit.get_expiry(), *who), time.time()
        return _allowance(limit, self._now(key, limit, now), now)

    def _now(self, key: tuple[object, ...], limit: RateLimitItem, now: float) -> _Counts:
        """The counts of *key* in the window that it is now."""
        window = int(now // limit.get_expiry())
        known = self._counts.get(key, _NOTHING)
        if known.window == window:
            return known
        return _Counts(window, 0, known.requests if known.window == window - 1 else 0)


def _allowance(limit: RateLimitItem, counts: _Counts, now: float) -> Allowance:
    length = limit.get_expiry()
    left = length - now % length
    counted = math.floor(counts.before * left / length) + counts.requests
    # The earlier of two: one more of the window before is left behind, or this window ends.
    seconds = left % (length / counts.before) if counts.before else left
    remaining = max(0, limit.amount - counted)
    return Allowance(
        remaining > 0, limit.amount, length, remaining, seconds=max(1, math.ceil(seconds))
    )
