"""The vector store on a Qdrant server: a collection a version, an alias a repository.

Readers ask the alias, which moves from a version to the next in one call. Nothing is used but the
public interface of qdrant-client; its local mode, without a server, serves as well and scans.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hyperion_pipelines.git.commands import redact
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
    from qdrant_client import QdrantClient
    from qdrant_client.models import Filter, PointStruct, QueryRequest

POINTS_AT_ONCE = 500
TIMEOUT_SECONDS = 60


class QdrantVectors:
    """Points by repository and version, on the server that *client* speaks to."""

    def __init__(self, client: "QdrantClient") -> None:
        self._client = client

    def build(self, slug: str, version: str, points: Points) -> None:
        """Make a version; see VectorStore. The server goes on indexing for a while."""
        if self.published(slug) == version:
            raise VectorStoreError(f"version {version} of {slug} is published: build another")
        collection = _collection(slug, version)
        with _explained(self._client):
            self._client.delete_collection(collection)
            _create_collection(self._client, collection, points.dense.shape[1])
            for rows in points.batches(POINTS_AT_ONCE):
                self._client.upsert(collection, [_point(row) for row in rows], wait=True)

    def publish(self, slug: str, version: str) -> None:
        """Let readers find *version*; see VectorStore."""
        from qdrant_client import models

        before = self.published(slug)
        if before == version:
            return
        collection, alias = _collection(slug, version), _alias(slug)
        create = models.CreateAliasOperation(
            create_alias=models.CreateAlias(collection_name=collection, alias_name=alias)
        )
        delete = models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias))
        with _explained(self._client):
            if not self._client.collection_exists(collection):
                raise VectorStoreError(f"there is no version {version} of {slug}: build it first")
            self._client.update_collection_aliases([delete, create] if before else [create])
        self._delete_versions(slug, stay={version, before})

    def published(self, slug: str) -> str | None:
        """The version that readers find; None before the first."""
        with _explained(self._client):
            aliases = self._client.get_aliases().aliases
        alias = _alias(slug)
        collections = [known.collection_name for known in aliases if known.alias_name == alias]
        return collections[0].removeprefix(_collection(slug, "")) if collections else None

    def count(self, slug: str) -> int:
        """The number of points that readers find."""
        if self.published(slug) is None:
            return 0
        with _explained(self._client):
            return self._client.count(_alias(slug), exact=True).count

    def search(self, slug: str, query: VectorQuery, *, version: str | None = None) -> Rankings:
        """The best points of a version; see VectorStore."""
        searched = version or self.published(slug)
        if searched is None:
            return NOTHING_FOUND
        asked = _requests(query)
        collection = _collection(slug, searched)
        with _explained(self._client):
            found = self._client.query_batch_points(collection, list(asked.values()))
        hits = {
            name: best_first(Hit(slug, str(point.id), point.score) for point in answer.points)
            for name, answer in zip(asked, found, strict=True)
        }
        return Rankings(hits.get("dense", ()), hits.get("sparse", ()), searched)

    def payloads(
        self, slug: str, chunk_ids: Sequence[str], *, version: str
    ) -> Sequence[Mapping[str, Any]]:
        """What is kept of points beside their vectors; see VectorStore."""
        with _explained(self._client):
            records = self._client.retrieve(_collection(slug, version), list(chunk_ids))
        known = {str(record.id): record.payload or {} for record in records}
        return [known[chunk_id] for chunk_id in chunk_ids]

    def remove(self, slug: str) -> None:
        """Forget a repository."""
        self._delete_versions(slug, stay=set())

    def _delete_versions(self, slug: str, *, stay: set[str | None]) -> None:
        """Delete the versions of a repository other than *stay*; an alias goes with its own."""
        prefix = _collection(slug, "")
        with _explained(self._client):
            names = [known.name for known in self._client.get_collections().collections]
            for name in names:
                if name.startswith(prefix) and name.removeprefix(prefix) not in stay:
                    self._client.delete_collection(name)


def connect(url: str, api_key: str = "") -> QdrantVectors:
    """The store on the server at *url*, which is first spoken to when something is asked."""
    from qdrant_client import QdrantClient

    client = QdrantClient(
        url=url, api_key=api_key or None, timeout=TIMEOUT_SECONDS, check_compatibility=False
    )
    return QdrantVectors(client)


def _alias(slug: str) -> str:
    return f"hyperion@{slug}"


def _collection(slug: str, version: str) -> str:
    return f"{_alias(slug)}@{version}"


@contextmanager
def _explained(client: "QdrantClient") -> Generator[None]:
    """Within the block, a server that fails is a VectorStoreError that names it.

    The cause goes: its words may hold the credentials of the address.
    """
    from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

    try:
        yield
    except UnexpectedResponse as error:
        message = f"the Qdrant server at {_address(client)} refuses: {redact(str(error))}"
        raise VectorStoreError(f"{message}; check its log and HYPERION_QDRANT_API_KEY") from None
    except ApiException:
        message = f"the Qdrant server at {_address(client)} does not answer"
        raise VectorStoreError(
            f"{message}: start it, or set HYPERION_QDRANT_URL to one that runs"
        ) from None
    except ValueError as error:  # what the client itself finds wrong
        message = f"Qdrant at {_address(client)} cannot do that: {redact(str(error))}"
        raise VectorStoreError(f"{message}; analyse the repository again") from None


def _address(client: "QdrantClient") -> str:
    options = client.init_options
    return redact(str(options.get("url") or options.get("location") or options.get("path")))


def _create_collection(client: "QdrantClient", collection: str, dimensions: int) -> None:
    from qdrant_client import models

    client.create_collection(
        collection,
        vectors_config={
            "dense": models.VectorParams(size=dimensions, distance=models.Distance.COSINE)
        },
        sparse_vectors_config={"sparse": models.SparseVectorParams(modifier=models.Modifier.IDF)},
        quantization_config=models.ScalarQuantization(
            scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8, quantile=0.99)
        ),
        hnsw_config=models.HnswConfigDiff(
            m=GRAPH_EDGES,
            ef_construct=BUILD_CANDIDATES,
            full_scan_threshold=SCANNED_KIBIBYTES,
        ),
        optimizers_config=models.OptimizersConfigDiff(indexing_threshold=SCANNED_KIBIBYTES),
    )
    for name in (*KEYWORDS, *PREFIXES):
        schema = models.KeywordIndexParams(
            type=models.KeywordIndexType.KEYWORD, prefix=name in PREFIXES, enable_hnsw=False
        )
        client.create_payload_index(collection, name, schema, wait=True)


def _point(row: PointRow) -> "PointStruct":
    from qdrant_client import models

    sparse = models.SparseVector(indices=list(row.sparse.indices), values=list(row.sparse.values))
    return models.PointStruct(
        id=row.chunk_id, vector={"dense": row.dense, "sparse": sparse}, payload=row.payload
    )


def _requests(query: VectorQuery) -> "dict[str, QueryRequest]":
    """What is asked, by the name of the vector."""
    from qdrant_client import models

    vectors: dict[str, list[float] | models.SparseVector] = {}
    if query.dense is not None:
        vectors["dense"] = query.dense.tolist()
    if query.sparse is not None:
        vectors["sparse"] = models.SparseVector(
            indices=list(query.sparse.indices), values=list(query.sparse.values)
        )
    params = models.SearchParams(
        hnsw_ef=SEARCH_CANDIDATES, quantization=models.QuantizationSearchParams(rescore=True)
    )
    return {
        name: models.QueryRequest(
            query=vector,
            using=name,
            filter=_filter(query.filter),
            limit=query.limit,
            params=params,
        )
        for name, vector in vectors.items()
    }


def _filter(asked: PassageFilter) -> "Filter | None":
    from qdrant_client import models

    matches = {
        "kind": models.MatchAny(any=list(asked.kinds)) if asked.kinds else None,
        "language": models.MatchAny(any=list(asked.languages)) if asked.languages else None,
        "path": models.MatchPrefix(prefix=asked.path_prefix) if asked.path_prefix else None,
    }
    conditions = [
        models.FieldCondition(key=key, match=match) for key, match in matches.items() if match
    ]
    return models.Filter(must=list(conditions)) if conditions else None
