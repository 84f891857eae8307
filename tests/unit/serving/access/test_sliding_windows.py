"""Requests counted in this process are counted as `limits` counts them."""

import math
import time
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st
from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from hyperion_pipelines.serving.access.sliding_windows import Allowance, SlidingWindows

LIMITS = (RateLimitItemPerSecond(3), RateLimitItemPerMinute(5), RateLimitItemPerMinute(4, 2))
STARTED = 1_800_000_000.25


def by_limits(
    limiter: SlidingWindowCounterRateLimiter, limit: RateLimitItem, who: str, now: float
) -> Allowance:
    is_granted = limiter.hit(limit, who)
    reset_time, remaining = limiter.get_window_stats(limit, who)
    seconds = max(1, math.ceil(reset_time - now))
    return Allowance(is_granted, limit.amount, limit.get_expiry(), remaining, seconds)


@given(
    limit=st.sampled_from(LIMITS),
    asked=st.lists(
        st.tuples(st.integers(0, 200).map(lambda quarters: quarters / 4), st.sampled_from("ab")),
        max_size=40,
    ),
)
def test_every_request_is_judged_as_limits_judges_it(
    limit: RateLimitItem, asked: list[tuple[float, str]]
) -> None:
    windows, now = SlidingWindows(), STARTED
    with mock.patch.object(time, "time") as clock:
        clock.return_value = now
        limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        for later, who in asked:
            clock.return_value = now = now + later
            looked = windows.look(limit, who)
            taken = windows.take(limit, who)
            assert taken == by_limits(limiter, limit, who, now)
            assert looked.is_granted == taken.is_granted


def test_who_asked_long_ago_is_forgotten() -> None:
    windows = SlidingWindows(most=2)
    limit = RateLimitItemPerMinute(1, 60 * 24 * 365)
    for who in ("a", "b", "c"):
        assert windows.take(limit, who).is_granted
    assert [windows.look(limit, who).is_granted for who in "abc"] == [True, False, False]
