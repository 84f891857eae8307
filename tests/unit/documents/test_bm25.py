"""Sparse vectors: which words meet, and how much each weighs."""

import polars as pl
import pytest

from hyperion_pipelines.documents.search.bm25 import (
    BATCH,
    LENGTH_NORMALISATION,
    SATURATION,
    document_vectors,
    query_vector,
    searched_text,
    term_number,
)


def vector_of(text: str, among: int = 1) -> dict[int, float]:
    """Term numbers and weights of a text among that many equal ones."""
    indices, values = document_vectors(pl.Series([text] * among)).row(0)
    return dict(zip(indices, values, strict=True))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("retries", "RETRY"),
        ("failing", "it fails"),
        ("max_retries", "--max-retries"),
        ("retries", "max_retries = 3"),
        ("Session.request", "Session::request()"),
    ],
)
def test_words_meet_in_any_form(said: str, written: str) -> None:
    assert vector_of(written).keys() & set(query_vector(said).indices)


def test_a_whole_name_meets_more_of_the_query_than_its_parts_apart() -> None:
    query = set(query_vector("max_retries").indices)

    assert query <= vector_of("max_retries").keys()
    assert not query <= vector_of("the max of all retries").keys()


def test_stop_words_are_left_out() -> None:
    assert query_vector("what is it of the").indices == ()
    assert document_vectors(pl.Series(["the", ""])).to_dict(as_series=False) == {
        "indices": [[], []],
        "values": [[], []],
    }
    assert term_number("the") is None


def test_a_term_has_the_number_that_it_has_in_vectors() -> None:
    assert query_vector("retry").indices == (term_number("Retries"),)
    assert query_vector("retry").values == (1.0,)


def test_weights_are_those_of_bm25() -> None:
    """Ten terms where ten are the average: a term that stands three times saturates."""
    vector = vector_of("retry retry retry " + "one two three four five six seven")
    number = term_number("retry")

    assert number is not None
    assert vector[number] == pytest.approx(3 * (SATURATION + 1) / (3 + SATURATION))


def test_longer_texts_weigh_a_term_less() -> None:
    long = "retry " + " ".join(f"word{letter}" for letter in "abcdefghijklmnopqrs")
    short, longer = document_vectors(pl.Series(["retry", long]))["values"]
    average = 10
    longest = 1 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * 20 / average

    assert longer.max() < short.max()
    assert longer.min() == pytest.approx((SATURATION + 1) / (1 + SATURATION * longest))


def test_a_few_more_texts_leave_the_vectors_of_the_others() -> None:
    texts = [f"retry the request number {number}" for number in range(50)]
    before = document_vectors(pl.Series(texts))
    after = document_vectors(pl.Series([*texts, "a longer text " * 5]))

    assert after.head(50).equals(before)


def test_batches_leave_no_trace() -> None:
    texts = pl.Series([f"w{number % 7}" for number in range(BATCH + 3)])

    vectors = document_vectors(texts)

    assert vectors.height == BATCH + 3
    assert vectors.row(BATCH + 2) == vectors.row((BATCH + 2) % 7)


def test_no_texts_have_no_vectors() -> None:
    vectors = document_vectors(pl.Series([], dtype=pl.String))

    assert vectors.is_empty()
    assert vectors.schema == {"indices": pl.List(pl.UInt32), "values": pl.List(pl.Float32)}


def test_a_chunk_is_found_by_its_path_heading_and_text() -> None:
    chunk = pl.DataFrame({"path": "docs/usage.md", "heading": "Retries", "text": "Count them."})

    [found] = document_vectors(chunk.select(searched_text()).to_series())["indices"].to_list()

    for word in ("usage.md", "retry", "counts"):
        assert set(query_vector(word).indices) <= set(found)


def test_a_name_in_the_heading_weighs_more_than_one_in_the_text() -> None:
    chunks = pl.DataFrame({"path": "a.py", "heading": ["send", "read"], "text": ["read", "send"]})

    vectors = document_vectors(chunks.select(searched_text()).to_series())

    weights = [dict(zip(*vectors.row(row), strict=True))[term_number("send")] for row in (0, 1)]
    assert weights[0] > weights[1]
