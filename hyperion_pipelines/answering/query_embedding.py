"""The vectors of questions: made one at a time, remembered in memory.

Texts that are searched have a cache on disk (`documents.embedding.embed`); questions come too often
and are too short-lived for it. The model is loaded with the first question, or by `warm_up`.
"""

import threading
from collections.abc import Callable

from cachetools import LRUCache

from hyperion_pipelines.documents.embedding.model import EmbeddingModel
from hyperion_pipelines.stores.vectors import Vector

REMEMBERED = 4_096  # questions; 6 MiB with 384 dimensions


class QueryEmbedding:
    """Makes the vector of a question with the model that *model* gives."""

    def __init__(self, model: Callable[[], EmbeddingModel]) -> None:
        self._model = model
        self._remembered: LRUCache[str, Vector] = LRUCache(REMEMBERED)
        self._remembering = threading.Lock()
        self._embedding = threading.Lock()

    def __call__(self, question: str) -> Vector:
        """The vector of *question*: float32, shape (dimensions,), of length 1.

        Raises what the model does, UsageError for a question too long for it among others.
        """
        with self._remembering:
            known = self._remembered.get(question)
        if known is not None:
            return known
        with self._embedding:
            vector = self._model().embed([question])[0]
        with self._remembering:
            self._remembered[question] = vector
        return vector

    def warm_up(self) -> None:
        """Load the model, which may take seconds: best in a thread, at the start.

        Raises ConfigurationError where there is no such model.
        """
        self("warm up")
