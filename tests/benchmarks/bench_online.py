"""How fast the newest features are served, and how fast a history's are published.

Milliseconds from the call to the decoded frame; 99 of 100 calls are not slower. Wall time is what
a caller waits, and says as much of what else the machine does; processor time is this process's own
share of it. The Redis is the benchmark's own; without redis-server its figures are left out.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from hyperion_pipelines.features.catalogue import columns
from hyperion_pipelines.features.online import OnlineFeatures
from hyperion_pipelines.stores.cache import Cache
from hyperion_pipelines.stores.lake import DeltaLake
from hyperion_pipelines.stores.memory_cache import MemoryCache
from hyperion_pipelines.stores.publications import Publication, Publications
from hyperion_pipelines.stores.redis_cache import RedisCache
from tests.benchmarks.figures import Figure
from tests.redis_process import running_redis
from tests.services.redis_server import RedisServer

TABLE = "commit_features"
COMMITS = 66_000
BATCH = 1_000
MEBIBYTE = 1024**2


def run() -> Iterator[Figure]:
    """The figures of both forms of the cache."""
    frame = commit_rows()
    with TemporaryDirectory() as folder:
        with closing(MemoryCache(256 * MEBIBYTE)) as cache:
            yield from serving("in process", cache, frame, Path(folder), publishing_seconds=1.0)
        if missing := RedisServer().missing_packages():
            sys.stderr.write(f"not measured: features from Redis (install {missing[0]})\n")
            return
        with running_redis(Path(folder)) as server, closing(RedisCache(server.url)) as cache:
            yield from serving("Redis", cache, frame, Path(folder), publishing_seconds=3.0)


def serving(
    form: str, cache: Cache, frame: pl.DataFrame, folder: Path, *, publishing_seconds: float
) -> list[Figure]:
    """Publishing *frame*, then reading one commit and many, none of which may miss."""
    online = OnlineFeatures(cache, DeltaLake(folder / "lake"), Publications(folder))
    publication = Publication.now(
        data_version="0" * 16, code_version="0" * 12, head_sha="0" * 40, rows=frame.height
    )
    online.publications.record(TABLE, "shop", publication)
    published, _ = seconds(lambda: online.publish(TABLE, "shop", frame))
    shas = frame["sha"].to_list()
    figures = [
        Figure(f"{form}: publish {COMMITS:,} commits", published, publishing_seconds, "lower", "s")
    ]
    for size, rounds, target in ((1, 2_000, 2.0), (BATCH, 300, 15.0)):
        batches = [random.sample(shas, size) for _ in range(rounds)]
        taken = [seconds(lambda batch=batch: read_all(online, batch)) for batch in batches]
        for clock, durations in zip(("wall", "processor"), zip(*taken, strict=True), strict=True):
            p99 = 1000 * statistics.quantiles(durations, n=100)[98]
            name = f"{form}: read {size:,}, p99 of {clock} time"
            figures.append(Figure(name, p99, target, "lower", "ms"))
    if cache.counts.misses or cache.counts.errors:
        raise RuntimeError(f"not all came from the cache: {cache.counts}")
    return figures


def read_all(online: OnlineFeatures, shas: list[str]) -> None:
    """Read the features of *shas*. Raises RuntimeError unless all of them are there."""
    if online.read(TABLE, "shop", shas).height != len(shas):
        raise RuntimeError("commits are missing")


def commit_rows() -> pl.DataFrame:
    """Rows of `commit_features` with random values."""
    values = np.random.default_rng(0).random((COMMITS, len(columns(TABLE))), np.float32)
    features = pl.from_numpy(values, [feature.name for feature in columns(TABLE)], orient="row")
    return features.select(
        pl.Series("sha", [f"{number:040x}" for number in range(COMMITS)]),
        pl.lit(datetime(2026, 1, 1, tzinfo=UTC)).alias("commit_time"),
        *(
            (pl.col(feature.name) > 0.5 if feature.is_flag else pl.col(feature.name))
            for feature in columns(TABLE)
        ),
    )


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall time and processor time of *work*."""
    started, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - used
