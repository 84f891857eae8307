"""Spans belong to their request, lie in each other, and name the error that ended them."""

import asyncio
import contextvars
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from hyperion_pipelines.serving.observability.spans import Request, current_request, span


@pytest.fixture
def request_in_progress() -> Iterator[Request]:
    request = Request("request-1", "0" * 31 + "1", None, "GET", "/")
    token = current_request.set(request)
    yield request
    current_request.reset(token)


def shape(request: Request) -> list[tuple[str, int | None]]:
    return [(each.name, each.parent) for each in request.spans]


def test_spans_lie_in_each_other(request_in_progress: Request) -> None:
    with span("search"):
        with span("embed"):
            pass
        with span("look up"):
            pass
    with span("rank"):
        pass
    assert shape(request_in_progress) == [
        ("search", None),
        ("embed", 0),
        ("look up", 0),
        ("rank", None),
    ]
    assert all(each.started_ns <= each.ended_ns for each in request_in_progress.spans)


def test_an_error_is_named_and_goes_on(request_in_progress: Request) -> None:
    with pytest.raises(KeyError), span("search", name="shop"):
        raise KeyError
    (search,) = request_in_progress.spans
    assert search.attributes == {"name": "shop", "error": "KeyError"}
    assert search.ended_ns


def test_outside_a_request_nothing_happens() -> None:
    with span("search"):
        assert current_request.get() is None


def test_threads_add_to_the_same_request_each_below_its_own_span(
    request_in_progress: Request,
) -> None:
    def work(number: int) -> None:
        with span(f"outer {number}"), span(f"inner {number}"):
            pass

    with ThreadPoolExecutor(4) as threads:
        contexts = [contextvars.copy_context() for _ in range(200)]
        done = [threads.submit(each.run, work, number) for number, each in enumerate(contexts)]
        for each in done:
            each.result()
    spans = request_in_progress.spans
    inner = [each for each in spans if each.name.startswith("inner")]
    assert len(inner) == 200
    for each in inner:
        assert each.parent is not None
        assert spans[each.parent].name.removeprefix("outer") == each.name.removeprefix("inner")


def test_the_steps_of_a_generator_may_run_in_contexts_of_their_own(
    request_in_progress: Request,
) -> None:
    """As those of a streamed answer do."""

    def words() -> Generator[str]:
        with span("words"):
            yield "one"
            yield "two"

    async def stream() -> list[str]:
        steps = words()
        return [await asyncio.to_thread(lambda: next(steps)) for _ in range(2)] + list(steps)

    assert asyncio.run(stream()) == ["one", "two"]
    assert shape(request_in_progress) == [("words", None)]
