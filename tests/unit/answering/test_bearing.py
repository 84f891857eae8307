"""Which passages bear on a question."""

import pytest

from hyperion_pipelines.answering.bearing import bearing
from hyperion_pipelines.answering.retrieval import refers_back
from hyperion_pipelines.documents.search.passages import Passage


def passage(text: str, similarity: float | None) -> Passage:
    """A passage of that text, found by meaning where it has a similarity."""
    return Passage(
        *("id", "shop", "a.py", 1, 1, "code", "Python", None, "", text),
        *(1.0, None, 1, similarity),
    )


@pytest.mark.parametrize(
    ("text", "similarity", "bears"),
    [
        ("nothing of it", 0.45, True),
        ("nothing of it", 0.44, False),
        ("nothing of it", None, False),
        ("max_retries of a broken cart", None, True),
        ("retry, a cart", 0.2, False),
    ],
)
def test_a_passage_bears_on_a_question_by_meaning_or_by_most_of_its_words(
    text: str, similarity: float | None, bears: bool
) -> None:
    found = bearing("max retries of broken carts", [passage(text, similarity)])

    assert bool(found) is bears


def test_a_question_of_stop_words_is_answered_by_meaning_alone() -> None:
    near, far = passage("the", 0.5), passage("the", 0.1)

    assert bearing("the", [far, near]) == [near]


def test_where_nothing_was_found_nothing_bears() -> None:
    assert bearing("carts", []) == []


@pytest.mark.parametrize("question", ["And why?", "Who wrote it?", "Is that tested by anybody?"])
def test_a_follow_up_refers_back(question: str) -> None:
    assert refers_back(question)


@pytest.mark.parametrize(
    "question", ["How does the cart retry a payment?", "That " + "is a very long story " * 20]
)
def test_a_question_that_says_what_it_is_about_does_not(question: str) -> None:
    assert not refers_back(question)
