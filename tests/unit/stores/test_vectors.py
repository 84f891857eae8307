"""Either form of the store finds the same, by both rankings, and always of one whole version."""

import random
import shutil
import threading
import time
import traceback
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import qdrant_edge
from qdrant_client import QdrantClient

from hyperion_pipelines.stores import edge_vectors
from hyperion_pipelines.stores.edge_vectors import EdgeVectors
from hyperion_pipelines.stores.qdrant_vectors import QdrantVectors, connect
from hyperion_pipelines.stores.vectors import (
    PAYLOAD,
    PassageFilter,
    Rankings,
    SparseVector,
    VectorStore,
    VectorStoreError,
)
from tests.store_processes import process
from tests.vector_points import (
    DIMENSIONS,
    EVERYTHING,
    anything,
    asking,
    chunk,
    payloads,
    points,
    published,
    random_points,
    texts,
    unit,
    version_points,
)

pytestmark = pytest.mark.filterwarnings(
    "ignore:Payload indexes have no effect in the local Qdrant",
    "ignore:Local mode performs exact",
)

VERSIONS = [f"v{number}" for number in range(1, 11)]
FILTERS = [
    EVERYTHING,
    PassageFilter(kinds=("code",)),
    PassageFilter(kinds=("code", "api"), languages=("python",)),
    PassageFilter(path_prefix="src/http"),
    PassageFilter(kinds=("api",), path_prefix="docs/", languages=("go",)),
    PassageFilter(kinds=("no such kind",)),
]


@pytest.fixture(params=["edge", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    """An empty store of either form."""
    if request.param == "edge":
        yield EdgeVectors(tmp_path / "vectors")
    else:
        with closing(QdrantClient(":memory:")) as client:
            yield QdrantVectors(client)


@pytest.fixture
def edge(tmp_path: Path) -> EdgeVectors:
    return EdgeVectors(tmp_path / "vectors")


def is_wanted(row: Mapping[str, Any], passages: PassageFilter) -> bool:
    """Whether a filter lets a chunk through."""
    return (
        (not passages.kinds or row["kind"] in passages.kinds)
        and (not passages.languages or row["language"] in passages.languages)
        and row["path"].startswith(passages.path_prefix)
    )


def test_nothing_is_found_before_the_first_version(store: VectorStore) -> None:
    assert store.published("shop") is None
    assert store.count("shop") == 0
    assert store.search("shop", anything()) == ((), (), None)


def test_what_is_built_is_found_by_its_name_alone_until_it_is_published(store: VectorStore) -> None:
    store.build("shop", "v1", version_points("v1"))
    assert (store.published("shop"), store.count("shop"), texts(store)) == (None, 0, set())
    assert texts(store, version="v1") == {"v1"}
    store.publish("shop", "v1")
    assert (store.published("shop"), store.count("shop"), texts(store)) == ("v1", 20, {"v1"})


def test_the_last_two_versions_stay(store: VectorStore) -> None:
    for version in VERSIONS[:3]:
        published(store, "shop", version, version_points(version))
    assert texts(store) == {"v3"}
    assert texts(store, version="v2") == {"v2"}
    with pytest.raises(VectorStoreError):
        store.search("shop", anything(), version="v1")


def test_publishing_once_more_changes_nothing(store: VectorStore) -> None:
    for version in ("v1", "v2"):
        published(store, "shop", version, version_points(version))
    store.publish("shop", "v2")
    assert (texts(store), texts(store, version="v1")) == ({"v2"}, {"v1"})


def test_a_version_that_was_not_published_is_built_again(store: VectorStore) -> None:
    for text in ("rejected", "better"):
        store.build("shop", "v1", version_points(text))
        assert texts(store, version="v1") == {text}
    store.publish("shop", "v1")
    assert texts(store) == {"better"}


def test_what_is_published_is_not_built_again(store: VectorStore) -> None:
    published(store, "shop", "v1", version_points("v1"))
    with pytest.raises(VectorStoreError, match=r"v1 of shop is published: build another"):
        store.build("shop", "v1", version_points("changed"))
    assert texts(store) == {"v1"}


def test_what_was_not_built_is_not_published(store: VectorStore) -> None:
    published(store, "shop", "v1", version_points("v1"))
    with pytest.raises(VectorStoreError, match=r"no version v2 of shop: build it first"):
        store.publish("shop", "v2")
    assert store.published("shop") == "v1"


def test_repositories_are_apart(store: VectorStore) -> None:
    """Also where the name of one begins with that of another."""
    for slug in ("shop", "shop.js", "shop-2"):
        published(store, slug, "v1", version_points(slug))
        published(store, slug, "v2", version_points(slug))
    store.remove("shop")
    assert (store.published("shop"), texts(store)) == (None, set())
    assert texts(store, slug="shop.js") == {"shop.js"}
    assert texts(store, slug="shop-2", version="v1") == {"shop-2"}


def test_a_repository_that_was_removed_comes_back_with_what_is_built_then(
    store: VectorStore,
) -> None:
    store.remove("shop")
    for text in ("before", "after"):
        published(store, "shop", "v1", version_points(text))
        assert texts(store) == {text}
        store.remove("shop")


@pytest.mark.parametrize("passages", FILTERS)
def test_dense_vectors_are_ranked_by_their_cosine(
    store: VectorStore, passages: PassageFilter
) -> None:
    made = random_points(300)
    published(store, "shop", "v1", made)
    question = unit(np.random.default_rng(1).standard_normal(DIMENSIONS, np.float32))
    found = store.search("shop", asking(question, limit=20, passages=passages))
    rows = zip(made.chunks.to_dicts(), made.dense @ question, strict=True)
    wanted = [(score, row["chunk_id"]) for row, score in rows if is_wanted(row, passages)]
    wanted = sorted(wanted, reverse=True)[:20]
    assert [hit.chunk_id for hit in found.dense] == [chunk_id for _, chunk_id in wanted]
    assert [hit.score for hit in found.dense] == pytest.approx([score for score, _ in wanted])
    assert found.sparse == ()


def test_sparse_vectors_are_ranked_by_bm25_with_the_idf_of_the_repository(
    store: VectorStore,
) -> None:
    """A term in one of three chunks weighs ln(1 + 2.5/1.5), a term in two ln(1 + 1.5/2.5)."""
    sparse = [{1: 1.5, 2: 0.5}, {2: 2.0}, {3: 1.0}]
    published(store, "shop", "v1", points([chunk(number) for number in range(3)], sparse=sparse))
    published(store, "other", "v1", points([chunk(0)], sparse=[{1: 1.0}]))
    found = store.search("shop", asking(sparse={1: 1.0, 2: 1.0, 99: 1.0}))
    assert [of["ordinal"] for of in payloads(store, found, found.sparse)] == [0, 1]
    assert [hit.score for hit in found.sparse] == pytest.approx([1.7062458, 0.9400073], abs=1e-5)
    assert found.dense == ()


@pytest.mark.parametrize("passages", FILTERS)
def test_both_forms_rank_alike(edge: EdgeVectors, passages: PassageFilter) -> None:
    """What a filter excludes counts for the IDF of either."""
    made = random_points(300)
    drawn = np.random.default_rng(2)
    question = unit(drawn.standard_normal(DIMENSIONS, np.float32))
    asked = asking(question, {1: 1.0, 5: 1.0, 7: 0.5}, passages=passages, limit=300)
    with closing(QdrantClient(":memory:")) as client:
        server = QdrantVectors(client)
        found: list[Rankings] = []
        for store in (edge, server):
            published(store, "shop", "v1", made)
            found.append(store.search("shop", asked))
    for ranking, other in zip(*(each[:2] for each in found), strict=True):
        scores = {hit.chunk_id: hit.score for hit in other}
        assert {hit.chunk_id: hit.score for hit in ranking} == pytest.approx(scores, abs=1e-5)
        assert [hit.chunk_id for hit in ranking] == [hit.chunk_id for hit in other]


def test_equal_scores_are_in_the_order_of_their_chunk_ids(store: VectorStore) -> None:
    numbers = random.Random(0).sample(range(1000), 30)
    made = points([chunk(number) for number in numbers], sparse=[{1: 1.0}] * 30)
    published(store, "shop", "v1", made)
    found = store.search("shop", anything()._replace(sparse=SparseVector([1], [1.0])))
    in_order = [str(uuid.UUID(int=number)) for number in sorted(numbers)]
    assert [[hit.chunk_id for hit in ranking] for ranking in found[:2]] == [in_order] * 2


def test_a_repository_without_chunks_has_a_version(store: VectorStore) -> None:
    empty = points([], dense=np.empty((0, DIMENSIONS), np.float32))
    published(store, "shop", "v1", empty)
    asked = anything()._replace(sparse=SparseVector([1], [1.0]))
    assert (store.published("shop"), store.count("shop")) == ("v1", 0)
    assert [list(ranking) for ranking in store.search("shop", asked)[:2]] == [[], []]


def test_a_question_without_terms_finds_nothing_by_terms(store: VectorStore) -> None:
    published(store, "shop", "v1", random_points(10))
    assert list(store.search("shop", asking(sparse={})).sparse) == []


def test_the_payload_comes_back_as_it_was(store: VectorStore) -> None:
    """Any Unicode, and what is not known."""
    drawn = random.Random(0)
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    strange = [
        "",
        " ",
        "\0",
        "\r\n",
        "'\"\\",
        *("".join(drawn.sample(characters, 30)) for _ in "x" * 45),
    ]
    made = points([chunk(number, text=text, heading=text) for number, text in enumerate(strange)])
    published(store, "shop", "v1", made)
    found = store.search("shop", anything())
    assert payloads(store, found, found.dense) == made.chunks.select(PAYLOAD).to_dicts()


def test_payloads_come_in_the_order_that_is_asked_for(store: VectorStore) -> None:
    made = random_points(30)
    published(store, "shop", "v1", made)
    ids = [str(uuid.UUID(int=number)) for number in (7, 3, 29)]
    assert [of["ordinal"] for of in store.payloads("shop", ids, version="v1")] == [7, 3, 29]


def test_the_payloads_of_what_was_found_are_there_after_the_next_publishing(
    store: VectorStore,
) -> None:
    published(store, "shop", "v1", version_points("v1"))
    found = store.search("shop", anything())
    published(store, "shop", "v2", version_points("v2"))
    assert {of["text"] for of in payloads(store, found, found.dense)} == {"v1"}


def test_a_path_may_have_any_characters(store: VectorStore) -> None:
    paths = ["søk/日本/🦊.py", "søk/日本.py", "so/a.py", "søk", "a b/\n.py"]
    published(store, "shop", "v1", points([chunk(i, path=path) for i, path in enumerate(paths)]))
    for prefix in ("søk/日", "søk", "a b/\n", ".*"):
        found = store.search("shop", anything()._replace(filter=PassageFilter(path_prefix=prefix)))
        wanted = [path for path in paths if path.startswith(prefix)]
        assert [of["path"] for of in payloads(store, found, found.dense)] == wanted


def test_a_question_of_another_model_is_an_error(store: VectorStore) -> None:
    published(store, "shop", "v1", random_points(10))
    with pytest.raises(VectorStoreError, match=r"\b8\b.*\b5\b|analyse the repository again"):
        store.search("shop", asking(np.ones(5, np.float32)))


def test_what_is_large_is_found_by_its_graph(
    edge: EdgeVectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nearly all of the ten nearest, and each with its true score."""
    monkeypatch.setattr(edge_vectors, "SCANNED_KIBIBYTES", 10)
    made = random_points(3_000)
    published(edge, "shop", "v1", made)
    with closing(qdrant_edge.EdgeShard.load(str(tmp_path / "vectors/shop/v1"))) as shard:
        assert shard.info().indexed_vectors_count == 2 * 3_000  # dense and sparse
    questions = unit(np.random.default_rng(3).standard_normal((20, DIMENSIONS), np.float32))
    recalled = 0
    for question in questions:
        scores = made.dense @ question
        nearest = {str(uuid.UUID(int=int(row))) for row in np.argsort(-scores)[:10]}
        hits = edge.search("shop", asking(question, limit=10)).dense
        recalled += len(nearest & {hit.chunk_id for hit in hits})
        of_hits = [scores[uuid.UUID(hit.chunk_id).int] for hit in hits]
        assert [hit.score for hit in hits] == pytest.approx(of_hits, abs=1e-5)
    assert recalled >= 0.95 * 200


def read_until_the_last_version(root: Path) -> None:
    """Search in a loop; an answer of two versions, or none, is an error."""
    store = EdgeVectors(root)
    deadline = time.monotonic() + 60
    while (found := texts(store)) != {VERSIONS[-1]}:
        assert len(found) == 1
        assert time.monotonic() < deadline
        (root / "started").touch()


def test_another_process_searches_while_versions_are_published(
    edge: EdgeVectors, tmp_path: Path
) -> None:
    published(edge, "shop", "v1", version_points("v1"))
    reader = process(read_until_the_last_version, tmp_path / "vectors")
    for version in VERSIONS[1:]:
        published(edge, "shop", version, version_points(version))
    reader.join()
    assert reader.exitcode == 0


def test_threads_search_while_versions_are_published(edge: EdgeVectors) -> None:
    """The shard that a thread searches is not closed under it."""
    published(edge, "shop", "v1", version_points("v1"))
    done = threading.Event()

    def read() -> set[int]:
        sizes: set[int] = set()
        while not done.is_set():
            sizes.add(len(texts(edge)))
            time.sleep(0.001)
        return sizes

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for version in VERSIONS[1:5]:
            published(edge, "shop", version, version_points(version))
        done.set()
    assert [reader.result() for reader in readers] == [{1}] * 2


def build_on_and_on(root: Path) -> None:
    """Build and publish versions until it is killed."""
    store = EdgeVectors(root)
    (root / "started").touch()
    for number in range(1_000_000):
        published(store, "shop", f"n{number}", version_points(f"n{number}", 2_000))


def test_a_kill_leaves_a_whole_version_and_hinders_no_later_one(
    edge: EdgeVectors, tmp_path: Path
) -> None:
    root = tmp_path / "vectors"
    published(edge, "shop", "v1", version_points("v1", 2_000))
    for seconds in (0.0, 0.1, 0.23):
        builder = process(build_on_and_on, root)
        time.sleep(seconds)
        builder.kill()
        builder.join()
        assert texts(EdgeVectors(root)) == {edge.published("shop")}
        assert edge.count("shop") == 2_000
    published(edge, "shop", "last", version_points("last"))
    assert texts(edge) == {"last"}
    assert not list((root / "shop").glob(".*"))


@pytest.mark.parametrize("lost", ["segments", "edge_config.json", "segments/*/version.info"])
def test_a_damaged_index_is_an_error_that_says_what_to_do(
    edge: EdgeVectors, tmp_path: Path, lost: str
) -> None:
    published(edge, "shop", "v1", version_points("v1"))
    found = list((tmp_path / "vectors/shop/v1").glob(lost))
    assert found
    for path in found:
        shutil.rmtree(path) if path.is_dir() else path.write_bytes(b"")
    with pytest.raises(VectorStoreError, match=r"index of shop is damaged: remove the repository"):
        edge.search("shop", anything())


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    store = connect("http://me:hush@127.0.0.1:1")
    with pytest.raises(VectorStoreError, match=r"http://127\.0\.0\.1:1 does not answer") as wrong:
        store.search("shop", anything())
    assert "hush" not in "".join(traceback.format_exception(wrong.value))
