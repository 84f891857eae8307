"""A cache keeps bytes for a while, in either form, and a server that fails breaks no answer."""

import logging
import threading
import time
import traceback
import tracemalloc
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import redis

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.settings import read_settings
from hyperion_pipelines.stores.cache import Cache, CacheCounts
from hyperion_pipelines.stores.memory_cache import ENTRY_BYTES, MemoryCache
from hyperion_pipelines.stores.redis_cache import FILL_CHUNK, RedisCache
from tests.redis_process import RedisProcess, running_redis

MINUTE = 60.0
BRIEFLY = 0.4
COOL_DOWN_SECONDS = 0.6

needs_redis = pytest.mark.service("redis")


@pytest.fixture(params=["memory", pytest.param("redis", marks=needs_redis)])
def cache(request: pytest.FixtureRequest) -> Iterator[Cache]:
    """An empty cache of either form."""
    if request.param == "memory":
        opened: Cache = MemoryCache(max_bytes=64_000_000)
    else:
        opened = RedisCache(request.getfixturevalue("redis_url"))
    with closing(opened):
        yield opened


@pytest.fixture
def prefix() -> str:
    """What the keys of one test begin with: the server is shared."""
    return f"test:{uuid.uuid4()}:"


@pytest.fixture
def server(redis_url: str, tmp_path: Path) -> Iterator[RedisProcess]:
    """A Redis of the test's own."""
    with running_redis(tmp_path) as process:
        yield process


def fragile(server: RedisProcess) -> RedisCache:
    """A cache in *server* that gives up soon and tries again soon."""
    return RedisCache(server.url, timeout_seconds=0.2, cool_down_seconds=COOL_DOWN_SECONDS)


def elapsed(cache: Cache) -> float:
    """Seconds that a question for one key takes."""
    started = time.perf_counter()
    cache.get_many(["a"])
    return time.perf_counter() - started


def test_values_come_in_the_order_of_the_keys(cache: Cache, prefix: str) -> None:
    cache.set_many({prefix + "a": b"1", prefix + "b": b"2"}, MINUTE)
    assert cache.get_many([prefix + name for name in "bxab"]) == [b"2", None, b"1", b"2"]


def test_no_keys_have_no_values(cache: Cache) -> None:
    cache.set_many({}, MINUTE)
    assert cache.get_many([]) == []


def test_any_bytes_are_kept_under_any_text(cache: Cache, prefix: str) -> None:
    values = [b"", b"\x00\xff", b"\r\n$-1\r\n", bytes(range(256)) * 1000]
    items = dict(zip(("", "a b", "line\nbreak", "søk/日本.py"), values, strict=True))
    items = {prefix + name: value for name, value in items.items()}
    cache.set_many(items, MINUTE)
    assert cache.get_many(list(items)) == values


def test_a_value_replaces_the_one_before(cache: Cache, prefix: str) -> None:
    for value in (b"old", b"new"):
        cache.set_many({prefix: value}, MINUTE)
    assert cache.get_many([prefix]) == [b"new"]


def test_a_value_is_gone_when_its_time_is_up(cache: Cache, prefix: str) -> None:
    """The time is that of the call that set it last."""
    names = [prefix + name for name in ("short", "long", "shortened", "prolonged")]
    short, long, shortened, prolonged = names
    cache.set_many({short: b"1", prolonged: b"1"}, BRIEFLY)
    cache.set_many({long: b"1", shortened: b"1"}, MINUTE)
    cache.set_many({shortened: b"1"}, BRIEFLY)
    cache.set_many({prolonged: b"1"}, MINUTE)
    assert cache.get_many(names) == [b"1"] * 4
    time.sleep(BRIEFLY + 0.1)
    assert cache.get_many(names) == [None, b"1", None, b"1"]


def test_a_large_fill_is_kept_whole(cache: Cache, prefix: str) -> None:
    items = {f"{prefix}{number}": b"%d" % number for number in range(2 * FILL_CHUNK + 1)}
    cache.set_many(items, MINUTE)
    assert cache.get_many(list(items)) == list(items.values())


def test_hits_and_misses_are_counted_by_key(cache: Cache, prefix: str) -> None:
    cache.set_many({prefix + "a": b"1", prefix + "empty": b""}, MINUTE)
    cache.get_many([prefix + "a", prefix + "empty", prefix + "b"])
    cache.get_many([prefix + "c"])
    assert cache.counts == CacheCounts(hits=2, misses=2, errors=0)


def test_threads_share_it(cache: Cache, prefix: str) -> None:
    """No thread reads what none wrote, and no answer goes uncounted."""
    threads, rounds = 8, 50
    together = threading.Barrier(threads)

    def write_and_read(thread: int) -> None:
        own, common = f"{prefix}{thread}", f"{prefix}common"
        together.wait()
        for number in range(rounds):
            mine = b"%d-%d" % (thread, number) * 100
            cache.set_many({own: mine, common: mine}, MINUTE)
            read, anyones = cache.get_many([own, common])
            assert read == mine
            assert anyones is not None
            assert anyones == anyones[: len(anyones) // 100] * 100

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(write_and_read, range(threads)))
    assert cache.counts == CacheCounts(hits=2 * threads * rounds, misses=0, errors=0)


def test_what_was_used_least_recently_goes_first() -> None:
    cache = MemoryCache(max_bytes=3 * (ENTRY_BYTES + 2))
    for name in "abc":
        cache.set_many({name: b"1"}, MINUTE)
    cache.get_many(["a"])
    cache.set_many({"d": b"1"}, MINUTE)
    assert cache.get_many(list("abcd")) == [b"1", None, b"1", b"1"]


def test_a_value_larger_than_the_cache_is_not_kept_and_drives_nothing_out() -> None:
    max_bytes = 3 * ENTRY_BYTES
    cache = MemoryCache(max_bytes)
    cache.set_many({"a": b"1", "b": b"old"}, MINUTE)
    cache.set_many({"b": bytes(max_bytes)}, MINUTE)
    assert cache.get_many(["a", "b"]) == [b"1", None]


def test_it_takes_no_more_memory_than_it_may() -> None:
    """As Python counts its objects, keys and bookkeeping included."""
    max_bytes = 4_000_000
    tracemalloc.start()
    cache = MemoryCache(max_bytes)
    for number in range(12_000):
        cache.set_many({f"{number:0100}": bytes([number % 256]) * 170}, MINUTE)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    cache.close()
    assert 0.7 * max_bytes < taken <= max_bytes


def test_nothing_is_left_when_it_is_closed() -> None:
    cache = MemoryCache(max_bytes=1000)
    cache.set_many({"a": b"1"}, MINUTE)
    cache.close()
    assert cache.get_many(["a"]) == [None]


@needs_redis
def test_a_batch_is_one_command(server: RedisProcess) -> None:
    keys = [f"{number:0100}" for number in range(1000)]
    with closing(RedisCache(server.url)) as cache, redis.Redis.from_url(server.url) as client:
        cache.set_many(dict.fromkeys(keys, bytes(170)), MINUTE)
        assert None not in cache.get_many(keys)
        commands = client.info("commandstats")
    assert commands["cmdstat_mget"]["calls"] == 1
    assert "cmdstat_get" not in commands


@needs_redis
def test_a_fill_is_sent_at_once(server: RedisProcess) -> None:
    """A server that reads a command for each item would read a hundred times."""
    items = {str(number): b"1" for number in range(100)}
    with closing(RedisCache(server.url)) as cache, redis.Redis.from_url(server.url) as client:
        cache.get_many(["connects"])
        before = client.info("stats")["total_reads_processed"]
        cache.set_many(items, MINUTE)
        after = client.info("stats")["total_reads_processed"]
    assert after - before <= 3  # the fill, in one or two reads, and the question for the number


@needs_redis
def test_a_server_that_is_killed_is_done_without_and_used_again(server: RedisProcess) -> None:
    with closing(fragile(server)) as cache:
        cache.set_many({"a": b"1"}, MINUTE)
        server.kill()
        assert cache.get_many(["a", "b"]) == [None, None]
        cache.set_many({"a": b"2"}, MINUTE)
        assert cache.counts == CacheCounts(hits=0, misses=2, errors=1)
        server.start()
        assert cache.get_many(["a"]) == [None]
        time.sleep(COOL_DOWN_SECONDS)
        cache.set_many({"a": b"3"}, MINUTE)
        assert cache.get_many(["a"]) == [b"3"]
        assert cache.counts == CacheCounts(hits=1, misses=3, errors=1)


@needs_redis
def test_a_restart_between_two_calls_goes_unnoticed(server: RedisProcess) -> None:
    with closing(fragile(server)) as cache:
        cache.get_many(["a"])
        server.kill()
        server.start()
        cache.set_many({"a": b"1"}, MINUTE)
        assert cache.get_many(["a"]) == [b"1"]
        assert cache.counts.errors == 0


@needs_redis
def test_a_server_that_hangs_is_waited_for_once_in_a_while(server: RedisProcess) -> None:
    with closing(fragile(server)) as cache:
        cache.set_many({"a": b"1"}, MINUTE)
        with server.hung():
            seconds = [elapsed(cache) for _ in range(20)]
        assert 0.1 < max(seconds) < 1
        assert sum(seconds) - max(seconds) < 0.2
        assert cache.counts == CacheCounts(hits=0, misses=20, errors=1)
        time.sleep(COOL_DOWN_SECONDS)
        assert cache.get_many(["a"]) == [b"1"]


@needs_redis
def test_a_failure_is_logged_once_a_cool_down(
    server: RedisProcess, caplog: pytest.LogCaptureFixture
) -> None:
    server.kill()
    with closing(fragile(server)) as cache, ThreadPoolExecutor(8) as pool:
        for cool_downs in (1, 2):
            list(pool.map(cache.get_many, [["a"]] * 40))
            assert len(caplog.records) == cool_downs
            time.sleep(COOL_DOWN_SECONDS)
    assert "Connection refused" in caplog.text


@needs_redis
def test_a_server_that_refuses_a_value_breaks_nothing(server: RedisProcess) -> None:
    with closing(fragile(server)) as cache, redis.Redis.from_url(server.url) as client:
        client.config_set("maxmemory", 1)
        cache.set_many({"a": b"1"}, MINUTE)
        assert cache.counts.errors == 1


@pytest.mark.parametrize(
    "url",
    [
        "localhost:6379",
        "http://:hush@localhost",
        "redis://:hush@localhost:port",
        "redis://:hush/hush@localhost",
        "redis://:hush@localhost?no_such_option=1",
    ],
)
def test_what_is_no_address_is_an_error_that_keeps_it_secret(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYPERION_REDIS_URL", url)
    with pytest.raises(ConfigurationError, match=r"HYPERION_REDIS_URL.* write redis://") as wrong:
        read_settings()
    assert "hush" not in "".join(traceback.format_exception(wrong.value))


@pytest.mark.parametrize("url", ["", "redis://localhost", "rediss://me:hush@cache:6380/2"])
def test_an_address_is_kept_and_not_shown(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPERION_REDIS_URL", url)
    settings = read_settings()
    assert settings.redis_url.get_secret_value() == url
    assert "hush" not in f"{settings} {settings!r} {settings.model_dump_json()}"


@needs_redis
def test_the_password_of_an_address_is_not_logged(
    server: RedisProcess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with closing(RedisCache(server.url.replace("//", "//me:hush@"))) as cache:
        assert cache.get_many(["a"]) == [None]
        assert cache.counts.errors == 1
        assert "hush" not in f"{cache} {cache!r}"
    assert "invalid username-password pair" in caplog.text
    assert "hush" not in caplog.text
