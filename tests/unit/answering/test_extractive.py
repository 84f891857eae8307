"""Excerpts: the lines that answer, no more than needed."""

from hypothesis import given
from hypothesis import strategies as st

from hyperion_pipelines.answering.citations import Evidence, Excerpt
from hyperion_pipelines.answering.context import Change, FileContext, Owner, Risk
from hyperion_pipelines.answering.extractive import MOST_LINES, excerpt, quotation, quoted
from hyperion_pipelines.documents.search.marking import mark_words
from hyperion_pipelines.documents.search.passages import Passage

KNOWN = FileContext(
    Risk(0.4, 91.9, ["it is long"]),
    [Owner("Ann", 0.5, is_active=True)],
    [Change("a" * 40, "2026-05-04T03:02:01Z", "Bob", "Retry less")],
)
UNKNOWN = FileContext(None, (), ())


def passage(text: str, kind: str = "code", start_line: int = 10) -> Passage:
    """A passage of that text."""
    end_line = start_line + text.count("\n")
    return Passage(
        *("id", "shop", "src/cart.py", start_line, end_line, kind, "Python", None, "", text),
        *(1.0, 1, None, 0.6),
    )


def excerpt_of(question: str, text: str, kind: str = "code") -> Excerpt:
    [marks] = mark_words(question, [text])
    return excerpt(passage(text, kind), marks)


def test_code_is_quoted_from_the_first_word_and_with_what_follows_it() -> None:
    code = "def a(self):\n    b = []\n    retries = 3\n    cart = 4\n    return 5\n\ndef c():"

    found = excerpt_of("cart retries", code)

    assert found == Excerpt(12, 14, "    retries = 3\n    cart = 4\n    return 5")


def test_sentences_of_prose_are_whole() -> None:
    prose = "Before it.\nA cart is\nretried three times\nat most.\nAfter it."

    found = excerpt_of("retried", prose, "markdown")

    assert found == Excerpt(11, 13, "A cart is\nretried three times\nat most.")


def test_what_was_found_by_its_meaning_is_quoted_from_its_beginning() -> None:
    assert excerpt_of("zebra", "\nfirst\nsecond\n\n") == Excerpt(11, 12, "first\nsecond")


@given(
    st.lists(st.sampled_from(["cart", "retry", "other words.", ""]), min_size=1, max_size=30),
    st.sampled_from(["code", "markdown", "docstring"]),
)
def test_an_excerpt_is_some_lines_of_its_passage(lines: list[str], kind: str) -> None:
    text = "\n".join(lines)

    found = excerpt_of("retry the cart", text, kind)

    assert 10 <= found.start_line <= found.end_line < 10 + len(lines)
    assert found.end_line - found.start_line < MOST_LINES
    assert found.text == "\n".join(lines[found.start_line - 10 : found.end_line - 9])


def test_a_quotation_has_its_place_and_what_is_known_of_its_file() -> None:
    evidence = Evidence(3, passage("```cart```"), "b" * 40, KNOWN)

    [source] = quoted("cart", [evidence])

    assert source.citation == f"shop@{'b' * 40}:src/cart.py#L10-L10"
    assert quotation(source) == (
        "**[3]** shop, `src/cart.py`, line 10:\n\n````\n```cart```\n````\n\n"
        "The file is riskier than 91 % of the files. Ann knows it best (50 % of its lines and "
        "commits). Last changed 2026-05-04 by Bob: Retry less"
    )


def test_nothing_is_said_of_a_file_of_which_nothing_is_known() -> None:
    [source] = quoted("cart", [Evidence(1, passage("cart"), "b" * 40, UNKNOWN)])

    assert quotation(source).endswith("```\ncart\n```")
