"""Vectors on their way to readers: built once, graded, and held back where they find less."""

import zlib
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hyperion_pipelines.documents.embedding.embed import Embedding
from hyperion_pipelines.documents.embedding.model import EmbeddingModel
from hyperion_pipelines.documents.grading.golden_queries import SearchedTables
from hyperion_pipelines.documents.grading.grades import GRADES, SUMMARY
from hyperion_pipelines.documents.publishing import VectorsUpdate, publish_vectors, version_of
from hyperion_pipelines.documents.search.searching import Searcher
from hyperion_pipelines.stores.edge_vectors import EdgeVectors
from hyperion_pipelines.stores.embedding_cache import EmbeddingCache
from hyperion_pipelines.stores.vectors import Vector
from tests.searched_tables import SLUG, searched_tables

WORDS = ("apple", "bread", "candle", "drum", "engine", "feather", "garden", "hammer")


class WordModel:
    """A model that knows a text by its words, each of which has a direction."""

    identity = "words"
    dimensions = 64

    def embed(self, texts: Sequence[str]) -> Vector:
        """The sum of the words, at length 1."""
        vectors = np.full((len(texts), self.dimensions), 0.01, np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in text.lower().split():
                vector[zlib.crc32(word.encode()) % self.dimensions] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def guide(*more: str) -> dict[str, str]:
    """A guide of 28 sections, each about two goods."""
    sections = [
        f"## Buy {one} with {other}\n\nPay {one}, then {other}.\n"
        for one, other in combinations(WORDS, 2)
    ]
    return {"guide.md": "\n".join(["# Guide\n\nHow to buy.\n", *sections, *more])}


class Shop:
    """A home: its store, its cache, and the grades that were published."""

    def __init__(self, folder: Path) -> None:
        self.store = EdgeVectors(folder / "vectors")
        self.cache = EmbeddingCache(folder / "embeddings.sqlite")
        self.grades = GRADES.to_frame()

    def publish(
        self,
        tables: SearchedTables,
        model: EmbeddingModel | None = None,
        *,
        accept_fall: bool = False,
    ) -> VectorsUpdate:
        """Publish *tables*, and keep the grades as the pipeline does."""
        update = publish_vectors(
            SLUG,
            tables,
            self.grades,
            store=self.store,
            embedding=Embedding(model or WordModel(), self.cache),
            accept_fall=accept_fall,
        )
        if update.is_published:
            self.grades = update.grades
        return update


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_the_first_version_is_built_graded_and_found_by_readers(shop: Shop) -> None:
    tables = searched_tables(guide())
    update = shop.publish(tables)
    assert (update.is_published, update.fall) == (True, None)
    assert update.points == tables.chunks.height == shop.store.count(SLUG)
    assert shop.store.published(SLUG) == update.version
    assert update.embedded == tables.chunks["content_hash"].n_unique()
    model = WordModel()
    searcher = Searcher(shop.store, lambda text: model.embed([text])[0])
    assert searcher.search("Buy bread with drum", [SLUG])[0].heading.endswith("bread with drum")


def test_every_question_is_graded_by_each_search_as_readers_get_it(shop: Shop) -> None:
    update = shop.publish(searched_tables(guide()))
    assert update.grades.schema == GRADES
    assert update.summary.schema == SUMMARY
    assert update.grades.group_by("search").len().sort("search").rows() == [
        ("bm25", 28),
        ("dense", 28),
        ("fused", 28),
    ]
    fused = update.summary.filter(search="fused", source="all")
    assert fused["recall"].item() > 0.9


def test_of_an_unchanged_repository_nothing_is_built_embedded_or_asked_again(
    shop: Shop, tmp_path: Path
) -> None:
    tables = searched_tables(guide())
    first = shop.publish(tables)
    built = (tmp_path / "vectors" / SLUG / first.version / "built.json").read_text()
    again = shop.publish(tables, _Refusing())
    assert again.version == first.version
    assert (again.embedded, again.is_published, again.fall) == (0, True, None)
    assert again.grades.equals(first.grades)
    assert again.summary.equals(first.summary)
    assert (tmp_path / "vectors" / SLUG / first.version / "built.json").read_text() == built


class _Refusing(WordModel):
    """Has every text in its cache, or the test fails."""

    def embed(self, texts: Sequence[str]) -> Vector:
        raise AssertionError(texts)


def test_of_a_changed_repository_only_new_texts_are_embedded(shop: Shop) -> None:
    first = shop.publish(searched_tables(guide()))
    second = shop.publish(searched_tables(guide("## Sell a house\n\nTo whoever pays.\n")))
    assert second.version != first.version
    assert (second.embedded, second.is_published) == (1, True)


def test_a_version_that_finds_less_is_held_back_until_a_person_accepts_it(shop: Shop) -> None:
    first = shop.publish(searched_tables(guide()))
    crowded = searched_tables(guide() | crowd())
    second = shop.publish(crowded)
    assert not second.is_published
    assert second.fall is not None
    assert second.fall.startswith("On 28 questions that were asked before, ")
    assert shop.store.published(SLUG) == first.version
    accepted = shop.publish(crowded, accept_fall=True)
    assert (accepted.is_published, accepted.fall) == (True, second.fall)
    assert shop.store.published(SLUG) == second.version != first.version


def crowd() -> dict[str, str]:
    """Notes that repeat what the guide's sections are called, and answer no question."""
    notes = [
        f"## N{number}\n\n{f'Buy {one} with {other} ' * 12}\n"
        for number, (one, other) in enumerate(combinations(WORDS, 2))
    ]
    return {f"{name}.md": "\n".join([f"# {name}\n", *notes]) for name in ("x", "y", "z")}


def test_a_run_killed_before_its_grades_were_written_grades_again(shop: Shop) -> None:
    shop.publish(searched_tables(guide()))
    before = shop.grades
    tables = searched_tables(guide("## Sell a house\n\nTo whoever pays.\n"))
    second = shop.publish(tables)
    for left in (before, GRADES.to_frame()):
        shop.grades = left
        again = shop.publish(tables, _Refusing())
        assert again.embedded == 0
        assert again.grades.equals(second.grades)


def test_new_questions_to_an_unchanged_text_are_asked_of_what_is_published(shop: Shop) -> None:
    first = shop.publish(searched_tables(guide()))
    commit = {"subject": "Say how goods are bought", "paths": ["guide.md"]}
    second = shop.publish(searched_tables(guide(), [commit]))
    assert (second.version, second.embedded) == (first.version, 0)
    assert second.grades.filter(source="commit", search="bm25")["query"].to_list() == [
        "Say how goods are bought"
    ]


def test_a_repository_without_text_has_an_empty_version(shop: Shop) -> None:
    update = shop.publish(searched_tables({}))
    assert (update.points, update.is_published) == (0, True)
    assert update.grades.is_empty()
    assert shop.store.count(SLUG) == 0


def test_a_version_is_named_by_its_chunks_in_any_order_and_its_model() -> None:
    chunks = searched_tables(guide()).chunks
    version = version_of(chunks, "a")
    assert version == version_of(chunks.sample(fraction=1, shuffle=True, seed=1), "a")
    moved = chunks.with_columns(pl.col("start_line") + 1)
    others = {version_of(chunks, "b"), version_of(moved, "a"), version_of(chunks.head(9), "a")}
    assert len(others | {version}) == 4
