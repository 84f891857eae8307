"""Work that no request waits for: a bounded queue, and a thread that takes from it in batches.

What the batches are (lines of a log, rows of a table) is the business of those who start one.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Generic, TypeVar

Item = TypeVar("Item")

logger = logging.getLogger(__name__)


class Background(Generic[Item]):
    """Hands to *take*, in a thread, what was put, at the latest *seconds* after it was.

    A batch of *batch* items is handed over at once. At most *capacity* items wait; what comes then
    is dropped, as is a batch that *take* fails on: *dropped* is told how many. While it runs,
    *take* is called every *seconds*, with an empty batch where nothing was put.
    """

    def __init__(
        self,
        name: str,
        take: Callable[[Sequence[Item]], None],
        *,
        seconds: float,
        batch: int,
        capacity: int,
        dropped: Callable[[int], None],
    ) -> None:
        self._name, self._take, self._dropped = name, take, dropped
        self._seconds, self._batch, self._capacity = seconds, batch, capacity
        self._items: deque[Item] = deque()
        self._wake = threading.Event()
        self._is_ending = False

    def put(self, item: Item) -> None:
        """Leave *item* to the thread; this never waits."""
        if len(self._items) >= self._capacity:
            self._dropped(1)
            return
        self._items.append(item)
        if len(self._items) >= self._batch:
            self._wake.set()

    @contextmanager
    def running(self) -> Generator[None]:
        """Within the block the thread runs; at its end all that was put is taken."""
        self._is_ending = False
        self._wake.clear()
        thread = threading.Thread(target=self._work, name=self._name, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._is_ending = True
            self._wake.set()
            thread.join()

    def _work(self) -> None:
        while not self._is_ending:
            self._wake.wait(self._seconds)
            self._wake.clear()
            self._hand_over()
        self._hand_over()

    def _hand_over(self) -> None:
        items = [self._items.popleft() for _ in range(len(self._items))]
        try:
            self._take(items)
        except Exception:
            # The thread outlives whatever a disk or a server does; what is lost is counted.
            logger.exception("%s failed: %d lost", self._name, len(items))
            self._dropped(len(items))
