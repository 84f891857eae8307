"""From chunks to vectors that are searched: a version is built, graded, and published.

A version that finds less than the published one is not published, unless a person accepts it. What
a store does for it is the business of `stores.vectors`, how it is graded that of `grading`.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.documents.chunk import embedded_text
from hyperion_pipelines.documents.embedding.embed import embed_texts
from hyperion_pipelines.documents.embedding.model import EmbeddingModel
from hyperion_pipelines.documents.grading.gate import fall_of_search
from hyperion_pipelines.documents.grading.golden_queries import SearchedTables, golden_queries
from hyperion_pipelines.documents.grading.grades import GRADES, grade_search, summarise_grades
from hyperion_pipelines.documents.search.bm25 import document_vectors, searched_text
from hyperion_pipelines.documents.search.searching import Searcher
from hyperion_pipelines.progress import Progress
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache
from hyperion_pipelines.stores.vectors import PAYLOAD, Points, Vector, VectorStore

VERSION = "1"
"""To be raised with each change of what is stored, or of how it is ranked."""
_NAME_LENGTH = 16
# What tells two chunks apart: `content_hash` stands for heading and text.
_DESCRIBED = ("chunk_id", "content_hash", *(name for name in PAYLOAD[1:] if name != "text"))


class VectorsUpdate(NamedTuple):
    """What became of the vectors of a repository.

    `embedded` counts the chunks' texts that no cache knew. `grades` (columns of GRADES) and
    `summary` (of SUMMARY) are those of `version`, also where it was not published because of
    `fall`, a sentence. `is_published` tells whether readers find that version now.
    """

    version: str
    points: int
    embedded: int
    grades: pl.DataFrame
    summary: pl.DataFrame
    fall: str | None
    is_published: bool


class Embedding:
    """An embedding model with its cache; `new` counts the texts that the model was asked for."""

    def __init__(self, model: EmbeddingModel, cache: EmbeddingCache) -> None:
        self._model, self._cache = model, cache
        self.new = 0

    @property
    def identity(self) -> str:
        """What the vectors are kept under."""
        return self._model.identity

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self._model.dimensions

    def embed(self, texts: Sequence[str]) -> Vector:
        """The vectors of texts that the cache does not know, counted."""
        self.new += len(texts)
        return self._model.embed(texts)

    def vectors(self, texts: Sequence[str], progress: Progress | None = None) -> Vector:
        """The vectors of *texts*, from the cache where it knows them; see `embed_texts`."""
        return embed_texts(texts, self, self._cache, progress=progress)


def publish_vectors(
    slug: str,
    tables: SearchedTables,
    published_grades: pl.DataFrame,
    *,
    store: VectorStore,
    embedding: Embedding,
    accept_fall: bool = False,
    progress: Progress | None = None,
) -> VectorsUpdate:
    """Build, grade and publish the vectors of *tables*, those of one repository.

    *published_grades* are those of the published version, or of the one before, if a run was killed
    between publishing and writing them. Of an unchanged repository nothing is built, and nothing
    asked again unless the questions are others. A fall (see `fall_of_search`) keeps the new version
    from readers unless *accept_fall*. Raises what the model, its cache and the store raise.
    """
    version = version_of(tables.chunks, embedding.identity)
    is_known = version == store.published(slug)
    embedded = 0 if is_known else _build(slug, version, tables.chunks, store, embedding, progress)
    queries = golden_queries(tables)
    published = published_grades.select(GRADES.names())
    asked = published.filter(pl.col("version") == version)
    if is_known and set(asked["query_id"]) == set(queries["query_id"]):
        grades = asked.sort("query_id", "search")
    else:
        searcher = Searcher(store, _question_vectors(queries, embedding, progress).__getitem__)
        grades = grade_search(slug, queries, searcher, version=version, progress=progress)
    fall = None if is_known else fall_of_search(published, grades)
    is_published = fall is None or accept_fall
    if is_published:
        store.publish(slug, version)
    summary = summarise_grades(grades)
    points = tables.chunks.height
    return VectorsUpdate(version, points, embedded, grades, summary, fall, is_published)


def version_of(chunks: pl.DataFrame, model: str) -> str:
    """The name of the version with these chunks and vectors of *model*: 16 hexadecimal digits."""
    described = pl.struct(_DESCRIBED).struct.json_encode()
    rows = chunks.sort("chunk_id").select(described).to_series()
    digest = hashlib.sha256("\n".join([VERSION, model, *rows]).encode())
    return digest.hexdigest()[:_NAME_LENGTH]


def _build(
    slug: str,
    version: str,
    chunks: pl.DataFrame,
    store: VectorStore,
    embedding: Embedding,
    progress: Progress | None,
) -> int:
    """Make a version in the store; returns the number of texts that were embedded for it."""
    known = embedding.new
    texts = [embedded_text(*row) for row in chunks.select("heading", "text").iter_rows()]
    points = Points(
        chunks.select("chunk_id", pl.lit(slug).alias("repository"), *PAYLOAD[1:]),
        embedding.vectors(texts, progress),
        document_vectors(chunks.select(searched_text()).to_series()),
    )
    store.build(slug, version, points)
    return embedding.new - known


def _question_vectors(
    queries: pl.DataFrame, embedding: Embedding, progress: Progress | None
) -> dict[str, Vector]:
    texts = queries["query"].unique().sort().to_list()
    return dict(zip(texts, embedding.vectors(texts, progress), strict=True))
