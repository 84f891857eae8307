"""Answers in memory: what was asked with which rights, what was said, and how long that is true.

They are kept for ten minutes at most, since answers say how old what they are made of is; the
header `Age` says by how much that is behind. Requests are the business of `answers`.
"""

import time
from hashlib import blake2b
from typing import NamedTuple

from cachetools import LRUCache

Headers = tuple[tuple[bytes, bytes], ...]

KEPT_SECONDS = 600
# What an entry needs beside the bytes of its question and its answer.
ENTRY_BYTES = 2_000
# What is said anew of every answer that is sent.
_SAID_ANEW = b"content-length"


class Question(NamedTuple):
    """What tells answers apart: the request as it came, and the rights of whoever asks."""

    method: str
    path: str
    query: bytes
    content_type: bytes
    body: bytes
    scopes: frozenset[str]
    repositories: frozenset[str] | None

    @property
    def size(self) -> int:
        """The bytes of it that come from outside."""
        return len(self.path) + len(self.query) + len(self.content_type) + len(self.body)


class Answer(NamedTuple):
    """A complete answer of status 200; `made_at` is a time of the monotonic clock, in seconds."""

    headers: Headers
    body: bytes
    etag: bytes
    generation: str
    made_at: float


class _Kept(NamedTuple):
    answer: Answer
    size: int


def _size(kept: _Kept) -> int:
    return kept.size


class KeptAnswers:
    """At most *max_bytes* of questions and answers; those that were given last stay.

    It belongs to an event loop, and is not for threads.
    """

    def __init__(self, max_bytes: int) -> None:
        self._kept = LRUCache[Question, _Kept](max_bytes, getsizeof=_size)

    def get(self, question: Question, generation: str) -> Answer | None:
        """What was answered, where it is still true in *generation*."""
        kept = self._kept.get(question)
        if kept is None:
            return None
        answer = kept.answer
        if answer.generation == generation and age(answer) < KEPT_SECONDS:
            return answer
        del self._kept[question]
        return None

    def keep(self, question: Question, answer: Answer) -> None:
        """Remember an answer, unless it is larger than all that may be kept."""
        size = question.size + len(answer.body) + ENTRY_BYTES
        self._kept.pop(question, None)
        if size <= self._kept.maxsize:
            self._kept[question] = _Kept(answer, size)


def age(answer: Answer) -> float:
    """The seconds since *answer* was made."""
    return time.monotonic() - answer.made_at


def made_answer(headers: list[tuple[bytes, bytes]], body: bytes, generation: str) -> Answer:
    """An answer of this moment, with a strong ETag (RFC 9110): its own, or made of its body."""
    kept = tuple(header for header in headers if header[0] != _SAID_ANEW)
    own = dict(kept).get(b"etag")
    etag = own or b'"' + blake2b(body, digest_size=16).hexdigest().encode() + b'"'
    return Answer(kept, body, etag, generation, time.monotonic())
