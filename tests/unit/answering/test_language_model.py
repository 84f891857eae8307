"""A language model asked over HTTP: what it answers, and how its failures are told."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from hyperion_pipelines.answering.language_model import LanguageModel, LanguageModelError, Piece
from hyperion_pipelines.settings import Settings
from tests.language_model_server import MODEL, USAGE, LanguageModelServer, language_model_server

QUESTION = [{"role": "user", "content": "Where?"}]


@pytest.fixture
def server() -> Iterator[LanguageModelServer]:
    with language_model_server() as running:
        yield running


def settings(server: LanguageModelServer, **more: object) -> Settings:
    return Settings.model_validate({"home": Path("unused"), "llm_url": server.url, **more})


def complete(known: Settings) -> Piece:
    async def asked() -> Piece:
        model = LanguageModel(known)
        try:
            return await model.complete(QUESTION, {"temperature": 0.5})
        finally:
            await model.close()

    return asyncio.run(asked())


def stream(known: Settings, most: int = 1_000) -> list[Piece]:
    async def asked() -> list[Piece]:
        model = LanguageModel(known)
        pieces: list[Piece] = []
        try:
            async with aclosing(model.stream(QUESTION)) as streamed:
                async for piece in streamed:
                    pieces.append(piece)
                    if len(pieces) == most:
                        break
        finally:
            await model.close()
        return pieces

    return asyncio.run(asked())


def test_the_first_model_of_the_server_is_asked_unless_one_is_set(
    server: LanguageModelServer,
) -> None:
    assert complete(settings(server)) == Piece("Look here [1].", "stop", USAGE)
    complete(settings(server, llm_model="owl-2"))

    assert [body["model"] for body in server.asked] == [MODEL, "owl-2"]
    assert server.asked[0]["temperature"] == 0.5


def test_words_come_as_they_are_said(server: LanguageModelServer) -> None:
    pieces = stream(settings(server))

    assert [piece.text for piece in pieces] == ["Look here", " [1].", ""]
    assert pieces[-1] == Piece("", "stop", USAGE)


def test_the_key_is_sent_and_never_told(server: LanguageModelServer) -> None:
    server.behaviour, server.key = "fails", "sk-secret"

    with pytest.raises(LanguageModelError) as failed:
        complete(settings(server, llm_api_key="sk-secret"))

    assert server.keys == ["Bearer sk-secret"]
    assert str(failed.value) == "the model server answered with status 500: out of memory ..."


@pytest.mark.parametrize("ask", [complete, stream])
@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ("fails", r"the model server answered with status 500: out of memory"),
        (
            "stalls",
            r"the language model (did not end its answer within 0\.4|said nothing for 0\.3) s",
        ),
        ("breaks off", r"the model server failed: |the language model broke off in the middle of "),
        ("html", "the model server answered what is no chat completion: <html>"),
        ("no json", "the model server answered what is no chat completion: certainly"),
        ("no choices", "the language model answered without a word|.* no chat completion: "),
        ("other json", 'the model server answered what is no chat completion: {"answer": 42}'),
        ("garbage", "the model server answered what is no chat completion: "),
        ("nothing", "the model server .* nothing|the language model broke off"),
    ],
)
def test_what_nobody_can_use_is_told_in_words(
    server: LanguageModelServer, ask: object, behaviour: str, said: str
) -> None:
    server.behaviour = behaviour
    known = settings(server, llm_seconds=0.4, llm_stall_seconds=0.3)

    with pytest.raises(LanguageModelError) as failed:
        complete(known) if ask is complete else stream(known)

    assert re.match(said, str(failed.value))


def test_an_answer_without_a_word_is_none(server: LanguageModelServer) -> None:
    server.words = ("", "  ")

    for ask in (complete, stream):
        with pytest.raises(LanguageModelError, match="answered without a word"):
            ask(settings(server))


def test_silence_and_length_are_told_apart(server: LanguageModelServer) -> None:
    server.behaviour = "stalls"
    with pytest.raises(LanguageModelError, match=r"said nothing for 0\.2 s"):
        stream(settings(server, llm_stall_seconds=0.2))

    server.behaviour = "endless"
    with pytest.raises(LanguageModelError, match=r"did not end its answer within 0\.3 s"):
        stream(settings(server, llm_seconds=0.3))


def test_a_server_that_is_not_there_is_named_without_its_password(
    server: LanguageModelServer,
) -> None:
    away = Settings(home=Path("unused"), llm_url="http://user:secret@127.0.0.1:9/v1", llm_model="m")

    with pytest.raises(LanguageModelError) as failed:
        complete(away)

    assert "no model server answers at http://" in str(failed.value)
    assert "secret" not in str(failed.value)


def test_whoever_stops_reading_ends_the_servers_work(server: LanguageModelServer) -> None:
    server.behaviour = "endless"

    assert len(stream(settings(server), most=4)) == 4

    assert server.left.wait(5)
