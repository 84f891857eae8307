"""What is put into the background is taken, in order, in batches, and never waited for."""

import logging
import threading
import time
from collections.abc import Sequence

import pytest

from hyperion_pipelines.serving.observability.background import Background


def test_everything_is_taken_in_order_by_the_end_of_the_block() -> None:
    taken: list[int] = []
    lost: list[int] = []
    background = Background[int](
        "numbers", taken.extend, seconds=60, batch=100, capacity=5_000, dropped=lost.append
    )
    with background.running():
        for number in range(1_000):
            background.put(number)
    assert (taken, lost) == (list(range(1_000)), [])


def test_a_full_batch_is_taken_at_once() -> None:
    taken = threading.Event()

    def take(numbers: Sequence[int]) -> None:
        if numbers:
            taken.set()

    background = Background[int](
        "numbers", take, seconds=60, batch=3, capacity=10, dropped=lambda _: None
    )
    with background.running():
        background.put(1)
        background.put(2)
        assert not taken.wait(0.05)
        background.put(3)
        assert taken.wait(5)


def test_what_comes_while_too_much_waits_is_dropped_and_counted() -> None:
    taken: list[int] = []
    lost: list[int] = []
    background = Background[int](
        "numbers", taken.extend, seconds=60, batch=100, capacity=2, dropped=lost.append
    )
    for number in range(5):  # nobody takes them yet
        background.put(number)
    with background.running():
        pass
    assert (taken, lost) == ([0, 1], [1, 1, 1])


def test_the_thread_outlives_a_failure_and_counts_what_it_lost(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("hyperion_pipelines"), "propagate", True)
    taken: list[int] = []
    lost: list[int] = []

    def take(numbers: Sequence[int]) -> None:
        if 1 in numbers:
            raise OSError("the disk is full")
        taken.extend(numbers)

    background = Background[int](
        "numbers", take, seconds=0.01, batch=1, capacity=10, dropped=lost.append
    )
    with background.running():
        background.put(1)
        while not lost:
            time.sleep(0.001)
        background.put(2)
    assert (taken, lost) == ([2], [1])
    assert "numbers failed: 1 lost" in caplog.text
