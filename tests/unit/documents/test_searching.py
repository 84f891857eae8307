"""Questions answered with passages, out of the store itself."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

import numpy as np
import polars as pl
import pytest

from hyperion_pipelines.documents.search.bm25 import document_vectors, searched_text
from hyperion_pipelines.documents.search.passages import Passage
from hyperion_pipelines.documents.search.searching import Searcher, Way
from hyperion_pipelines.documents.search.terms import terms
from hyperion_pipelines.stores.edge_vectors import EdgeVectors
from hyperion_pipelines.stores.vectors import (
    PassageFilter,
    Points,
    Vector,
)

# What the model of these tests takes for one and the same.
MEANINGS = (
    {"retry", "retries", "again", "attempts"},
    {"timeout", "slow", "seconds", "wait"},
    {"certificate", "tls", "ssl", "verify"},
)
LANGUAGES = {"md": "Markdown", "py": "Python", "go": "Go"}
COLUMNS = ("path", "kind", "start_line", "end_line", "heading", "text")
CLIENT = (
    ("docs/usage.md", "markdown", 10, 14, "Retries", "Try it again and again: set max_retries."),
    ("docs/usage.md", "markdown", 14, 20, "Retries", "Never retry a payment."),
    ("docs/tls.md", "markdown", 1, 5, "Certificates", "How to verify a server."),
    ("src/client.py", "api", 30, 40, "Session.request", "def request(url): send a request"),
    ("src/client.py", "code", 30, 70, "Session.request", "def request(url): return send(url)"),
    ("src/client.py", "code", 72, 75, "Session.close", "def close(self): self.pool.clear()"),
    ("src/errors.py", "code", 5, 9, "check", 'raise TypeError("the url is no text")'),
    ("src/cli.py", "code", 3, 9, "main", 'option("--fail-above", type=float)'),
)
SERVER = (
    ("server/wait.go", "code", 1, 9, "Wait", "// Wait is slow: seconds until a timeout"),
    ("README.md", "readme", 1, 9, "Server", "A server that answers requests."),
)


def embed(text: str) -> Vector:
    """A vector of length 1: how often each of MEANINGS is named, and any other word a little."""
    vector = np.zeros(len(MEANINGS) + 64, np.float32)
    vector[-1] = 0.01
    for word in terms(pl.Series([text])).item().lower().split():
        named = [at for at, meaning in enumerate(MEANINGS) if word in meaning]
        vector[named or [len(MEANINGS) + crc32(word.encode()) % 63]] += 1 if named else 0.3
    return vector / np.float32(np.linalg.norm(vector))


def points(slug: str, rows: Sequence[tuple[object, ...]]) -> Points:
    """The points of a repository's chunks."""
    chunks = pl.DataFrame(rows, schema=COLUMNS, orient="row").with_columns(
        chunk_id=pl.Series([str(uuid5(NAMESPACE_URL, f"{slug} {row}")) for row in rows]),
        repository=pl.lit(slug),
        ordinal=pl.int_range(pl.len()),
        language=pl.col("path").str.extract(r"(\w+)$").replace(LANGUAGES),
        symbol=pl.when(pl.col("kind").is_in(["api", "code"])).then("heading"),
    )
    texts = chunks.select(searched_text()).to_series()
    dense = np.stack([embed(text) for text in texts])
    return Points(chunks, dense, document_vectors(texts))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EdgeVectors:
    """The vectors of `client` and `server`."""
    store = EdgeVectors(tmp_path_factory.mktemp("vectors"))
    for slug, rows in {"client": CLIENT, "server": SERVER}.items():
        store.build(slug, "1", points(slug, rows))
        store.publish(slug, "1")
    return store


def places(passages: list[Passage]) -> list[str]:
    return [f"{passage.path}:{passage.start_line}" for passage in passages]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("max_retries", "docs/usage.md:10"),
        ("maxRetries", "docs/usage.md:10"),
        ("Session.request", "src/client.py:30"),
        ("Session::close", "src/client.py:72"),
        ("--fail-above", "src/cli.py:3"),
        ("src/errors.py", "src/errors.py:5"),
        ("TypeError: the url is no text", "src/errors.py:5"),
        ("How do I verify the certificate of a server?", "docs/tls.md:1"),
        ("How many attempts are made?", "docs/usage.md:10"),
    ],
)
def test_names_options_paths_errors_and_questions_find_their_passage(
    store: EdgeVectors, query: str, best: str
) -> None:
    assert places(Searcher(store, embed).search(query, ["client"]))[0] == best


def test_a_passage_says_where_it_stands_and_how_it_was_found(store: EdgeVectors) -> None:
    first = Searcher(store, embed).search("retry", ["client"])[0]

    assert (first.repository, first.path, first.end_line) == ("client", "docs/usage.md", 14)
    assert (first.kind, first.language, first.symbol) == ("markdown", "Markdown", None)
    assert first.heading == "Retries"
    assert first.text == "Try it again and again: set max_retries."
    assert (first.dense_rank, first.bm25_rank) == (1, 2)
    assert first.score == pytest.approx(1 / 11 + 1 / 12)


def test_repositories_are_searched_as_one(store: EdgeVectors) -> None:
    found = Searcher(store, embed).search("timeout of a request", ["client", "server", "client"])

    assert {passage.repository for passage in found} == {"client", "server"}
    assert len({passage.chunk_id for passage in found}) == len(found)
    assert sorted(found, key=lambda passage: -passage.score) == found


def test_passages_of_the_same_lines_or_symbol_are_shown_once(store: EdgeVectors) -> None:
    found = places(Searcher(store, embed).search("retry a request", ["client"]))

    assert len(found) == len(set(found)) == 6
    assert sum(place.startswith("docs/usage.md") for place in found) == 1
    assert "src/client.py:72" in found


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (PassageFilter(kinds=["markdown"]), {"docs/usage.md", "docs/tls.md"}),
        (PassageFilter(path_prefix="src/c"), {"src/client.py", "src/cli.py"}),
        (PassageFilter(languages=["Go"]), {"server/wait.go"}),
        (PassageFilter(kinds=["code"], languages=["Markdown"]), set[str]()),
    ],
)
def test_a_filter_leaves_what_is_asked_for(
    store: EdgeVectors, wanted: PassageFilter, expected: set[str]
) -> None:
    found = Searcher(store, embed).search("request", ["client", "server"], filter=wanted)

    assert {passage.path for passage in found} == expected


@pytest.mark.parametrize(("way", "other"), [("dense", "bm25_rank"), ("bm25", "dense_rank")])
def test_one_way_asks_nothing_of_the_other(store: EdgeVectors, way: Way, other: str) -> None:
    found = Searcher(store, embed).search("retry", ["client"], ways=[way])

    assert found
    assert {getattr(passage, other) for passage in found} == {None}


def test_the_limit_is_kept(store: EdgeVectors) -> None:
    assert len(Searcher(store, embed).search("request", ["client", "server"], limit=2)) == 2


@pytest.mark.parametrize("query", ["", " \n", "the", "?!"])
def test_without_words_there_is_nothing_to_find_by_words(store: EdgeVectors, query: str) -> None:
    assert Searcher(store, embed).search(query, ["client"], ways=["bm25"]) == []


def test_nothing_is_found_where_nothing_was_published(store: EdgeVectors) -> None:
    assert Searcher(store, embed).search("retry", ["unknown"]) == []
    assert Searcher(store, embed).search("retry", []) == []


def test_a_version_is_searched_before_it_is_published(store: EdgeVectors) -> None:
    store.build("server", "2", points("server", CLIENT[:1]))
    searcher = Searcher(store, embed)

    assert places(searcher.search("retry", ["server"], version="2")) == ["docs/usage.md:10"]
    assert "docs/usage.md:10" not in places(searcher.search("retry", ["server"]))
