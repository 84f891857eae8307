"""A passage: a chunk that was found, as a reader is shown it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hyperion_pipelines.documents.search.fusion import Fused


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines `start_line` to `end_line` of a file, and how well they answer.

    `score` is that of the fusion, `dense_rank` the place (from 1) by meaning and `bm25_rank` that
    by words, None where it was not found that way. `similarity` is the cosine of its meaning and
    the question's, None where it was not found by meaning.
    """

    chunk_id: str
    repository: str
    path: str
    start_line: int
    end_line: int
    kind: str
    language: str | None
    symbol: str | None
    heading: str
    text: str
    score: float
    dense_rank: int | None
    bm25_rank: int | None
    similarity: float | None = None

    @classmethod
    def of(cls, fused: Fused, payload: Mapping[str, Any]) -> "Passage":
        """The passage of a chunk that was found, of which the store keeps *payload*."""
        return cls(
            chunk_id=fused.hit.chunk_id,
            repository=payload["repository"],
            path=payload["path"],
            start_line=payload["start_line"],
            end_line=payload["end_line"],
            kind=payload["kind"],
            language=payload["language"],
            symbol=payload["symbol"],
            heading=payload["heading"],
            text=payload["text"],
            score=fused.score,
            dense_rank=fused.ranks.get("dense"),
            bm25_rank=fused.ranks.get("bm25"),
            similarity=fused.scores.get("dense"),
        )

    def repeats(self, other: "Passage") -> bool:
        """Whether a reader who saw *other*, of the same file, learns little more from this one."""
        is_same_symbol = self.symbol is not None and self.symbol == other.symbol
        return is_same_symbol or (
            self.start_line <= other.end_line and other.start_line <= self.end_line
        )


def without_repetitions(passages: Iterable[Passage]) -> Iterator[Passage]:
    """*passages*, best first, but for those that repeat a better one.

    Those of the same lines do, and of the same symbol: what a function promises and its code.
    """
    shown: dict[tuple[str, str], list[Passage]] = {}
    for passage in passages:
        of_file = shown.setdefault((passage.repository, passage.path), [])
        if not any(passage.repeats(other) for other in of_file):
            of_file.append(passage)
            yield passage
