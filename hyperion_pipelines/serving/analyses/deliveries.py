"""Deliveries of push events: one that is sent again starts nothing a second time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from cachetools import TTLCache

REMEMBERED_SECONDS = 3600.0
MOST_REMEMBERED = 10_000

Answer = TypeVar("Answer")


class Deliveries(Generic[Answer]):
    """The answers to the deliveries of the last hour, in this process."""

    def __init__(self) -> None:
        self._answers = TTLCache[str, Answer](MOST_REMEMBERED, REMEMBERED_SECONDS)
        self._answering = WeakValueDictionary[str, asyncio.Lock]()

    async def once(self, delivery: str, answer: Callable[[], Awaitable[Answer]]) -> Answer:
        """What was answered to *delivery*, or what *answer* says now; errors are not remembered.

        An empty *delivery*, one without a number, is always new.
        """
        if not delivery:
            return await answer()
        async with self._answering.setdefault(delivery, asyncio.Lock()):
            known = self._answers.get(delivery)
            if known is None:
                known = self._answers[delivery] = await answer()
            return known
