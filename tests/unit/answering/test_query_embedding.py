"""The vectors of questions."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from hyperion_pipelines.answering.query_embedding import QueryEmbedding
from hyperion_pipelines.stores.vectors import Vector


class CountingModel:
    """An embedding model that remembers what it embedded, and whether two did so at once."""

    identity = "counting"
    dimensions = 2

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.is_shared = False
        self._busy = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vector:
        """Vectors of ones."""
        self.is_shared = self.is_shared or not self._busy.acquire(blocking=False)
        self.texts += texts
        time.sleep(0.002)
        self._busy.release()
        return np.ones((len(texts), self.dimensions), np.float32)


def test_a_question_is_embedded_once() -> None:
    model = CountingModel()
    embed = QueryEmbedding(lambda: model)

    assert [embed(text).shape for text in ("why", "how", "why")] == [(2,)] * 3

    assert model.texts == ["why", "how"]


def test_questions_are_embedded_one_at_a_time() -> None:
    model = CountingModel()
    embed = QueryEmbedding(lambda: model)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(embed, map(str, range(20))))

    assert sorted(model.texts, key=int) == [str(number) for number in range(20)]
    assert not model.is_shared


def test_no_model_is_asked_for_before_the_first_question() -> None:
    models: list[CountingModel] = []

    def load() -> CountingModel:
        models.append(CountingModel())
        return models[-1]

    embed = QueryEmbedding(load)

    assert models == []
    embed.warm_up()
    assert len(models) == 1
