"""How fast vectors are indexed and searched in the store without a server, and how well.

100,000 points of 384 dimensions: made-up vectors that vary in 32 of them, as those of language
models vary in few, and some noise in all; forty terms each, most of them rare, as in text. A
process of its own builds, another one searches, so that the peak of each is its own.
"""

import multiprocessing
import statistics
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import qdrant_edge

from hyperion_pipelines.stores.edge_vectors import EdgeVectors
from hyperion_pipelines.stores.vectors import (
    PassageFilter,
    Points,
    SparseVector,
    Vector,
    VectorQuery,
)
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import own_peak

POINTS = 100_000
DIMENSIONS = 384
VARIED = 32
TERMS_EACH = 40
VOCABULARY = 200_000
CHUNKS_A_FILE = 12
QUERIES = 200
LIMIT = 50
READ = 20  # of which a person is shown ten, none repeated
RECALLED = 10
KINDS = ("code", "api", "docstring", "markdown")
FILTERS = {
    "anywhere": PassageFilter(),
    "half of all": PassageFilter(kinds=("code", "api")),
    "a third of all": PassageFilter(path_prefix="src/package1"),
    "a sixth of all": PassageFilter(path_prefix="src/package1", kinds=("code", "api")),
    "a folder's code": PassageFilter(path_prefix="src/package1/", kinds=("code",)),
}


def run() -> Iterator[Figure]:
    """Building, then searching with each filter."""
    spawning = multiprocessing.get_context("spawn")
    with TemporaryDirectory() as folder:
        for work in (build_figures, search_figures):
            with ProcessPoolExecutor(1, spawning) as pool:
                yield from pool.submit(work, Path(folder)).result()


def build_figures(root: Path) -> list[Figure]:
    """Build and publish all points. Raises RuntimeError where they are not indexed."""
    points = made_points()
    store = EdgeVectors(root)
    started = time.perf_counter()
    store.build("shop", "v1", points)
    seconds = time.perf_counter() - started
    store.publish("shop", "v1")
    indexed = qdrant_edge.EdgeShard.load(str(root / "shop" / "v1")).info().indexed_vectors_count
    if indexed != 2 * POINTS:  # dense and sparse
        raise RuntimeError(f"only {indexed} vectors are indexed")
    return [
        Figure("index 100,000 points, a second", POINTS / seconds, 5_000, "higher", "1/s"),
        Figure("index: peak memory, points included", own_peak(), 2_048, "lower", "MiB"),
    ]


def search_figures(root: Path) -> list[Figure]:
    """Ask for both rankings with each filter, once to see what the dense one finds, then timed."""
    points = made_points()
    store = EdgeVectors(root)
    queries = [
        (vector, SparseVector(indices, [1.0] * len(indices)))
        for vector, indices in zip(
            vectors(QUERIES, seed=1), terms(QUERIES, seed=1)["indices"].list.head(6), strict=True
        )
    ]
    first = milliseconds(store, VectorQuery(*queries[0], LIMIT))
    figures = [Figure("open, and search once", first / 1000, 1, "lower", "s")]
    for name, passages in FILTERS.items():
        asked = [VectorQuery(*query, LIMIT, passages) for query in queries]
        found = [[hit.chunk_id for hit in store.search("shop", query).dense] for query in asked]
        for ids in found:  # from the disk, which is not what is timed
            store.payloads("shop", ids[:READ], version="v1")
        recall = recall_of(found, points, passages)
        figures.append(Figure(f"search {name}: recall@{RECALLED}", recall, 0.95, "higher"))
        taken = [milliseconds(store, query) for query in asked]
        p95 = statistics.quantiles(taken, n=20)[18]
        figures.append(Figure(f"search {name}: p95", p95, 5, "lower", "ms"))
    return [
        *figures,
        Figure("search: peak memory, points included", own_peak(), 2_048, "lower", "MiB"),
    ]


def milliseconds(store: EdgeVectors, query: VectorQuery) -> float:
    """Wall time of a search, and of reading the best. Raises RuntimeError for too few."""
    started = time.perf_counter()
    found = store.search("shop", query)
    read = store.payloads("shop", [hit.chunk_id for hit in found.dense[:READ]], version="v1")
    taken = 1000 * (time.perf_counter() - started)
    if (len(found.dense), len(read)) != (LIMIT, READ):
        raise RuntimeError(f"{len(found.dense)} hits instead of {LIMIT}, {len(read)} read")
    return taken


def recall_of(found: list[list[str]], points: Points, passages: PassageFilter) -> float:
    """The share of the nearest points that pass the filter that was *found* among as many."""
    passing = points.chunks.select(
        pl.col("path").str.starts_with(passages.path_prefix)
        & (pl.col("kind").is_in(passages.kinds) if passages.kinds else pl.lit(value=True))
    ).to_series()
    rows = np.flatnonzero(passing.to_numpy())
    scores = vectors(QUERIES, seed=1) @ points.dense[rows].T
    nearest = rows[np.argpartition(-scores, RECALLED, axis=1)[:, :RECALLED]]
    ids = points.chunks["chunk_id"]
    shares = [
        len({ids[int(row)] for row in wanted} & set(hits[:RECALLED])) / RECALLED
        for wanted, hits in zip(nearest, found, strict=True)
    ]
    return statistics.fmean(shares)


def made_points() -> Points:
    """The points, the same every time."""
    text = "def open(self, name):\n    return self.shelves[name]\n" * 15
    chunks = pl.DataFrame([chunk(number) for number in range(POINTS)]).with_columns(
        pl.lit("shop").alias("repository"), pl.lit(text).alias("text")
    )
    return Points(chunks, vectors(POINTS, seed=0), terms(POINTS, seed=0))


def chunk(number: int) -> Mapping[str, object]:
    """What is known of a chunk, but for its text."""
    file = number // CHUNKS_A_FILE
    return {
        "chunk_id": str(uuid.UUID(int=number)),
        "path": f"src/package{file % 37}/module{file}.py",
        "kind": KINDS[number % len(KINDS)],
        "symbol": f"Shop.open{number}",
        "language": "python",
        "ordinal": number,
        "start_line": number + 1,
        "end_line": number + 30,
        "heading": "Shop",
    }


def vectors(count: int, *, seed: int) -> Vector:
    """Vectors of length 1, all from one distribution."""
    spread = np.random.default_rng(42).standard_normal((VARIED, DIMENSIONS), np.float32)
    drawn = np.random.default_rng(seed)
    varied = drawn.standard_normal((count, VARIED), np.float32) @ spread / np.sqrt(VARIED)
    noisy = varied + 0.1 * drawn.standard_normal((count, DIMENSIONS), np.float32)
    length = np.linalg.norm(noisy, axis=1, keepdims=True)
    return (noisy / length).astype(np.float32)


def terms(count: int, *, seed: int) -> pl.DataFrame:
    """Term numbers, of which few are frequent, and the weight 1 for each."""
    drawn = np.random.default_rng(seed).pareto(0.7, (count, TERMS_EACH)) * 20
    numbers = np.minimum(drawn, VOCABULARY).astype(np.uint32)
    rows = [np.unique(row) for row in numbers]
    return pl.DataFrame(
        {"indices": rows, "values": [np.ones(len(row), np.float32) for row in rows]},
        schema={"indices": pl.List(pl.UInt32), "values": pl.List(pl.Float32)},
    )
