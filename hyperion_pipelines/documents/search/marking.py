"""Where the words of a question stand in what was found, whatever their form: "retries", "retry".

How the places are shown is the reader's business.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.documents.search.bm25 import query_vector, term_number
from hyperion_pipelines.documents.search.terms import located_terms


class Mark(NamedTuple):
    """The characters of a text from `start` up to `end`."""

    start: int
    end: int


def mark_words(query: str, texts: Sequence[str]) -> list[list[Mark]]:
    """Where the terms of *query* stand in each text, in order; what overlaps or touches is one."""
    wanted = frozenset(query_vector(query).indices)
    return [
        _united(Mark(word.start, word.end) for word in words if term_number(word.term) in wanted)
        for words in located_terms(pl.Series(texts, dtype=pl.String))
    ]


def _united(marks: Iterable[Mark]) -> list[Mark]:
    united: list[Mark] = []
    for mark in sorted(marks):
        if united and mark.start <= united[-1].end:
            united[-1] = Mark(united[-1].start, max(united[-1].end, mark.end))
        else:
            united.append(mark)
    return united
