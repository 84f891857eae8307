"""`hyperion ask`: an answer with its sources, or none."""

import pytest

from tests.e2e.conftest import SLUG, Analysed, Hyperion
from tests.homes import allow_dagsters_own_warning
from tests.language_model_server import MODEL, language_model_server

pytestmark = allow_dagsters_own_warning

QUESTION = "How is the total of an order calculated?"


def test_passages_are_quoted_with_their_sources(analysed: Analysed, hyperion: Hyperion) -> None:
    said = hyperion("ask", QUESTION, "--repository", SLUG, home=analysed.home)

    assert said.status == 0, said.errors
    assert "These passages answer best, quoted; nobody worded an answer of them." in said.output
    assert "Answered by: extractive." in said.output
    document = hyperion("ask", QUESTION, "--json", home=analysed.home).document()
    assert document["answered_by"] == "extractive"
    for cited in document["citations"]:
        assert cited["citation"] in said.output.replace("\n", "")
        assert cited["quote"] in document["text"]


def test_where_nothing_is_found_the_status_says_so(analysed: Analysed, hyperion: Hyperion) -> None:
    question = "How do I bake a sourdough bread?"

    said = hyperion("ask", question, home=analysed.home)

    nothing = f"Nothing that bears on the question was found in {SLUG}, so there is no answer."
    assert (said.status, said.output.strip()) == (1, nothing)
    asked = hyperion("ask", question, "--json", home=analysed.home)
    assert asked.status == 1
    assert asked.document()["citations"] == []


def test_a_language_model_words_the_answer(
    analysed: Analysed, hyperion: Hyperion, monkeypatch: pytest.MonkeyPatch
) -> None:
    with language_model_server() as server:
        monkeypatch.setenv("HYPERION_LLM_URL", server.url)

        said = hyperion("ask", QUESTION, home=analysed.home)

    assert said.status == 0, said.errors
    assert said.output.startswith("Look here [1].")
    assert f"[1] {SLUG}@" in said.output
    assert f"Answered by: language model {MODEL}." in said.output


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["  "], "the question is empty: write one"),
        ([QUESTION, "--repository", "sample-shp"], "did you mean sample-shop?"),
    ],
)
def test_a_wrong_call_is_refused(
    analysed: Analysed, hyperion: Hyperion, arguments: list[str], error: str
) -> None:
    said = hyperion("ask", *arguments, home=analysed.home)

    assert said.status == 2
    assert error in said.errors
