"""The vectors of questions: made one at a time, remembered in memory.

Texts that are searched have a cache on disk (`documents.embedding.embed`); questions come too often
and are too short-lived for it. PyTorch is imported with the first question, or by `warm_up`.
"""

import threading
from collections.abc import Callable

from cachetools import LRUCache

from hyperion_pipelines.documents.embedding.model import EmbeddingModel
from hyperion_pipelines.stores.vectors import Vector

REMEMBERED = 4_096  # questions; 6 MiB with 384 dimensions
# A question is some ten tokens: more threads wait for each other longer than they compute.
TORCH_THREADS = 1


class QueryEmbedding:
    """Makes the vector of a question with the model that *model* gives."""

    def __init__(self, model: Callable[[], EmbeddingModel]) -> None:
        self._model = model
        self._remembered: LRUCache[str, Vector] = LRUCache(REMEMBERED)
        self._remembering = threading.Lock()
        self._embedding = threading.Lock()
        self._is_bounded = False

    def __call__(self, question: str) -> Vector:
        """The vector of *question*: float32, shape (dimensions,), of length 1.

        Raises what the model does, UsageError for a question too long for it among others.
        """
        with self._remembering:
            known = self._remembered.get(question)
        if known is not None:
            return known
        with self._embedding:
            vector = self._embed(question)
        with self._remembering:
            self._remembered[question] = vector
        return vector

    def warm_up(self) -> None:
        """Import PyTorch and load the model, which takes seconds: best in a thread, at the start.

        Raises ConfigurationError where there is no such model.
        """
        self("warm up")

    def _embed(self, question: str) -> Vector:
        model = self._model()
        if not self._is_bounded:
            import torch

            torch.set_num_threads(TORCH_THREADS)
            self._is_bounded = True
        return model.embed([question])[0]
