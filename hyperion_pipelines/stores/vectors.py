"""The vector store: what is asked of it, whatever form it has.

A version of a repository's points is built beside the published one, which readers keep until the
new one is published in one step; the version before stays for readers that are still at it.

How the vectors are indexed is the same in every form: an exact scan of what is small or what a
filter leaves few of, else an HNSW graph (Yu. A. Malkov and D. A. Yashunin, "Efficient and robust
approximate nearest neighbor search using Hierarchical Navigable Small World graphs", 2018) over
vectors of one byte a dimension, whose nearest are scored again with the vectors as they are. Of
100,000 vectors in 384 dimensions it finds 99 of 100 nearest ones, and 97 within a third of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.errors import HyperionError

# What is kept of a chunk beside its vectors, and comes back with a hit.
PAYLOAD = (
    *("repository", "path", "kind", "symbol", "language", "ordinal"),
    *("start_line", "end_line", "heading", "text"),
)

# Payload that filters ask for.
KEYWORDS = ("kind", "language")
PREFIXES = ("path",)

# Vectors of fewer kibibytes are scanned: 13,000 of 384 dimensions.
SCANNED_KIBIBYTES = 20_000
GRAPH_EDGES = 16  # of a vector, above the lowest layer; twice as many there
BUILD_CANDIDATES = 48
# Beyond `limit`: a filter throws most candidates away, and a graph is cheap to search.
SEARCH_CANDIDATES = 512

Vector = NDArray[np.float32]


class VectorStoreError(HyperionError):
    """The store fails, or does not have what it was asked for."""


class SparseVector(NamedTuple):
    """Term numbers, each once, and their weights."""

    indices: Sequence[int]
    values: Sequence[float]


class Points(NamedTuple):
    """The chunks of a repository and their vectors, row by row.

    `chunks` has `chunk_id` (a UUID as text) and PAYLOAD; `dense` has shape (rows, dimensions), each
    row of length 1; `sparse` has `indices` (List(UInt32)) and `values` (List(Float32)).
    """

    chunks: pl.DataFrame
    dense: Vector
    sparse: pl.DataFrame

    def batches(self, size: int) -> "Iterator[list[PointRow]]":
        """The points in their order, at most *size* at once: as Python objects they weigh much."""
        for start in range(0, self.chunks.height, size):
            chunks, sparse = (frame.slice(start, size) for frame in (self.chunks, self.sparse))
            rows = zip(
                chunks["chunk_id"].to_list(),
                self.dense[start : start + size].tolist(),
                map(SparseVector, sparse["indices"].to_list(), sparse["values"].to_list()),
                chunks.select(PAYLOAD).to_dicts(),
                strict=True,
            )
            yield [PointRow(*row) for row in rows]


class PointRow(NamedTuple):
    """A point as the libraries of stores take it."""

    chunk_id: str
    dense: list[float]
    sparse: SparseVector
    payload: dict[str, Any]


class PassageFilter(NamedTuple):
    """Which chunks come into question; what is empty excludes none.

    `path_prefix` is the beginning of a path (`docs/`, `src/http`).
    """

    kinds: Sequence[str] = ()
    path_prefix: str = ""
    languages: Sequence[str] = ()


class Hit(NamedTuple):
    """A chunk that was found, by cosine similarity or by the BM25 score."""

    slug: str
    chunk_id: str
    score: float


class VectorQuery(NamedTuple):
    """What is looked for: a dense vector, a sparse one, or both; the best *limit* of each."""

    dense: Vector | None
    sparse: SparseVector | None
    limit: int
    filter: PassageFilter = PassageFilter()


class Rankings(NamedTuple):
    """What was found in a version, best first; equal scores in the order of their chunk ids."""

    dense: Sequence[Hit]
    sparse: Sequence[Hit]
    version: str | None


NOTHING_FOUND = Rankings(dense=(), sparse=(), version=None)


def best_first(hits: Iterable[Hit]) -> list[Hit]:
    """*hits* as a ranking has them."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk_id))


class VectorStore(Protocol):
    """Points by repository and version. What it raises is a HyperionError."""

    def build(self, slug: str, version: str, points: Points) -> None:
        """Make a version, in place of one of that name that was not published; no reader sees it.

        What a killed build left is cleared away. Raises VectorStoreError for a version that is
        published: what readers find never changes.
        """
        ...

    def publish(self, slug: str, version: str) -> None:
        """Let readers find *version* from now on; of the others only the one before stays.

        Nothing happens where it is published already. Raises VectorStoreError where it was not
        built.
        """
        ...

    def published(self, slug: str) -> str | None:
        """The version that readers find; None before the first."""
        ...

    def count(self, slug: str) -> int:
        """The number of points that readers find; 0 before the first version."""
        ...

    def search(self, slug: str, query: VectorQuery, *, version: str | None = None) -> Rankings:
        """The best points of a repository, of the published version where none is named.

        Both rankings are empty where nothing was published.
        """
        ...

    def payloads(
        self, slug: str, chunk_ids: Sequence[str], *, version: str
    ) -> Sequence[Mapping[str, Any]]:
        """What is kept of points of *version* beside their vectors (PAYLOAD), in their order.

        Apart from the search: to read the texts of fifty hits takes as long as to find them.
        Raises VectorStoreError where the version is gone: two were published since.
        """
        ...

    def remove(self, slug: str) -> None:
        """Forget a repository."""
        ...
