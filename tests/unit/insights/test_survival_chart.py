"""The picture of the survival of lines, as the file that it is."""

import base64
import re
from xml.etree import ElementTree

from hyperion_pipelines.insights.lines.survival_chart import survival_markdown, survival_svg
from tests.unit.insights.lifetimes import lifetimes_of

MARKDOWN = re.compile(r"!\[(.+)\]\(data:image/svg\+xml;base64,(.+)\)")
MAXIMUM_BYTES = 100_000
THREE_YEARS = lifetimes_of(
    [("alma", 800, None, 48), ("alma", 800, 30, 40), ("bo", 300, None, 50), ("bo", 9, None, 2)]
)


def words_in(svg: bytes) -> list[str]:
    """The texts of a picture."""
    texts = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")  # noqa: S314 - our own
    return [str(text.text) for text in texts]


def test_the_picture_says_what_it_shows() -> None:
    words = words_in(survival_svg(THREE_YEARS))
    assert "Half of the lines at HEAD are at least 9.9 months old" in words
    assert any(
        word.endswith("more than half of all lines ever written are still there") for word in words
    )
    assert "lines of own code" in words


def test_the_years_that_have_room_are_named_with_their_share_of_the_lines_at_head() -> None:
    """A year with 2 of 100 lines would write its name over its neighbour's."""
    named = [word for word in words_in(survival_svg(THREE_YEARS)) if "%" in word]
    assert named == ["2022: 48%", "2023: 50%"]


def test_the_same_lines_give_the_same_bytes() -> None:
    assert survival_svg(THREE_YEARS) == survival_svg(THREE_YEARS)


def test_markdown_holds_the_picture_and_says_the_same_in_words() -> None:
    said = MARKDOWN.fullmatch(survival_markdown(THREE_YEARS))
    assert said is not None
    assert said[1] == "Half of the lines at HEAD are at least 9.9 months old"
    assert base64.b64decode(said[2]) == survival_svg(THREE_YEARS)


def test_thirty_years_still_make_a_small_picture() -> None:
    """Of each year a part goes every year after."""
    decades = lifetimes_of(
        [
            ("alma", 365 * born, 365 * gone or None, 1000 + born)
            for born in range(1, 31)
            for gone in range(born)
        ]
    )
    assert len(survival_markdown(decades)) < MAXIMUM_BYTES


def test_without_lines_there_is_a_sentence() -> None:
    assert survival_markdown(lifetimes_of([("alma", 9, 5, 2)])) == "HEAD has no lines of own code."
