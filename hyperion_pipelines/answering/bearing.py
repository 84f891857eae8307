"""Which passages bear on a question: by meaning, or by its words. What does not, answers nothing.

A search always finds something. A passage counts where the cosine of its meaning and the question's
is LEAST_SIMILARITY or more, or where LEAST_SHARE of the question's terms stand in it.

Measured on psf/requests (1,886 passages) and redis/redis (23,643) with all-MiniLM-L6-v2, by the
eight best passages of each question. Questions that a person would ask (15 each): 30 of 30 have a
passage that bears on them; their best cosine is .43 to .76, the lowest with all terms in place.
Golden queries (`documents.grading`): 333 of 333 made of documentation and headings, 166 of 200 made
of subjects of commits. Off-topic ones, on cooking, geography, other software (32 of each): 1 of 64,
how to compile Rust's borrow checker (.56 in Redis, whose modules may be written in Rust); the best
cosine of the others is .43, the largest share of terms .67. With .50 in place of .45 the same one
passes, and 15 commits fewer are found.
"""

from collections.abc import Sequence

import polars as pl

from hyperion_pipelines.documents.search.bm25 import query_vector, term_number
from hyperion_pipelines.documents.search.passages import Passage
from hyperion_pipelines.documents.search.terms import terms

LEAST_SIMILARITY = 0.45  # cosine
LEAST_SHARE = 0.75  # of a question's terms


def bearing(question: str, passages: Sequence[Passage]) -> list[Passage]:
    """Those of *passages* that bear on *question*, in their order."""
    wanted = frozenset(query_vector(question).indices)
    return [
        passage
        for passage, words in zip(passages, _terms(passages), strict=True)
        if (passage.similarity or 0.0) >= LEAST_SIMILARITY or _share(wanted, words) >= LEAST_SHARE
    ]


def _terms(passages: Sequence[Passage]) -> pl.Series:
    """The terms that each passage is found by: those of its path, its heading and its text."""
    texts = [f"{passage.path}\n{passage.heading}\n{passage.text}" for passage in passages]
    return terms(pl.Series(texts, dtype=pl.String))


def _share(wanted: frozenset[int], words: str) -> float:
    if not wanted:
        return 0.0
    return len(wanted & {term_number(word) for word in words.split()}) / len(wanted)
