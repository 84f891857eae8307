"""Texts to vectors: those embedded before from the cache, the others by the model.

How a model reads a text is the business of `model`; which texts there are, that of the chunks.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

from hyperion_pipelines.documents.embedding.batches import length_batches
from hyperion_pipelines.documents.embedding.model import EmbeddingModel
from hyperion_pipelines.progress import Progress, Silent
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache
from hyperion_pipelines.stores.vectors import Vector

# Characters that are embedded between two writes to the cache: a few seconds of work, which is what
# a killed run loses.
WRITTEN_TOGETHER = 32_768


def embed_texts(
    texts: Sequence[str],
    model: EmbeddingModel,
    cache: EmbeddingCache,
    *,
    progress: Progress | None = None,
) -> Vector:
    """The vectors of *texts*: float32, shape (texts, dimensions), each row of length 1.

    A text that is there twice is embedded once. What the model makes is in the cache batch by
    batch, longest texts first, so that a run that is killed goes on from there. Raises what the
    model and the cache raise.
    """
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    of_hash = dict(zip(hashes, texts, strict=True))
    vectors = cache.get(model.identity, list(of_hash))
    new = [content_hash for content_hash in of_hash if content_hash not in vectors]
    with (progress or Silent()).stage("embedding", len(new), "texts") as advance:
        for batch in length_batches([len(of_hash[key]) for key in new], WRITTEN_TOGETHER):
            keys = [new[position] for position in batch]
            embedded = model.embed([of_hash[key] for key in keys])
            cache.put(model.identity, keys, embedded)
            vectors.update(zip(keys, embedded, strict=True))
            advance(len(batch))
    if not hashes:
        return np.empty((0, model.dimensions), np.float32)
    return np.stack([vectors[key] for key in hashes])
