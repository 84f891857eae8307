"""Embedding many texts: each once, in their order, kept as they are done."""

import hashlib
import logging
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from hyperion_pipelines.documents.embedding.embed import WRITTEN_TOGETHER, Embedding
from hyperion_pipelines.progress import Logged
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache
from hyperion_pipelines.stores.vectors import Vector


@dataclass
class DigestModel:
    """Makes a vector of a text's digest, and remembers what it was asked for."""

    identity: str = "digest"
    dimensions: int = 32
    seen: list[str] = field(default_factory=list[str])

    def embed(self, texts: Sequence[str]) -> Vector:
        """The bytes of each text's SHA-256, at length 1."""
        self.seen += texts
        digests = b"".join(hashlib.sha256(text.encode()).digest() for text in texts)
        vectors = np.frombuffer(digests, np.uint8).reshape(-1, 32).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def cache(tmp_path: Path) -> EmbeddingCache:
    return EmbeddingCache(tmp_path / "embeddings.sqlite")


def test_vectors_are_in_the_order_of_the_texts_whatever_their_lengths(
    cache: EmbeddingCache,
) -> None:
    texts = ["b" * 300, "a", "c" * 90_000, "dd", ""]
    model = DigestModel()
    embedded = Embedding(model, cache).vectors(texts)
    assert embedded.dtype == np.float32
    assert np.array_equal(embedded, model.embed(texts))


def test_a_text_that_is_there_twice_is_embedded_once(cache: EmbeddingCache) -> None:
    model = DigestModel()
    embedded = Embedding(model, cache).vectors(["same", "other", "same"])
    assert sorted(model.seen) == ["other", "same"]
    assert np.array_equal(embedded[0], embedded[2])


def test_a_second_run_embeds_what_is_new_and_gives_the_same_vectors(cache: EmbeddingCache) -> None:
    first = Embedding(DigestModel(), cache).vectors(["a", "b"])
    model = DigestModel()
    second = Embedding(model, cache).vectors(["b", "new", "a"])
    assert model.seen == ["new"]
    assert np.array_equal(second[[2, 0]], first)


def test_another_model_embeds_all_anew(cache: EmbeddingCache) -> None:
    Embedding(DigestModel("one"), cache).vectors(["a"])
    model = DigestModel("other")
    Embedding(model, cache).vectors(["a"])
    assert model.seen == ["a"]


def test_no_texts_make_no_rows_of_the_models_width(cache: EmbeddingCache) -> None:
    assert Embedding(DigestModel(), cache).vectors([]).shape == (0, 32)


def test_progress_counts_the_texts_that_are_new(
    cache: EmbeddingCache, caplog: pytest.LogCaptureFixture
) -> None:
    Embedding(DigestModel(), cache).vectors(["known"])
    with caplog.at_level(logging.INFO):
        progress = Logged(logging.getLogger("embedding"))
        Embedding(DigestModel(), cache).vectors(["known", "a", "b", "a"], progress)
    assert [message.startswith("embedding: 2 texts in") for message in caplog.messages] == [True]


class FailingModel(DigestModel):
    """Fails at the shortest text, which comes last."""

    def embed(self, texts: Sequence[str]) -> Vector:
        """As above, unless the text is there."""
        if "x" in texts:
            raise RuntimeError("out of memory")
        return super().embed(texts)


def test_batches_that_were_done_are_kept_where_a_later_one_fails(cache: EmbeddingCache) -> None:
    texts = ["x", *(letter * WRITTEN_TOGETHER for letter in "abc")]
    with pytest.raises(RuntimeError, match="out of memory"):
        Embedding(FailingModel(), cache).vectors(texts)
    model = DigestModel()
    Embedding(model, cache).vectors(texts)
    assert model.seen == ["x"]


# Two texts a batch; it says so when the third batch begins, and never ends that.
KILLED_RUN = """
import sys, time
from pathlib import Path
import numpy as np
from hyperion_pipelines.documents.embedding.embed import WRITTEN_TOGETHER, Embedding
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache

class Model:
    identity, dimensions, batches = "digest", 32, 0
    def embed(self, texts):
        self.batches += 1
        if self.batches == 3:
            print("third", flush=True)
            time.sleep(60)
        return np.full((len(texts), 32), 0.5, np.float32)

texts = [letter * (WRITTEN_TOGETHER // 2) for letter in "abcdefgh"]
Embedding(Model(), EmbeddingCache(Path(sys.argv[1]))).vectors(texts)
"""


def test_a_killed_run_keeps_the_batches_that_were_done(cache: EmbeddingCache) -> None:
    command = [sys.executable, "-c", KILLED_RUN, str(cache.file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"third\n"
        process.kill()
    model = DigestModel()
    texts = [letter * (WRITTEN_TOGETHER // 2) for letter in "abcdefgh"]
    embedded = Embedding(model, cache).vectors(texts)
    assert model.seen == texts[4:]
    assert (embedded[:4] == 0.5).all()


WITHOUT_PYTORCH = """
import sys
from pathlib import Path
import numpy as np
from hyperion_pipelines.documents.embedding.embed import Embedding
from hyperion_pipelines.documents.embedding.model import SentenceTransformerModel, model_folder
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache
from hashlib import sha256

model = SentenceTransformerModel(model_folder(""))
cache = EmbeddingCache(Path(sys.argv[1]))
cache.put(model.identity, [sha256(b"known").hexdigest()], np.ones((1, 384), np.float32))
print(Embedding(model, cache).vectors(["known"]).shape, Embedding(model, cache).vectors([]).shape)
print({"torch", "transformers", "sentence_transformers"} & sys.modules.keys())
"""


def test_where_all_is_known_neither_pytorch_nor_the_weights_are_loaded(
    cache: EmbeddingCache,
) -> None:
    command = [sys.executable, "-c", WITHOUT_PYTORCH, str(cache.file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["(1, 384) (0, 384)", "set()"]
