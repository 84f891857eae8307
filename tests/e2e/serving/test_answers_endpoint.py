"""Answers over HTTP: who gives them, what they cite, and that there is none without a source."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.e2e.conftest import SLUG
from tests.e2e.serving.conftest import StartSidecar
from tests.language_model_server import MODEL, LanguageModelServer, language_model_server

QUESTION = "How is the total of an order calculated?"
OFF_TOPIC = "How do I bake a sourdough bread?"


@pytest.fixture
def server() -> Iterator[LanguageModelServer]:
    with language_model_server() as running:
        yield running


def ask(client: TestClient, question: str = QUESTION) -> dict[str, Any]:
    """The answer to a question."""
    answered = client.post("/v1/answers", json={"question": question})
    assert answered.status_code == 200, answered.text
    return answered.json()


def test_without_a_model_passages_are_quoted_with_their_sources(client: TestClient) -> None:
    answer = ask(client)

    assert answer["answered_by"] == "extractive"
    assert [cited["number"] for cited in answer["citations"]] == [1, 2, 3]
    for cited in answer["citations"]:
        assert re.fullmatch(rf"{SLUG}@[0-9a-f]{{40}}:\S+#L\d+-L\d+", cited["citation"])
        assert cited["quote"] in answer["text"]
        assert len(cited["quote"].split("\n")) == cited["end_line"] - cited["start_line"] + 1
    assert answer["notes"] == ["No language model was asked, since HYPERION_LLM_URL names none."]


def test_sources_come_with_risk_owners_and_recent_changes(client: TestClient) -> None:
    citations = ask(client)["citations"]

    assert any(cited["owners"] for cited in citations)
    assert all(cited["recent_changes"] for cited in citations)
    assert any(cited["risk"] and 0 <= cited["risk"]["probability"] <= 1 for cited in citations)


def test_a_model_words_the_answer_and_what_it_cites_is_cited(
    start_sidecar: StartSidecar, server: LanguageModelServer
) -> None:
    server.words = ("It adds up the lines [2]", ", as [1, 77] says.")

    answer = ask(start_sidecar(llm_url=server.url))

    assert answer["answered_by"] == f"language model {MODEL}"
    assert answer["text"] == "It adds up the lines [1], as [2] says."
    assert [cited["number"] for cited in answer["citations"]] == [1, 2]
    assert answer["notes"] == [
        "The language model cited sources that there are not; taken out: 77."
    ]
    told = server.asked[0]["messages"][-1]["content"]
    assert answer["citations"][0]["quote"] in told
    assert "Recent change: " in told
    assert "Owners of this file: " in told


def test_where_nothing_is_found_there_is_no_answer_and_no_model_is_asked(
    start_sidecar: StartSidecar, server: LanguageModelServer
) -> None:
    answer = ask(start_sidecar(llm_url=server.url), OFF_TOPIC)

    assert (answer["text"], answer["citations"]) == ("", [])
    assert answer["answered_by"] == "nothing found"
    assert answer["notes"] == [
        f"Nothing that bears on the question was found in {SLUG}, so there is no answer."
    ]
    assert not server.asked


@pytest.mark.parametrize("behaviour", ["fails", "stalls", "breaks off", "html", "no choices"])
def test_where_the_model_fails_passages_are_quoted_and_the_reason_is_told(
    start_sidecar: StartSidecar, server: LanguageModelServer, behaviour: str
) -> None:
    server.behaviour = behaviour

    answer = ask(start_sidecar(llm_url=server.url, llm_seconds=0.3))

    assert answer["answered_by"] == "extractive"
    assert answer["citations"]
    [note] = answer["notes"]
    assert note.startswith("The language model gave no answer: the ")


def test_an_answer_that_cites_nothing_gives_way_to_the_passages(
    start_sidecar: StartSidecar, server: LanguageModelServer
) -> None:
    server.words = ("Trust me.",)

    answer = ask(start_sidecar(llm_url=server.url))

    assert answer["answered_by"] == "extractive"
    assert "Trust me" not in answer["text"]
    assert answer["notes"][0].startswith("The language model named no source for its answer.")


def test_what_became_of_the_model_is_counted(
    start_sidecar: StartSidecar, server: LanguageModelServer
) -> None:
    client = start_sidecar(llm_url=server.url)
    ask(client)
    server.behaviour = "fails"
    ask(client)

    counted = client.get("/metrics").text

    assert 'hyperion_language_model_total{result="answered"} 1.0' in counted
    assert 'hyperion_language_model_total{result="failed"} 1.0' in counted
