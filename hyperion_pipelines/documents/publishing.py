"""From chunks to vectors that are searched: a version is built, graded, and published.

A version that finds less than the published one is not published, unless a person accepts it. What
a store does for it is the business of `stores.vectors`, how it is graded that of `grading`.
"""

import hashlib
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.documents.chunk import embedded_text
from hyperion_pipelines.documents.embedding.embed import Embedding
from hyperion_pipelines.documents.grading.gate import fall_of_search
from hyperion_pipelines.documents.grading.golden_queries import SearchedTables, golden_queries
from hyperion_pipelines.documents.grading.grades import GRADES, grade_search, summarise_grades
from hyperion_pipelines.documents.search.bm25 import document_vectors, searched_text
from hyperion_pipelines.documents.search.searching import Searcher
from hyperion_pipelines.progress import Progress
from hyperion_pipelines.stores.vectors import PAYLOAD, Points, Vector, VectorStore

VERSION = "1"
"""To be raised with each change of what is stored, or of how it is ranked."""
_NAME_LENGTH = 16
# What tells two chunks apart: `content_hash` stands for heading and text.
_DESCRIBED = ("chunk_id", "content_hash", *(name for name in PAYLOAD[1:] if name != "text"))


class VectorsUpdate(NamedTuple):
    """What became of the vectors of a repository.

    `embedded` counts the chunks' texts that the cache did not know. `grades` (columns of GRADES)
    and `summary` (of SUMMARY) are those of `version`, also where it was not published because of
    `fall`, a sentence. `is_published` tells whether readers find that version now.
    """

    version: str
    points: int
    embedded: int
    grades: pl.DataFrame
    summary: pl.DataFrame
    fall: str | None
    is_published: bool


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
    texts = [] if is_known else _embedded_texts(tables.chunks)
    queries = golden_queries(tables)
    published = published_grades.select(GRADES.names())
    asked = published.filter(pl.col("version") == version)
    embedded = embedding.unknown(texts)
    if is_known and set(asked["query_id"]) == set(queries["query_id"]):
        grades = asked.sort("query_id", "search")
    else:
        questions = queries["query"].unique().sort().to_list()
        # Together, so that the model is loaded once and gone before the index is built.
        embedding.remember([*texts, *questions], progress)
        if not is_known:
            store.build(slug, version, _points(slug, tables.chunks, embedding.vectors(texts)))
        of_question = dict(zip(questions, embedding.vectors(questions), strict=True))
        searcher = Searcher(store, of_question.__getitem__)
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


def _embedded_texts(chunks: pl.DataFrame) -> list[str]:
    return [embedded_text(*row) for row in chunks.select("heading", "text").iter_rows()]


def _points(slug: str, chunks: pl.DataFrame, vectors: Vector) -> Points:
    return Points(
        chunks.select("chunk_id", pl.lit(slug).alias("repository"), *PAYLOAD[1:]),
        vectors,
        document_vectors(chunks.select(searched_text()).to_series()),
    )
