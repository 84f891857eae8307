"""Texts to vectors: those embedded before from the cache, the others by the model.

How a model reads a text is the business of `model`; which texts there are, that of the chunks.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from hyperion_pipelines.documents.embedding.batches import length_batches
from hyperion_pipelines.documents.embedding.model import EmbeddingModel
from hyperion_pipelines.progress import Progress, Silent
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache
from hyperion_pipelines.stores.vectors import Vector

# Characters that are embedded between two writes to the cache: a few seconds of work, which is what
# a killed run loses.
WRITTEN_TOGETHER = 32_768
# Vectors that are read from the cache at once.
_READ_TOGETHER = 4_096


class Embedding:
    """A model and the cache of what it embedded.

    *at_work* gives what embeds in its place for as long as there are texts that the cache does not
    know: `own_process` does.
    """

    def __init__(
        self,
        model: EmbeddingModel,
        cache: EmbeddingCache,
        at_work: Callable[[], AbstractContextManager[EmbeddingModel]] | None = None,
    ) -> None:
        self._model, self._cache, self._in_place = model, cache, at_work

    @property
    def identity(self) -> str:
        """What the vectors are kept under."""
        return self._model.identity

    def unknown(self, texts: Sequence[str]) -> int:
        """How many of *texts*, each counted once, the cache does not know."""
        return len(self._unknown(texts))

    def remember(self, texts: Sequence[str], progress: Progress | None = None) -> None:
        """Embed those of *texts* that the cache does not know, each once.

        What the model makes is in the cache batch by batch, longest texts first, so that a run that
        is killed goes on from there. Raises what the model and the cache raise.
        """
        new = self._unknown(texts)
        if not new:
            return
        keys = list(new)
        with (
            (progress or Silent()).stage("embedding", len(new), "texts") as advance,
            self._at_work() as model,
        ):
            for batch in length_batches([len(new[key]) for key in keys], WRITTEN_TOGETHER):
                hashes = [keys[position] for position in batch]
                vectors = model.embed([new[key] for key in hashes])
                self._cache.put(self.identity, hashes, vectors)
                advance(len(batch))

    def vectors(self, texts: Sequence[str], progress: Progress | None = None) -> Vector:
        """The vectors of *texts*: float32, shape (texts, dimensions), each row of length 1.

        Raises as `remember`, which embeds those that are new.
        """
        self.remember(texts, progress)
        vectors = np.empty((len(texts), self._model.dimensions), np.float32)
        hashes = [_hash(text) for text in texts]
        for start in range(0, len(hashes), _READ_TOGETHER):
            wanted = hashes[start : start + _READ_TOGETHER]
            known = self._cache.get(self.identity, wanted)
            vectors[start : start + len(wanted)] = [known[key] for key in wanted]
        return vectors

    def _at_work(self) -> AbstractContextManager[EmbeddingModel]:
        return self._in_place() if self._in_place else nullcontext(self._model)

    def _unknown(self, texts: Sequence[str]) -> dict[str, str]:
        """The texts that the cache does not know, by their hashes."""
        of_hash = {_hash(text): text for text in texts}
        known = self._cache.known(self.identity, list(of_hash))
        return {key: text for key, text in of_hash.items() if key not in known}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
