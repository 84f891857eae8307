"""The vector store in a folder: a Qdrant Edge shard for each repository and version, no server.

```
root/SLUG/VERSION/          a shard, and `built.json`, which says that it is whole
root/SLUG/.VERSION.new      one that is being built, or that a killed build left
root/SLUG/published.json    the version that readers find, replaced in one step
```

There is one writer a repository; readers are any number of threads and processes. Shards have no
write-ahead log, whose file only one process could hold. A shard that is open stays whole when its
folder is deleted: it ends with the last search in it.
"""

import os
import shutil
import threading
import uuid
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hyperion_pipelines.stores.records import read_record, replace_record
from hyperion_pipelines.stores.vectors import (
    BUILD_CANDIDATES,
    GRAPH_EDGES,
    KEYWORDS,
    NOTHING_FOUND,
    PREFIXES,
    SCANNED_KIBIBYTES,
    SEARCH_CANDIDATES,
    Hit,
    PassageFilter,
    PointRow,
    Points,
    Rankings,
    VectorQuery,
    VectorStoreError,
    best_first,
)

if TYPE_CHECKING:
    from qdrant_edge import EdgeConfig, EdgeShard, Filter, Point, Query, QueryRequest

POINTS_AT_ONCE = 1_000
_REMEDY = "remove the repository, and add it again"


@dataclass(frozen=True)
class _Built:
    """What is known of a shard that is whole; `build` tells two of one name apart."""

    build: str
    points: int
    dimensions: int


@dataclass(frozen=True)
class _Published:
    version: str
    before: str | None


class _Opened(NamedTuple):
    version: str
    built: _Built
    shard: "EdgeShard"


class EdgeVectors:
    """Points by repository and version, under *root*; for any number of threads."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], _Opened] = {}

    def build(self, slug: str, version: str, points: Points) -> None:
        """Make a version, its index included; see VectorStore."""
        if self.published(slug) == version:
            raise VectorStoreError(f"version {version} of {slug} is published: build another")
        folder = self._root / slug
        for left in folder.glob(".*"):
            shutil.rmtree(left)
        new = folder / f".{version}.new"
        new.mkdir(parents=True)
        failed = (
            f"cannot build the search index of {slug}: see that the disk is not full, run again"
        )
        with _explained(failed):
            _build_shard(new, points)
        _delete(folder / version)
        new.rename(folder / version)

    def publish(self, slug: str, version: str) -> None:
        """Let readers find *version*; see VectorStore."""
        folder = self._root / slug
        if not (folder / version / "built.json").exists():
            raise VectorStoreError(f"there is no version {version} of {slug}: build it first")
        before = self.published(slug)
        if before == version:
            return
        replace_record(folder / "published.json", asdict(_Published(version, before)))
        for other in folder.iterdir():
            if other.is_dir() and other.name not in {version, before}:
                _delete(other)

    def published(self, slug: str) -> str | None:
        """The version that readers find; None before the first."""
        said = read_record(self._root / slug / "published.json")
        return _Published(**said).version if said else None

    def count(self, slug: str) -> int:
        """The number of points that readers find."""
        opened = self._opened(slug, None)
        return opened.built.points if opened else 0

    def search(self, slug: str, query: VectorQuery, *, version: str | None = None) -> Rankings:
        """The best points of a version; see VectorStore."""
        opened = self._opened(slug, version)
        if opened is None:
            return NOTHING_FOUND
        dimensions = opened.built.dimensions
        if query.dense is not None and len(query.dense) != dimensions:
            raise VectorStoreError(
                f"the search index of {slug} was made by another embedding model: its vectors have "
                f"{dimensions} dimensions, that of the question has {len(query.dense)}; "
                f"analyse {slug} again, or set the model that made it"
            )
        with _explained(_damaged(slug)):
            return _rankings(slug, opened, query)

    def payloads(
        self, slug: str, chunk_ids: Sequence[str], *, version: str
    ) -> Sequence[Mapping[str, Any]]:
        """What is kept of points beside their vectors; see VectorStore."""
        with self._lock:
            found_in = self._open.get((slug, version))  # it may have been deleted since
        opened = found_in or self._shard(slug, version)
        with _explained(_damaged(slug)):
            records = opened.shard.retrieve(list(chunk_ids), with_payload=True, with_vector=False)
        known = {str(record.id): record.payload or {} for record in records}
        return [known[chunk_id] for chunk_id in chunk_ids]

    def remove(self, slug: str) -> None:
        """Forget a repository."""
        folder = self._root / slug
        (folder / "published.json").unlink(missing_ok=True)
        _delete(folder)
        self._keep(slug, set())

    def _opened(self, slug: str, version: str | None) -> _Opened | None:
        """The shard of *version*, of the published one without; None where nothing is published.

        Between reading what is published and opening it, a writer may have published twice: what
        is deleted then is looked for once more.
        """
        published = self.published(slug)
        while wanted := version or published:
            try:
                opened = self._shard(slug, wanted)
            except VectorStoreError:
                before, published = published, self.published(slug)
                if published == before:
                    raise
            else:
                self._keep(slug, {wanted, published})
                return opened
        return None

    def _shard(self, slug: str, version: str) -> _Opened:
        """The shard of a version, opened once. Raises VectorStoreError unless it is whole."""
        folder = self._root / slug / version
        said = read_record(folder / "built.json")
        if said is None:
            raise VectorStoreError(f"there is no version {version} of {slug}: {_REMEDY}")
        built = _Built(**said)
        with self._lock:
            known = self._open.get((slug, version))
        if known and known.built == built:
            return known
        opened = _Opened(version, built, _load(folder, slug, built))
        with self._lock:
            self._open[slug, version] = opened
        return opened

    def _keep(self, slug: str, versions: set[str | None]) -> None:
        """Let go of other versions; each is closed when no thread searches it any more."""
        with self._lock:
            for key in [key for key in self._open if key[0] == slug and key[1] not in versions]:
                del self._open[key]


def _damaged(slug: str) -> str:
    return f"the search index of {slug} is damaged: {_REMEDY}"


@contextmanager
def _explained(failure: str) -> Generator[None]:
    """Within the block, what Qdrant Edge raises is a VectorStoreError that says *failure*.

    Its errors have no class of their own, and where it panics none below BaseException.
    """
    try:
        yield
    except BaseException as error:
        if type(error) is not Exception and type(error).__name__ != "PanicException":
            raise
        raise VectorStoreError(f"{failure} ({error})") from error


def _build_shard(folder: Path, points: Points) -> None:
    """Make a shard of *points* in an empty folder."""
    import qdrant_edge as edge

    shard = edge.EdgeShard.create(str(folder), _configuration(points.dense.shape[1]))
    for name in (*KEYWORDS, *PREFIXES):
        schema = edge.KeywordIndexParams(prefix=name in PREFIXES, enable_hnsw=False)
        shard.update(edge.UpdateOperation.create_field_index(name, schema))
    for rows in points.batches(POINTS_AT_ONCE):
        shard.update(edge.UpdateOperation.upsert_points([_point(row) for row in rows]))
    shard.optimize()
    shard.flush()
    shard.close()
    built = _Built(uuid.uuid4().hex, points.chunks.height, points.dense.shape[1])
    replace_record(folder / "built.json", asdict(built))


def _configuration(dimensions: int) -> "EdgeConfig":
    import qdrant_edge as edge

    return edge.EdgeConfig(
        vectors={"dense": edge.EdgeVectorParams(dimensions, edge.Distance.Cosine)},
        sparse_vectors={"sparse": edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
        quantization_config=edge.ScalarQuantizationConfig(edge.ScalarType.Int8, quantile=0.99),
        hnsw_config=edge.HnswIndexConfig(
            m=GRAPH_EDGES,
            ef_construct=BUILD_CANDIDATES,
            full_scan_threshold=SCANNED_KIBIBYTES,
            max_indexing_threads=os.cpu_count() or 1,
        ),
        optimizers=edge.EdgeOptimizersConfig(
            default_segment_number=1, indexing_threshold=SCANNED_KIBIBYTES
        ),
        wal_enabled=False,
    )


def _point(row: PointRow) -> "Point":
    import qdrant_edge as edge

    sparse = edge.SparseVector(list(row.sparse.indices), list(row.sparse.values))
    return edge.Point(row.chunk_id, {"dense": row.dense, "sparse": sparse}, row.payload)


def _load(folder: Path, slug: str, built: _Built) -> "EdgeShard":
    """Open a shard. Raises VectorStoreError where it lacks files, or was deleted meanwhile."""
    import qdrant_edge as edge

    with _explained(_damaged(slug)):
        shard = edge.EdgeShard.load(str(folder))
        points = shard.info().points_count
    if points != built.points or read_record(folder / "built.json") != asdict(built):
        lacking = f"{points:,} of {built.points:,} points can be read"
        raise VectorStoreError(f"{_damaged(slug)} ({lacking})")
    return shard


def _rankings(slug: str, opened: _Opened, query: VectorQuery) -> Rankings:
    import qdrant_edge as edge

    dense, sparse = [], []
    if query.dense is not None:
        dense = [_request(edge.Query.Nearest(query.dense.tolist(), using="dense"), query)]
    if query.sparse is not None:
        vector = edge.SparseVector(list(query.sparse.indices), list(query.sparse.values))
        sparse = [_request(edge.Query.Nearest(vector, using="sparse"), query)]
    found = opened.shard.query_batch(edge.QueryBatchRequest([*dense, *sparse]))
    hits = [
        best_first(Hit(slug, str(point.id), point.score) for point in points) for points in found
    ]
    return Rankings(
        dense=hits[0] if dense else (), sparse=hits[-1] if sparse else (), version=opened.version
    )


def _request(nearest: "Query", query: VectorQuery) -> "QueryRequest":
    import qdrant_edge as edge

    return edge.QueryRequest(
        query.limit,
        query=nearest,
        filter=_filter(query.filter),
        params=edge.SearchParams(
            hnsw_ef=SEARCH_CANDIDATES,
            quantization=edge.QuantizationSearchParams(rescore=True),
        ),
    )


def _filter(asked: PassageFilter) -> "Filter | None":
    import qdrant_edge as edge

    matches = {
        "kind": edge.MatchAny(list(asked.kinds)) if asked.kinds else None,
        "language": edge.MatchAny(list(asked.languages)) if asked.languages else None,
        "path": edge.MatchPrefix(asked.path_prefix) if asked.path_prefix else None,
    }
    conditions = [edge.FieldCondition(key, match=match) for key, match in matches.items() if match]
    return edge.Filter(must=list(conditions)) if conditions else None


def _delete(folder: Path) -> None:
    """Delete a folder, in one step for whoever is about to open it."""
    if folder.exists():
        gone = folder.rename(folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.old"))
        shutil.rmtree(gone)
