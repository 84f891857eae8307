"""How fast documents are indexed once more: with nothing changed, and with one file in a hundred.

A made-up repository of Python modules goes through the functions that the assets call, in one
process. The vectors of its first state are made up too, and put in the cache; those of what changes
are made by the model, whose import is not counted.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import polars as pl

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.documents.chunking.tokens import Tokenizer
from hyperion_pipelines.documents.chunking.update import update_chunks
from hyperion_pipelines.documents.embedding.embed import Embedding
from hyperion_pipelines.documents.embedding.model import SentenceTransformerModel, model_folder
from hyperion_pipelines.documents.extraction.reading import DocumentFrames
from hyperion_pipelines.documents.extraction.update import update_documents
from hyperion_pipelines.documents.grading.golden_queries import SearchedTables
from hyperion_pipelines.documents.publishing import publish_vectors
from hyperion_pipelines.git.tree import read_tree
from hyperion_pipelines.sample.history_writer import Commit, HistoryWriter, Person
from hyperion_pipelines.schemas import TABLES
from hyperion_pipelines.stores.edge_vectors import EdgeVectors
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache
from tests.benchmarks.figures import Figure

FILES = 1_500
FUNCTIONS = 6
CHANGED = FILES // 100
TOKENS = 256
WRITER = Person("Ada", "ada@example.org")
WHEN = datetime(2026, 1, 5, tzinfo=UTC)
BEGINNINGS, ENDS = ("ba", "co", "di", "fe", "gu", "ki"), ("lor", "ment", "nt", "sa", "tter")
WORDS = [beginning + end for beginning in BEGINNINGS for end in ENDS]


class Known(NamedTuple):
    """What a run leaves for the next one."""

    files: DocumentFrames
    chunks: pl.DataFrame
    grades: pl.DataFrame


def run() -> Iterator[Figure]:
    """Chunks a second of a run that finds nothing new, and of one that finds a hundredth new."""
    numbers = random.Random(0)
    files = {f"shop/module_{number}.py": _module(numbers) for number in range(FILES)}
    news = {path: files[path] + _function(numbers) for path in list(files)[:CHANGED]}
    with TemporaryDirectory() as folder:
        indexing = _Indexing(Path(folder))
        with HistoryWriter(indexing.git_dir) as writer:
            writer.add(Commit(message="All", files=files, author=WRITER, time=WHEN))
            new = writer.add(Commit(message="New", files=news, author=WRITER, time=WHEN))
        first = f"{writer.shas[new]}~1"
        known = indexing.run(first, indexing.nothing(), makes_up=True)
        for what, commit, target in (
            ("nothing changed", first, 5_000),
            ("1 % changed", writer.shas[new], 1_000),
        ):
            started = time.perf_counter()
            chunks = indexing.run(commit, known).chunks.height
            speed = chunks / (time.perf_counter() - started)
            yield Figure(
                f"index {chunks:,} chunks again, {what}, a second", speed, target, "higher", "1/s"
            )


class _Indexing:
    """Runs over the repository `shop`, in a folder with its vectors and their cache."""

    def __init__(self, folder: Path) -> None:
        self.git_dir = folder / "shop.git"
        self._store = EdgeVectors(folder / "vectors")
        self._cache = EmbeddingCache(folder / "embeddings.sqlite")
        self._model = SentenceTransformerModel(model_folder(""))
        self._tokenizer = Tokenizer.of(self._model.folder)
        self._model.embed(["What is imported now is not counted."])

    def nothing(self) -> Known:
        """What there is before the first run."""
        files, documents, chunks, grades = (
            TABLES[table].to_frame()
            for table in ("document_files", "documents", "chunks", "search_grades")
        )
        return Known(DocumentFrames(files, documents), chunks, grades)

    def run(self, commit: str, known: Known, *, makes_up: bool = False) -> Known:
        """Index *commit*; with *makes_up*, with vectors of chunks that no model made."""
        tree = read_tree(self.git_dir, commit, read_filters())
        files = update_documents(self.git_dir, tree, known.files).tables
        chunks = update_chunks(
            files.documents, known.chunks, slug="shop", tokenizer=self._tokenizer, limit=TOKENS
        ).rows
        if makes_up:
            self._make_up(chunks["content_hash"].unique().to_list())
        histories = (TABLES[table].to_frame() for table in ("commits", "changes"))
        published = publish_vectors(
            "shop",
            SearchedTables(chunks, files.documents, *histories),
            known.grades,
            store=self._store,
            embedding=Embedding(self._model, self._cache),
        )
        return Known(files, chunks, published.grades)

    def _make_up(self, hashes: list[str]) -> None:
        vectors = np.random.default_rng(0).normal(size=(len(hashes), self._model.dimensions))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        self._cache.put(self._model.identity, hashes, vectors.astype(np.float32))


def _module(numbers: random.Random) -> str:
    return "".join(_function(numbers) for _ in range(FUNCTIONS))


def _function(numbers: random.Random) -> str:
    """A function with a sentence of documentation and some statements."""
    name = "_".join(numbers.choices(WORDS, k=4))
    sentence = " ".join(numbers.choices(WORDS, k=12)).capitalize()
    statements = (
        f"    {numbers.choice(WORDS)} = {numbers.choice(WORDS)}({numbers.random():.3f})\n"
        for _ in range(12)
    )
    return f'def {name}(order):\n    """{sentence}."""\n{"".join(statements)}    return order\n\n\n'
