"""Where the words of a query stand in a text."""

import pytest

from hyperion_pipelines.documents.search.marking import mark_words


def marked(query: str, text: str) -> str:
    """The text with what is marked in brackets."""
    [marks] = mark_words(query, [text])
    for mark in reversed(marks):
        text = f"{text[: mark.start]}[{text[mark.start : mark.end]}]{text[mark.end :]}"
    return text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("retries", "[retry] with max_[retries], not too many"),
        ("max_retries", "[retry] with [max_retries], not too many"),
        ("maxRetries", "[retry] with [max_retries], not too many"),
        ("with the", "retry with max_retries, not too many"),
        ("sessions", "retry with max_retries, not too many"),
    ],
)
def test_words_are_marked_in_any_form_and_inside_of_names(query: str, expected: str) -> None:
    assert marked(query, "retry with max_retries, not too many") == expected


def test_a_qualified_name_is_marked_as_one() -> None:
    assert marked("Session.request", "call session::request()") == "call [session::request]()"


def test_marks_count_characters_whatever_stands_before() -> None:
    assert marked("retry", "😀 Zoë\n\tretry 中文 retried") == "😀 Zoë\n\t[retry] 中文 [retried]"


def test_each_text_has_its_own_marks() -> None:
    assert mark_words("cart", ["a cart", "nothing", ""]) == [[(2, 6)], [], []]


def test_no_texts_have_no_marks() -> None:
    assert mark_words("cart", []) == []
