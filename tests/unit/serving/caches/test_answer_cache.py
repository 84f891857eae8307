"""Answers are given again to the same question with the same rights, while they are true."""

import asyncio
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import ClientDisconnect

from hyperion_pipelines.serving.access.callers import ANYBODY, Scope
from hyperion_pipelines.serving.caches.kept_answers import (
    KEPT_SECONDS,
    KeptAnswers,
    Question,
    made_answer,
)
from tests.unit.serving.caches.asked_application import (
    PREDICTIONS,
    PROFILE,
    READER,
    Application,
    Served,
    Told,
)
from tests.unit.serving.caches.published_tables import Analysis

QUESTION = Question("POST", PREDICTIONS, b"", b"", b"{}", frozenset({"read"}), None)


@pytest.fixture
def served(home: Path, analysis: Analysis) -> Served:
    """The cache over a home that was analysed an hour ago."""
    analysis.publish("tree", "a.py")
    then = time.time() - 3_600
    for path in (home, *home.rglob("*")):
        os.utime(path, (then, then))
    return Served(home)


def ask_twice(served: Served, path: str, *body: bytes) -> tuple[Told, Told]:
    async def both() -> tuple[Told, Told]:
        return await served.ask(path, *body), await served.ask(path, *body)

    return asyncio.run(both())


@pytest.mark.parametrize(
    "path",
    [
        PREDICTIONS,
        *("/v1/predictions/files", "/v1/predictions/diff", "/v1/anomalies", "/v1/impact"),
        "/v1/search",
    ],
)
def test_a_question_is_answered_again_from_memory(served: Served, path: str) -> None:
    first, second = ask_twice(served, path, b"{}")
    assert first == Told(200, first.headers, b"1:{};")
    assert "age" not in first.headers
    assert second.body == first.body
    assert second.headers == first.headers | {"age": "0"}
    assert second.headers["content-length"] == str(len(first.body))
    assert (served.application.asked, served.counts) == (1, {"miss": 1, "hit": 1})


@pytest.mark.parametrize("path", ["/v1/answers", "/v1/chat/completions", "/v1/graph/query"])
def test_other_paths_are_always_asked(served: Served, path: str) -> None:
    first, second = ask_twice(served, path, b"{}")
    assert [first.body, second.body] == [b"1:{};", b"2:{};"]
    assert not served.counts


def test_a_body_in_parts_is_the_same_question(served: Served) -> None:
    async def ask() -> list[bytes]:
        asked = [(b"{}",), (b"{", b"}"), (b"", b"{", b"", b"}")]
        return [(await served.ask(PREDICTIONS, *parts)).body for parts in asked]

    assert asyncio.run(ask()) == [b"1:{};"] * 3


def test_an_answer_in_parts_is_kept_whole(served: Served) -> None:
    served.application.parts = 3
    first, second = ask_twice(served, PREDICTIONS, b"{}")
    assert first.body == second.body == b"1:{};" * 3


def test_whatever_differs_is_another_question(served: Served) -> None:
    """Path, query, body, its type, and each of the caller's rights; not the caller's name."""
    other_right = replace(READER, scopes=frozenset({Scope.ADMIN}))
    other_repositories = replace(READER, repositories=frozenset({"shop", "other"}))
    all_repositories = replace(READER, repositories=None)

    async def ask() -> list[Told]:
        return [
            await served.ask(PREDICTIONS, b"{}"),
            await served.ask("/v1/predictions/files", b"{}"),
            await served.ask(PREDICTIONS, b"{ }"),
            await served.ask(PREDICTIONS, b"{}", query=b"a=1"),
            await served.ask(PREDICTIONS, b"{}", content_type="text/plain"),
            await served.ask(PREDICTIONS, b"{}", caller=other_right),
            await served.ask(PREDICTIONS, b"{}", caller=other_repositories),
            await served.ask(PREDICTIONS, b"{}", caller=all_repositories),
            await served.ask(PREDICTIONS, b"{}", caller=ANYBODY),
            await served.ask(PREDICTIONS, b"{}", caller=replace(READER, name="another")),
        ]

    numbers = [int(told.body.split(b":")[0]) for told in asyncio.run(ask())]
    assert numbers == [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]


def test_what_is_published_anew_is_asked_anew(served: Served, analysis: Analysis) -> None:
    async def ask() -> list[bytes]:
        before = await served.ask(PREDICTIONS, b"{}")
        analysis.publish("tree", "b.py")
        return [before.body, (await served.ask(PREDICTIONS, b"{}")).body]

    assert asyncio.run(ask()) == [b"1:{};", b"2:{};"]


def test_what_is_published_while_it_is_answered_is_asked_anew(
    served: Served, analysis: Analysis
) -> None:
    async def ask() -> Told:
        served.application.gate = asyncio.Event()
        first = asyncio.ensure_future(served.ask(PREDICTIONS, b"{}"))
        while not served.application.asked:
            await asyncio.sleep(0)
        analysis.publish("tree", "b.py")
        served.application.gate.set()
        await first
        return await served.ask(PREDICTIONS, b"{}")

    assert asyncio.run(ask()).body == b"2:{};"


def test_an_answer_is_kept_for_ten_minutes() -> None:
    kept = KeptAnswers(10_000)
    answer = made_answer([], b"body", "1")
    for age, is_kept in ((KEPT_SECONDS - 1, True), (KEPT_SECONDS, False)):
        kept.keep(QUESTION, answer._replace(made_at=time.monotonic() - age))
        assert (kept.get(QUESTION, "1") is not None) is is_kept


def test_answers_stay_within_their_bound() -> None:
    """What was not given for the longest goes; what is larger than all is not kept."""
    kept = KeptAnswers(10_000)
    questions = [QUESTION._replace(body=b"%d" % number) for number in range(4)]
    for question in questions[:2]:
        kept.keep(question, made_answer([], b"x" * 2_000, "1"))
    kept.get(questions[0], "1")
    kept.keep(questions[2], made_answer([], b"x" * 2_000, "1"))
    kept.keep(questions[3], made_answer([], b"x" * 20_000, "1"))
    there = [kept.get(question, "1") is not None for question in questions]
    assert there == [True, False, True, False]


def test_whoever_says_no_cache_is_answered_anew_for_all(served: Served) -> None:
    async def ask() -> list[Told]:
        return [
            await served.ask(PREDICTIONS, b"{}"),
            await served.ask(PREDICTIONS, b"{}", cache_control="max-age=0, No-Cache"),
            await served.ask(PREDICTIONS, b"{}"),
        ]

    assert [told.body for told in asyncio.run(ask())] == [b"1:{};", b"2:{};", b"2:{};"]


@pytest.mark.parametrize("status", [201, 404, 422, 500, 503])
def test_only_answers_of_status_200_are_kept(served: Served, status: int) -> None:
    served.application.statuses = [status]
    first, second = ask_twice(served, PREDICTIONS, b"{}")
    assert (first.status, second.status) == (status, 200)
    assert second.body == b"2:{};"


def test_of_several_that_ask_at_once_one_is_computed(served: Served) -> None:
    async def ask() -> list[Told]:
        served.application.gate = asyncio.Event()
        asked = [asyncio.ensure_future(served.ask(PREDICTIONS, b"{}")) for _ in range(50)]
        await asyncio.sleep(0.01)
        served.application.gate.set()
        return await asyncio.gather(*asked)

    assert {told.body for told in asyncio.run(ask())} == {b"1:{};"}
    assert served.counts == {"miss": 1, "hit": 49}


def test_whoever_waited_for_one_that_failed_asks_again(served: Served) -> None:
    served.application.statuses = [503]

    async def ask() -> list[Told]:
        served.application.gate = asyncio.Event()
        asked = [asyncio.ensure_future(served.ask(PREDICTIONS, b"{}")) for _ in range(3)]
        await asyncio.sleep(0.01)
        served.application.gate.set()
        return await asyncio.gather(*asked)

    assert [told.status for told in asyncio.run(ask())] == [503, 200, 200]


def test_whoever_waited_for_one_that_left_is_answered(served: Served) -> None:
    async def ask() -> list[Told]:
        served.application.gate = asyncio.Event()
        asked = [asyncio.ensure_future(served.ask(PREDICTIONS, b"{}")) for _ in range(3)]
        await asyncio.sleep(0.01)
        asked[0].cancel()
        await asyncio.sleep(0.01)
        served.application.gate.set()
        return await asyncio.gather(*asked[1:])

    assert [told.body for told in asyncio.run(ask())] == [b"2:{};"] * 2
    assert served.application.asked == 2


def test_one_that_leaves_while_it_waits_disturbs_nobody(served: Served) -> None:
    async def ask() -> list[Told]:
        served.application.gate = asyncio.Event()
        asked = [asyncio.ensure_future(served.ask(PREDICTIONS, b"{}")) for _ in range(3)]
        await asyncio.sleep(0.01)
        asked[1].cancel()
        served.application.gate.set()
        return [await asked[0], await asked[2]]

    assert [told.body for told in asyncio.run(ask())] == [b"1:{};"] * 2


def test_an_error_that_is_raised_passes_and_is_not_kept(served: Served) -> None:
    class _Broken(Application):
        async def __call__(self, *_: object) -> None:
            self.asked += 1
            raise ZeroDivisionError

    broken = Served(served.home, application=_Broken())
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            asyncio.run(broken.ask(PREDICTIONS, b"{}"))
    assert broken.application.asked == 2


def test_what_is_asked_by_path_has_an_etag_that_spares_the_body(served: Served) -> None:
    first, second = ask_twice(served, PROFILE)
    assert first.headers["cache-control"] == "private, max-age=60"
    assert first.headers["vary"] == "Authorization, X-API-Key"
    etag = first.headers["etag"]
    assert etag.startswith('"')
    assert second.headers["etag"] == etag

    async def ask(named: str) -> Told:
        return await served.ask(PROFILE, if_none_match=named)

    for named in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        told = asyncio.run(ask(named))
        assert (told.status, told.body) == (304, b"")
        assert told.headers["etag"] == etag
        assert not any(name.startswith("content-") for name in told.headers)
    assert asyncio.run(ask('"other"')).status == 200
    assert served.application.asked == 1


def test_an_etag_spares_the_body_of_what_was_computed_anew_too(served: Served) -> None:
    etag = ask_twice(served, PROFILE)[0].headers["etag"]
    again = Served(served.home)
    told = asyncio.run(again.ask(PROFILE, if_none_match=etag))
    assert (told.status, told.body, again.application.asked) == (304, b"", 1)


def test_posted_questions_have_no_etag(served: Served) -> None:
    first, second = ask_twice(served, PREDICTIONS, b"{}")
    assert not {"etag", "cache-control"} & (first.headers.keys() | second.headers.keys())


def test_a_caller_that_leaves_before_its_body_ends_is_passed_on(served: Served) -> None:
    """The application hears of it as it would without the cache, and nothing is kept."""
    for _ in range(2):
        with pytest.raises(ClientDisconnect):
            asyncio.run(served.ask(PREDICTIONS, b"{", leaves=True))
    assert served.application.asked == 2
