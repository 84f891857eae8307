"""How fast texts are embedded, against sentence-transformers as it comes, and how alike they are.

Both embed the same texts in turn, in rounds; the ratio is that of their medians. The texts are
pieces of this project's own sources and documents, of very different lengths. How long a single
question takes in a process of its own is mostly what is imported: with PyTorch, and without.
"""

import hashlib
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from hyperion_pipelines.documents.chunking.tokens import Tokenizer
from hyperion_pipelines.documents.embedding.export import export
from hyperion_pipelines.documents.embedding.model import (
    SentenceTransformerModel,
    model_folder,
    processor_precision,
)
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache
from hyperion_pipelines.stores.vectors import Vector
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import measure
from tests.benchmarks.repositories import PROJECT

TEXTS = 160
ROUNDS = 5
KNOWN = 100_000
BY_PYTORCH = """
from hyperion_pipelines.documents.embedding.model import SentenceTransformerModel, model_folder
SentenceTransformerModel(model_folder("")).embed(["How are retries configured?"])
"""
EXPORTED = """
import sys
from pathlib import Path
from hyperion_pipelines.documents.embedding.exported import ExportedModel
from hyperion_pipelines.documents.embedding.model import SentenceTransformerModel, model_folder
model = SentenceTransformerModel(model_folder(""))
ExportedModel(model, Path(sys.argv[1])).embed(["How are retries configured?"])
"""


def run() -> Iterator[Figure]:
    """The figures of the model and of the cache."""
    yield from embedding()
    yield from one_question()
    yield from reading_the_cache()


def one_question() -> Iterator[Figure]:
    """What a process pays that embeds one question: by PyTorch, and by the exported model."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        export(model_folder(""), file)
        commands = {
            "by PyTorch": ([sys.executable, "-c", BY_PYTORCH], 12.0),
            "exported": ([sys.executable, "-c", EXPORTED, str(file)], 2.0),
        }
        for name, (command, target) in commands.items():
            once = statistics.median(measure(command).processor for _ in range(3))
            yield Figure(f"one question, {name}, processor time", once, target, "lower", "s")


def embedding() -> Iterator[Figure]:
    """The speed of both, and the least cosine between what they make of a text."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformerModel(model_folder(""))
    default = SentenceTransformer(str(model.folder), local_files_only=True)
    default.max_seq_length = model.max_tokens
    texts = pieces(model)

    def as_it_comes() -> Vector:
        return default.encode(texts, batch_size=32, normalize_embeddings=True)

    cosines = (model.embed(texts) * as_it_comes()).sum(axis=1)
    short = float(1 - cosines.min()) * 1e6
    yield Figure("millionths that the least cosine is short of 1", short, 100.0, "lower")
    rounds = [(seconds(as_it_comes), seconds(lambda: model.embed(texts))) for _ in range(ROUNDS)]
    theirs, ours = (statistics.median(taken) for taken in zip(*rounds, strict=True))
    # Without instructions for bfloat16, all that is left to gain is padding.
    target = 2.0 if processor_precision() == "bfloat16" else 1.0
    yield Figure("texts a second, times those of the default", theirs / ours, target, "higher")
    yield Figure("texts a second", len(texts) / ours, 10.0, "higher", "/s")


def reading_the_cache() -> Iterator[Figure]:
    """How long it takes to find the vectors of many texts."""
    hashes = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(KNOWN)]
    vectors = np.random.default_rng(0).random((KNOWN, 384), np.float32)
    with TemporaryDirectory() as folder:
        cache = EmbeddingCache(Path(folder) / "embeddings.sqlite")
        cache.put("model", hashes, vectors)
        random.Random(0).shuffle(hashes)
        taken = statistics.median(
            seconds(lambda: cache.get("model", hashes)) for _ in range(ROUNDS)
        )
    yield Figure(f"cache: look up {KNOWN:,} vectors", taken, 2.0, "lower", "s")


def pieces(model: SentenceTransformerModel) -> list[str]:
    """Stretches of 2 to 40 lines of this project's files, all that the model can read whole."""
    chance = random.Random(0)
    files = sorted(PROJECT.glob("hyperion_pipelines/**/*.py")) + sorted(PROJECT.glob("docs/*.md"))
    lines = [line for file in files for line in file.read_text().splitlines()]
    texts: list[str] = []
    while len(texts) < TEXTS:
        start = chance.randrange(len(lines))
        text = "\n".join(lines[start : start + chance.choice([2, 5, 10, 15, 25, 40])])
        if Tokenizer.of(model.folder).count([text])[0] <= model.max_tokens:
            texts.append(text)
    return texts


def seconds(work: Callable[[], object]) -> float:
    """How long *work* takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
