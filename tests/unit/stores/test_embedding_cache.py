"""The cache of embeddings: what is kept, for whom, and what is said where it cannot be."""

import hashlib
import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from hyperion_pipelines.errors import (
    ConfigurationError,
    HyperionError,
    LockedError,
    is_disk_full,
)
from hyperion_pipelines.stores import embedding_cache
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache, explained_errors
from hyperion_pipelines.stores.vectors import Vector

DIMENSIONS = 8


def hashes_of(*texts: str) -> list[str]:
    return [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def random_vectors(count: int, seed: int = 0) -> Vector:
    return np.random.default_rng(seed).random((count, DIMENSIONS), np.float32)


@pytest.fixture
def cache(tmp_path: Path) -> EmbeddingCache:
    return EmbeddingCache(tmp_path / "home" / "embeddings.sqlite")


def test_vectors_come_back_to_the_last_bit_and_unknown_hashes_are_left_out(
    cache: EmbeddingCache,
) -> None:
    hashes, vectors = hashes_of("a", "b", "c"), random_vectors(3)
    cache.put("model", hashes, vectors)
    found = cache.get("model", [*hashes_of("unknown"), hashes[2], hashes[0]])
    assert found.keys() == {hashes[0], hashes[2]}
    assert np.array_equal(found[hashes[2]], vectors[2])
    assert found[hashes[2]].dtype == np.float32


def test_a_new_cache_knows_nothing(cache: EmbeddingCache) -> None:
    assert cache.get("model", hashes_of("a")) == {}
    assert cache.get("model", []) == {}


def test_models_do_not_see_each_others_vectors(cache: EmbeddingCache) -> None:
    hashes = hashes_of("a")
    cache.put("one", hashes, random_vectors(1, seed=1))
    assert cache.get("other", hashes) == {}
    cache.put("other", hashes, random_vectors(1, seed=2))
    assert np.array_equal(cache.get("one", hashes)[hashes[0]], random_vectors(1, seed=1)[0])


def test_what_is_known_stays_as_it_is(cache: EmbeddingCache) -> None:
    hashes = hashes_of("a")
    cache.put("model", hashes, random_vectors(1, seed=1))
    cache.put("model", hashes, random_vectors(1, seed=2))
    assert np.array_equal(cache.get("model", hashes)[hashes[0]], random_vectors(1, seed=1)[0])


def test_vectors_are_kept_as_little_endian_float32(cache: EmbeddingCache) -> None:
    vectors = random_vectors(1)
    cache.put("model", hashes_of("a"), vectors)
    with closing(sqlite3.connect(cache.file)) as database:
        (kept,) = database.execute("SELECT vector FROM embeddings").fetchone()
    assert kept == vectors.astype("<f4").tobytes()


def test_more_hashes_than_vectors_keep_nothing(cache: EmbeddingCache) -> None:
    with pytest.raises(ValueError, match="zip"):
        cache.put("model", hashes_of("a", "b"), random_vectors(1))
    assert cache.get("model", hashes_of("a", "b")) == {}


def put_batches(cache: EmbeddingCache, writer: int) -> None:
    for batch in range(20):
        texts = [f"{writer} {batch} {number}" for number in range(10)]
        cache.put("model", hashes_of(*texts), random_vectors(10, seed=batch))


def test_processes_that_make_and_fill_the_cache_at_once_lose_nothing(
    cache: EmbeddingCache,
) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(put_batches, [cache] * 2, range(2)))
    texts = [f"{w} {b} {n}" for w in range(2) for b in range(20) for n in range(10)]
    assert len(cache.get("model", hashes_of(*texts))) == len(texts)


def test_a_cache_that_another_process_keeps_is_said_to_be_in_use(
    cache: EmbeddingCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding_cache, "BUSY_SECONDS", 0.1)
    cache.put("model", hashes_of("a"), random_vectors(1))
    with closing(sqlite3.connect(cache.file)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert cache.get("model", hashes_of("a")), "readers do not wait for a writer"
        with pytest.raises(LockedError, match="another process"):
            cache.put("model", hashes_of("b"), random_vectors(1))


def test_a_file_that_is_no_database_is_refused_with_what_to_do(cache: EmbeddingCache) -> None:
    cache.file.parent.mkdir()
    cache.file.write_bytes(b"not a database at all" * 400)
    with pytest.raises(ConfigurationError, match=r"delete it.*HYPERION_EMBEDDING_CACHE"):
        cache.get("model", hashes_of("a"))


def test_a_damaged_cache_is_refused_with_what_to_do(cache: EmbeddingCache) -> None:
    texts = [str(number) for number in range(2_000)]
    cache.put("model", hashes_of(*texts), random_vectors(2_000))
    with cache.file.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * (cache.file.stat().st_size - 8192))
    with pytest.raises(ConfigurationError, match=r"damaged.*delete it"):
        cache.get("model", hashes_of(*texts))


def test_another_programs_database_is_left_alone(cache: EmbeddingCache) -> None:
    cache.file.parent.mkdir()
    with closing(sqlite3.connect(cache.file)) as other:
        other.execute("CREATE TABLE theirs (x)")
    before = cache.file.read_bytes()
    with pytest.raises(ConfigurationError, match="another program's database"):
        cache.put("model", hashes_of("a"), random_vectors(1))
    assert cache.file.read_bytes() == before


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    for file in (blocked / "embeddings.sqlite", tmp_path):
        with pytest.raises(ConfigurationError, match="cannot be read and written"):
            EmbeddingCache(file).get("model", hashes_of("a"))


def test_a_read_only_cache_is_named(cache: EmbeddingCache) -> None:
    cache.put("model", hashes_of("a"), random_vectors(1))
    with (
        closing(sqlite3.connect(f"{cache.file.as_uri()}?mode=ro", uri=True)) as database,
        pytest.raises(ConfigurationError, match="give this user the right"),
        explained_errors(cache.file),
    ):
        database.execute("DELETE FROM embeddings")


def test_a_full_disk_is_told_from_a_damaged_file(cache: EmbeddingCache) -> None:
    cache.put("model", hashes_of("a"), random_vectors(1))
    with closing(sqlite3.connect(cache.file)) as database:
        database.execute("CREATE TABLE more (x)")
        database.execute("PRAGMA max_page_count = 1")  # SQLite then speaks as of a full disk
        with pytest.raises(HyperionError, match="no space is left") as raised:
            insert_much(database, cache.file)
    assert is_disk_full(raised.value)


def insert_much(database: sqlite3.Connection, file: Path) -> None:
    with explained_errors(file):
        database.executemany("INSERT INTO more VALUES (?)", [(b"x" * 9_000,)] * 50)
