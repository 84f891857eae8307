"""Markers of sources in what a language model writes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperion_pipelines.answering.markers import Markers

SAID = (
    "Retries [3] are set, once [2, 9]; see `a[1]` and more [7].\n```\nb[3] = c[2]\n```\nEnd [1][3]"
)
SHOWN = "Retries [1] are set, once [2]; see `a[1]` and more.\n```\nb[3] = c[2]\n```\nEnd [3][1]"


def resolved(*pieces: str) -> tuple[str, Markers]:
    markers = Markers([1, 2, 3])
    return "".join([*map(markers.feed, pieces), markers.end()]), markers


def test_sources_are_numbered_as_they_are_cited_and_numbers_of_none_are_taken_out() -> None:
    text, markers = resolved(SAID)

    assert text == SHOWN
    assert markers.cited == [3, 2, 1]
    assert markers.unknown == [9, 7]


@given(st.lists(st.integers(0, len(SAID)), max_size=12).map(sorted))
def test_it_does_not_matter_where_a_stream_is_cut(cuts: list[int]) -> None:
    places = [0, *cuts, len(SAID)]
    pieces = [SAID[start:end] for start, end in pairwise(places)]

    text, markers = resolved(*pieces)

    assert (text, markers.cited, markers.unknown) == (SHOWN, [3, 2, 1], [9, 7])


@given(st.lists(st.text(alphabet="a [1,]9`\n", max_size=8), max_size=8))
def test_any_text_resolves_as_it_does_in_one_piece(pieces: list[str]) -> None:
    assert resolved(*pieces)[0] == resolved("".join(pieces))[0]


@pytest.mark.parametrize("text", ["[x]", "[", "a [b](c)", "[1", "list[int]", "  "])
def test_what_is_no_marker_stays(text: str) -> None:
    assert resolved(text)[0] == text


def test_words_pass_at_once_unless_they_may_become_a_marker() -> None:
    markers = Markers([1])

    assert markers.feed("Look") == "Look"
    assert markers.feed(" here [") == " here"
    assert markers.feed("1") == ""
    assert markers.feed("].") == " [1]."
