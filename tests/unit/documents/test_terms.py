"""The terms of words, names and code."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperion_pipelines.documents.search.terms import located_terms, terms

# Letters of several scripts and cases, digits, combining marks, and all that joins or qualifies.
CHARACTERS = "abzAZ019_-.:#> \n\té\u0301ßÆǅşİ中あ٣😀"
TEXTS = st.text(st.sampled_from(CHARACTERS), max_size=40) | st.text(max_size=40)


def terms_of(text: str) -> set[str]:
    """The terms of a text, in lower case."""
    return {term.lower() for term in terms(pl.Series([text])).item().split()}


def letters(text: str) -> str:
    """A text without what joins and qualifies names."""
    return "".join(character for character in text if character not in "_-.:#>")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("retries", {"retries"}),
        ("max_retries", {"max", "retries", "maxretries"}),
        ("maxRetries", {"max", "retries", "maxretries"}),
        ("MAX_RETRIES", {"max", "retries", "maxretries"}),
        ("--fail-above", {"fail", "above", "failabove"}),
        ("HTTPServer2", {"http", "server", "2", "httpserver2"}),
        ("__init__(self)", {"init", "self"}),
        ("self._private", {"self", "private", "self.private"}),
        ("a.b.c", {"a", "b", "c", "a.b", "b.c"}),
        ("src/http_client.py", {"src", "http", "client", "httpclient", "py", "httpclient.py"}),
        (
            "TypeError: 'int' has no len()",
            {"type", "error", "typeerror", "int", "has", "no", "len"},
        ),
        ("Grüße, Zoë", {"grüße", "zoë"}),
        ("... () {} -- __", set[str]()),
        ("", set[str]()),
    ],
)
def test_names_are_found_whole_and_in_parts(text: str, expected: set[str]) -> None:
    assert terms_of(text) == expected


@pytest.mark.parametrize("name", ["Session::request", "Session#request", "session->request"])
def test_a_qualified_name_is_the_same_term_in_each_language(name: str) -> None:
    assert terms_of(name) == terms_of("Session.request")


def test_a_term_stands_as_often_as_it_is_said() -> None:
    said = terms(pl.Series(["retry, retry and max_retry"])).item().split()

    assert said.count("retry") == 3


def test_each_text_has_its_own_terms() -> None:
    assert terms(pl.Series(["one", "", "two"])).str.strip_chars().to_list() == ["one", "", "two"]


@given(st.lists(TEXTS, max_size=5))
def test_the_places_of_terms_hold_all_terms_and_nothing_else(texts: list[str]) -> None:
    series = pl.Series(texts, dtype=pl.String)
    for text, found, said in zip(texts, located_terms(series), terms(series), strict=True):
        assert sorted(word.term for word in found) == sorted(said.split())
        for word in found:
            assert letters(word.term) == letters(text[word.start : word.end])
