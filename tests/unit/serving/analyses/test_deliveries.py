"""Deliveries that come again, one after the other and at once."""

import asyncio

import pytest

from hyperion_pipelines.serving.analyses.deliveries import Deliveries


class Counter:
    """Answers how often it was asked, after a pause in which others may ask."""

    def __init__(self, *, failures: int = 0) -> None:
        self.asked = 0
        self._failures = failures

    async def answer(self) -> int:
        """The number of this call. Raises ConnectionError in the first ones, if so made."""
        self.asked += 1
        number = self.asked
        await asyncio.sleep(0.01)
        if number <= self._failures:
            raise ConnectionError
        return number


def test_a_delivery_that_comes_again_is_answered_as_before() -> None:
    async def run() -> list[int]:
        deliveries, counter = Deliveries[int](), Counter()
        asked = [deliveries.once("same", counter.answer) for _ in range(3)]
        return [*await asyncio.gather(*asked), await deliveries.once("same", counter.answer)]

    assert asyncio.run(run()) == [1, 1, 1, 1]


def test_other_deliveries_and_those_without_a_number_are_new() -> None:
    async def run() -> list[int]:
        deliveries, counter = Deliveries[int](), Counter()
        return [await deliveries.once(name, counter.answer) for name in ("a", "b", "", "", "a")]

    assert asyncio.run(run()) == [1, 2, 3, 4, 1]


def test_a_delivery_that_failed_is_tried_again() -> None:
    async def run() -> int:
        deliveries, counter = Deliveries[int](), Counter(failures=1)
        with pytest.raises(ConnectionError):
            await deliveries.once("same", counter.answer)
        return await deliveries.once("same", counter.answer)

    assert asyncio.run(run()) == 2
