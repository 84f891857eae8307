"""Requests are counted alike in this process and in Redis, and go on being counted without it."""

import asyncio
import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerSecond

from hyperion_pipelines.serving.access.request_counts import RequestCounts
from hyperion_pipelines.serving.access.sliding_windows import Allowance
from tests.redis_process import RedisProcess, running_redis

COOL_DOWN_SECONDS = 0.4
TIMEOUT_SECONDS = 0.2
# Windows of a process follow the clock: one of a day ends within hardly any test.
DAY, SECOND = RateLimitItemPerDay(3), RateLimitItemPerSecond(3)
needs_redis = pytest.mark.service("redis")
REDIS_LOGGER = "hyperion_pipelines.serving.access.request_counts"


@pytest.fixture
def running() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(params=["memory", pytest.param("redis", marks=needs_redis)])
def counts(request: pytest.FixtureRequest, running: ExitStack) -> RequestCounts:
    """Counts of either form."""
    url = "" if request.param == "memory" else request.getfixturevalue("redis_url")
    opened = RequestCounts(url, timeout_seconds=5)
    running.enter_context(opened.running())
    return opened


@pytest.fixture
def who() -> str:
    """Somebody who is counted in this test alone: the server is shared."""
    return f"test:{uuid.uuid4()}"


@pytest.fixture
def server(redis_url: str, tmp_path: Path) -> Iterator[RedisProcess]:
    """A Redis of the test's own."""
    with running_redis(tmp_path) as process:
        yield process


def take(counts: RequestCounts, limit: RateLimitItem, who: str, times: int = 1) -> list[Allowance]:
    async def all_of_them() -> list[Allowance]:
        return [await counts.take(limit, "search", who) for _ in range(times)]

    return asyncio.run(all_of_them())


def fragile(server: RedisProcess, running: ExitStack) -> RequestCounts:
    """Counts in *server* that give up soon and try again soon."""
    counts = RequestCounts(
        server.url, timeout_seconds=TIMEOUT_SECONDS, cool_down_seconds=COOL_DOWN_SECONDS
    )
    running.enter_context(counts.running())
    return counts


def test_as_many_are_granted_as_the_limit_says(counts: RequestCounts, who: str) -> None:
    taken = take(counts, DAY, who, 5)
    assert [each.is_granted for each in taken] == [True, True, True, False, False]
    assert [each.remaining for each in taken] == [2, 1, 0, 0, 0]
    assert {(each.quota, each.window_seconds) for each in taken} == {(3, 86_400)}
    assert all(1 <= each.seconds <= 172_800 for each in taken)


def test_callers_and_resources_are_counted_apart(counts: RequestCounts, who: str) -> None:
    assert not take(counts, DAY, who, 4)[-1].is_granted
    assert take(counts, DAY, who + "2")[0].is_granted
    assert asyncio.run(counts.take(DAY, "graph", who)).is_granted


def test_after_the_seconds_that_it_says_a_request_is_granted(
    counts: RequestCounts, who: str
) -> None:
    refused = take(counts, SECOND, who, 4)[-1]
    assert not refused.is_granted
    time.sleep(refused.seconds)
    assert take(counts, SECOND, who)[0].is_granted


def test_requests_at_once_are_granted_no_more_than_the_limit(
    counts: RequestCounts, who: str
) -> None:
    async def at_once() -> list[Allowance]:
        limit = RateLimitItemPerDay(10)
        return await asyncio.gather(*(counts.take(limit, "search", who) for _ in range(40)))

    assert sum(each.is_granted for each in asyncio.run(at_once())) == 10


@needs_redis
def test_two_processes_share_their_counts(
    server: RedisProcess, running: ExitStack, who: str
) -> None:
    one, other = fragile(server, running), fragile(server, running)
    take(one, DAY, who, 3)
    assert not take(other, DAY, who)[0].is_granted


@needs_redis
def test_limits_go_on_without_it_with_one_warning_an_outage(
    server: RedisProcess,
    running: ExitStack,
    who: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    counts = fragile(server, running)
    assert take(counts, DAY, who)[0].remaining == 2
    server.kill()
    with caplog.at_level(logging.INFO, REDIS_LOGGER):
        taken = take(counts, DAY, who, 4)
        time.sleep(COOL_DOWN_SECONDS + 0.05)
        taken += take(counts, DAY, who, 2)
        assert [each.is_granted for each in taken] == [True] * 3 + [False] * 3
        server.start()
        time.sleep(COOL_DOWN_SECONDS + 0.05)
        assert take(counts, DAY, who)[0].remaining == 2
    said = [record.getMessage().split(" ")[:2] for record in caplog.records]
    assert said == [["Redis", "fails"], ["Redis", "answers"]]


@needs_redis
def test_a_server_that_hangs_holds_up_one_wait_and_never_the_event_loop(
    server: RedisProcess, running: ExitStack, who: str
) -> None:
    counts = fragile(server, running)
    take(counts, DAY, who)

    async def fifty_at_once() -> tuple[float, float]:
        """Seconds that all of them took, and the longest that the event loop stood still."""
        longest, ended = 0.0, False

        async def watch() -> None:
            nonlocal longest
            while not ended:
                before = time.perf_counter()
                await asyncio.sleep(0.005)
                longest = max(longest, time.perf_counter() - before)

        watching = asyncio.create_task(watch())
        started = time.perf_counter()
        await asyncio.gather(*(counts.take(DAY, "search", who) for _ in range(50)))
        seconds, ended = time.perf_counter() - started, True
        await watching
        return seconds, longest

    with server.hung():
        seconds, longest = asyncio.run(fifty_at_once())
    assert seconds < 3 * TIMEOUT_SECONDS
    assert longest < TIMEOUT_SECONDS / 2
