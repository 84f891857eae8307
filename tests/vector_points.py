"""Made-up points and questions, for the tests of the vector store."""

import uuid
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from hyperion_pipelines.stores.vectors import (
    PAYLOAD,
    Hit,
    PassageFilter,
    Points,
    Rankings,
    SparseVector,
    Vector,
    VectorQuery,
    VectorStore,
)

DIMENSIONS = 8
KINDS = ("code", "api", "markdown")
LANGUAGES = ("python", "go", None)
TERMS = 20
EVERYTHING = PassageFilter()


def unit(vectors: Vector) -> Vector:
    """*vectors* at length 1."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def chunk(number: int, **known: object) -> dict[str, object]:
    """A chunk, of which *known* is as a test wants it."""
    folder = ("src/http", "src/https", "docs")[number % 3]
    return {
        "chunk_id": str(uuid.UUID(int=number)),
        "repository": "shop",
        "path": f"{folder}/{number // 4}.py",
        "kind": KINDS[number % len(KINDS)],
        "symbol": None if number % 2 else f"Shop.open{number}",
        "language": LANGUAGES[number // 3 % len(LANGUAGES)],
        "ordinal": number,
        "start_line": number + 1,
        "end_line": number + 5,
        "heading": "Shop",
        "text": f"text {number}",
        **known,
    }


def points(
    chunks: Sequence[Mapping[str, object]],
    *,
    dense: Vector | None = None,
    sparse: Sequence[Mapping[int, float]] | None = None,
) -> Points:
    """Points of *chunks*; all at one place, and without terms, where it is not said."""
    if dense is None:
        dense = np.tile(np.eye(1, DIMENSIONS, dtype=np.float32), (len(chunks), 1))
    no_terms: Mapping[int, float] = {}
    terms = sparse or [no_terms] * len(chunks)
    frame = pl.DataFrame(
        {"indices": [list(of) for of in terms], "values": [list(of.values()) for of in terms]},
        schema={"indices": pl.List(pl.UInt32), "values": pl.List(pl.Float32)},
    )
    strings = ("chunk_id", "repository", "path", "kind", "symbol", "language", "heading", "text")
    schema = {name: pl.String if name in strings else pl.UInt32 for name in ("chunk_id", *PAYLOAD)}
    return Points(pl.DataFrame(chunks, schema=schema), dense, frame)


def random_points(count: int, *, seed: int = 0) -> Points:
    """Points anywhere, of a few terms each."""
    drawn = np.random.default_rng(seed)
    dense = unit(drawn.standard_normal((count, DIMENSIONS), np.float32))
    sparse = [
        {
            int(term): float(weight)
            for term, weight in zip(
                drawn.choice(TERMS, size=5, replace=False), drawn.uniform(0.1, 2, 5), strict=True
            )
        }
        for _ in range(count)
    ]
    return points([chunk(number) for number in range(count)], dense=dense, sparse=sparse)


def version_points(version: str, count: int = 20) -> Points:
    """Points whose text is the name of their version."""
    return points([chunk(number, text=version) for number in range(count)])


def asking(
    dense: Vector | None = None,
    sparse: Mapping[int, float] | None = None,
    *,
    limit: int = 50,
    passages: PassageFilter = EVERYTHING,
) -> VectorQuery:
    """A question."""
    terms = None if sparse is None else SparseVector(list(sparse), list(sparse.values()))
    return VectorQuery(dense, terms, limit, passages)


def anything() -> VectorQuery:
    """A question that finds every point of `version_points`."""
    return asking(np.eye(1, DIMENSIONS, dtype=np.float32)[0])


def published(store: VectorStore, slug: str, version: str, made: Points) -> None:
    """Build and publish *made*."""
    store.build(slug, version, made)
    store.publish(slug, version)


def texts(store: VectorStore, *, slug: str = "shop", version: str | None = None) -> set[str]:
    """The texts that are found."""
    found = store.search(slug, anything(), version=version)
    return {str(payload["text"]) for payload in payloads(store, found, found.dense)}


def payloads(
    store: VectorStore, found: Rankings, hits: Sequence[Hit]
) -> Sequence[Mapping[str, object]]:
    """What is kept of *hits*, some of those that were *found*."""
    if found.version is None:
        return []
    ids = [hit.chunk_id for hit in hits]
    return store.payloads(hits[0].slug, ids, version=found.version) if ids else []
