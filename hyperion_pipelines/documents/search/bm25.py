"""Sparse vectors of terms: how a passage and a question meet by their words.

A passage's weights are those of BM25 without the rarity of a term, which the store knows and
multiplies in (Stephen Robertson and Hugo Zaragoza, The Probabilistic Relevance Framework: BM25 and
Beyond, 2009). Words of English lose their endings, stop words are left out. What a term is, `terms`
says.
"""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import polars as pl

from hyperion_pipelines.documents.search.terms import terms
from hyperion_pipelines.stores.vectors import SparseVector

if TYPE_CHECKING:
    from qdrant_edge import Bm25

SATURATION = 1.2  # k1
LENGTH_NORMALISATION = 0.75  # b
# An average length is a multiple of it, so that few more texts leave all other vectors as they are.
LENGTH_STEP = 10
BATCH = 5_000  # texts, whose vectors are Python's numbers for a moment
REMEMBERED_TERMS = 100_000
REMEMBERED_QUESTIONS = 1_000

VECTOR = pl.Schema({"indices": pl.List(pl.UInt32), "values": pl.List(pl.Float32)})


def searched_text() -> pl.Expr:
    """What of a chunk is found by its words: its path, its heading, which counts twice, its text.

    A heading names what the chunk is about: twice puts `Session.request` before what calls it
    (Stephen Robertson, Hugo Zaragoza and Michael Taylor, Simple BM25 Extension to Multiple Weighted
    Fields, 2004).
    """
    return pl.concat_str("path", "heading", "heading", "text", separator="\n", ignore_nulls=True)


def document_vectors(texts: pl.Series) -> pl.DataFrame:
    """The vectors of *texts*, row by row: `indices` (term numbers, ascending) and `values`.

    Both are empty where a text has no term. The average length of a text, that BM25 compares each
    length with, is that of *texts*, to the next multiple of LENGTH_STEP.
    """
    words = terms(texts)
    model = _model(_average_length(words))
    return pl.concat(
        [
            VECTOR.to_frame(),
            *(_vectors(batch.to_series(), model) for batch in words.to_frame().iter_slices(BATCH)),
        ]
    )


@lru_cache(REMEMBERED_QUESTIONS)
def query_vector(text: str) -> SparseVector:
    """The terms of a question, each of weight 1; none where it consists of stop words."""
    vector = _model().embed_query(terms(pl.Series([text], dtype=pl.String)).item())
    return SparseVector(tuple(vector.indices), tuple(vector.values))


@lru_cache(REMEMBERED_TERMS)
def term_number(term: str) -> int | None:
    """The number of a single term in the vectors; None for a stop word."""
    numbers = _model().embed_query(term).indices
    return numbers[0] if numbers else None


@cache
def _model(average_length: int = LENGTH_STEP) -> "Bm25":
    """The length matters to documents alone."""
    from qdrant_edge import Bm25, Bm25Config, TokenizerType

    return Bm25(
        Bm25Config(
            k=SATURATION,
            b=LENGTH_NORMALISATION,
            avg_len=average_length,
            tokenizer=TokenizerType.Whitespace,
            language="english",
        )
    )


def _average_length(words: pl.Series) -> int:
    """The average number of terms, stop words among them, to the next multiple of LENGTH_STEP."""
    mean = words.str.count_matches(r"\S+").mean()
    steps = round(mean / LENGTH_STEP) if isinstance(mean, float) else 0
    return max(steps, 1) * LENGTH_STEP


def _vectors(words: pl.Series, model: "Bm25") -> pl.DataFrame:
    vectors = [model.embed_document(text) for text in words]
    columns = {
        "indices": [vector.indices for vector in vectors],
        "values": [vector.values for vector in vectors],
    }
    return pl.DataFrame(columns, schema=VECTOR)
