"""Chat completions, asked with OpenAI's own client over a real connection."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionChunk

from tests.e2e.conftest import SLUG
from tests.e2e.serving.listening import listening_sidecar
from tests.language_model_server import MODEL, USAGE, LanguageModelServer, language_model_server

QUESTION = "How is the total of an order calculated?"
OFF_TOPIC = "How do I bake a sourdough bread?"


@pytest.fixture(scope="module")
def server() -> Iterator[LanguageModelServer]:
    with language_model_server() as running:
        yield running


@pytest.fixture(scope="module")
def address(served_home: Path, server: LanguageModelServer) -> Iterator[str]:
    with listening_sidecar(served_home, llm_url=server.url, llm_stall_seconds=0.5) as listening:
        yield f"{listening}/v1"


@pytest.fixture
def client(address: str, server: LanguageModelServer) -> Iterator[OpenAI]:
    server.behaviour, server.words = "answers", ("It adds [", "1", "] up", " [9].")
    server.asked.clear()
    server.left.clear()
    with OpenAI(base_url=address, api_key="unused", max_retries=0) as client:
        yield client


def stream(client: OpenAI, question: str = QUESTION) -> list[ChatCompletionChunk]:
    """All chunks of an answer."""
    with client.chat.completions.create(
        model="hyperion",
        messages=[{"role": "user", "content": question}],
        stream=True,
        stream_options={"include_usage": True},
    ) as chunks:
        return list(chunks)


def words(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def test_an_answer_has_its_sources_in_the_text_and_apart(client: OpenAI) -> None:
    completion = client.chat.completions.create(
        model=f"hyperion/{SLUG}",
        messages=[{"role": "user", "content": [{"type": "text", "text": QUESTION}]}],
        temperature=0.1,
    )

    said = completion.choices[0].message.content
    assert said is not None
    assert said.startswith("It adds [1] up.")
    extra = completion.model_extra
    assert extra is not None
    [citation] = extra["citations"]
    assert f"- [1] `{citation}`" in said
    assert extra["hyperion"]["answered_by"] == f"language model {MODEL}"
    assert extra["hyperion"]["citations"][0]["citation"] == citation
    assert completion.usage is not None
    assert completion.usage.total_tokens == USAGE["total_tokens"]


def test_a_stream_says_the_same_word_by_word(client: OpenAI, server: LanguageModelServer) -> None:
    chunks = stream(client)

    said = words(chunks)
    assert said.startswith("It adds [1] up.")
    *_, last, usage = chunks
    assert last.choices[0].finish_reason == "stop"
    assert last.model_extra is not None
    [citation] = last.model_extra["citations"]
    assert f"- [1] `{citation}`" in said
    assert usage.usage is not None
    assert usage.usage.total_tokens == USAGE["total_tokens"]
    assert server.asked[0]["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize("behaviour", ["breaks off", "stalls"])
def test_a_stream_that_fails_midway_ends_in_order_with_the_passages(
    client: OpenAI, server: LanguageModelServer, behaviour: str
) -> None:
    server.behaviour = behaviour

    chunks = stream(client)

    said = words(chunks)
    assert said.startswith("It adds [1] up")
    assert "*The language model gave no answer: the language model " in said
    assert "These passages answer best, quoted" in said
    last = chunks[-2]
    assert last.choices[0].finish_reason == "stop"
    assert last.model_extra is not None
    assert last.model_extra["hyperion"]["answered_by"] == "extractive"


def test_a_stream_without_a_source_is_followed_by_the_passages(
    client: OpenAI, server: LanguageModelServer
) -> None:
    server.words = ("Trust me.",)

    said = words(stream(client))

    assert said.startswith("Trust me.\n\n*The language model named no source for its answer.")
    assert "**[1]** " in said


def test_where_nothing_is_found_that_is_said_and_no_model_is_asked(
    client: OpenAI, server: LanguageModelServer
) -> None:
    said = words(stream(client, OFF_TOPIC))

    assert said == f"Nothing that bears on the question was found in {SLUG}, so there is no answer."
    assert not server.asked


def test_a_follow_up_is_understood_by_the_question_before(
    client: OpenAI, server: LanguageModelServer
) -> None:
    client.chat.completions.create(
        model="hyperion",
        messages=[
            {"role": "system", "content": "Answer in rhymes."},
            {"role": "user", "content": QUESTION},
            {"role": "assistant", "content": "It is added up."},
            {"role": "user", "content": "And who wrote it?"},
        ],
    )

    system, *turns = server.asked[0]["messages"]
    assert system["content"].endswith("Answer in rhymes.")
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
    assert turns[0]["content"] == QUESTION
    assert turns[-1]["content"].endswith("Question: And who wrote it?")


def test_who_leaves_ends_the_models_stream(client: OpenAI, server: LanguageModelServer) -> None:
    server.behaviour = "endless"
    chunks = client.chat.completions.create(
        model="hyperion", messages=[{"role": "user", "content": QUESTION}], stream=True
    )
    assert [next(chunks) for _ in range(5)]

    chunks.close()

    assert server.left.wait(5)


def test_the_models_are_all_repositories_and_each(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["hyperion", f"hyperion/{SLUG}"]


@pytest.mark.parametrize("model", ["gpt-4o", "hyperion/nowhere", "hyperion/"])
def test_a_model_that_there_is_not_is_told_in_openais_form(client: OpenAI, model: str) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": QUESTION}]
        )

    assert refused.value.type == "invalid_request_error"
    assert refused.value.code == "not-found"
    assert "named" in refused.value.message


def test_a_wrong_call_is_told_in_openais_form(client: OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as refused:
        client.chat.completions.create(
            model="hyperion", messages=[{"role": "system", "content": "Hello"}]
        )

    assert refused.value.code == "wrong-call"
    assert "no question" in refused.value.message


def test_the_asynchronous_client_reads_the_same_stream(address: str, client: OpenAI) -> None:
    async def asked() -> str:
        async with openai.AsyncOpenAI(base_url=address, api_key=client.api_key) as known:
            chunks = await known.chat.completions.create(
                model="hyperion", messages=[{"role": "user", "content": QUESTION}], stream=True
            )
            return words([chunk async for chunk in chunks])

    assert asyncio.run(asked()) == words(stream(client))


def test_who_leaves_before_the_answer_ends_the_models_work(
    address: str, client: OpenAI, server: LanguageModelServer
) -> None:
    server.behaviour = "endless"
    body = {"messages": [{"role": "user", "content": QUESTION}]}

    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{address}/chat/completions", json=body, timeout=0.4)

    assert server.left.wait(5)
