"""The sidecar's figures for Prometheus, in a registry of their own.

Labels have few values: a route is a path's template, a method that nobody defined is `other`.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from hyperion_pipelines.serving.observability.spans import Request

if TYPE_CHECKING:
    from hyperion_pipelines.stores.cache import CacheCounts

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
PROBABILITIES = tuple(tenth / 10 for tenth in range(1, 11))
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class CountedElsewhere(Collector):
    """What caches and models count themselves: asked for when somebody asks for the figures.

    `caches` has the counts of each cache by its name, `model_loads` says how often each model was
    read from disk.
    """

    def __init__(self) -> None:
        self.caches: dict[str, Callable[[], CacheCounts]] = {}
        self.model_loads: Callable[[], Mapping[str, int]] = dict

    def collect(self) -> Iterator[Metric]:
        """The metrics, for the registry."""
        lookups = CounterMetricFamily(
            "hyperion_cache", "Look-ups in a cache.", labels=["cache", "result"]
        )
        for name, counts in self.caches.items():
            hits, misses, errors = counts()
            for result, number in (("hit", hits), ("miss", misses), ("error", errors)):
                lookups.add_metric([name, result], number)
        loads = CounterMetricFamily(
            "hyperion_model_loads", "Models read from disk.", labels=["model"]
        )
        for model, number in self.model_loads().items():
            loads.add_metric([model], number)
        yield from (lookups, loads)


class Metrics:
    """What is counted and measured; each metric's text says what of."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self._requests = Counter(
            "hyperion_requests",
            "Requests answered.",
            ["route", "method", "status"],
            registry=registry,
        )
        self._request_seconds = Histogram(
            "hyperion_request_seconds",
            "Seconds from a request's first byte to its answer's last.",
            ["route", "method"],
            buckets=SECONDS,
            registry=registry,
        )
        # To look up one label takes longer than to count.
        self._of = lru_cache(maxsize=1024)(self._of_route)
        self.requests_in_flight = Gauge(
            "hyperion_requests_in_flight", "Requests not yet answered.", registry=registry
        )
        self.counted_elsewhere = CountedElsewhere()
        registry.register(self.counted_elsewhere)
        self._predictions = Counter(
            "hyperion_predictions", "Predictions answered with.", ["model"], registry=registry
        )
        self._probability = Histogram(
            "hyperion_prediction_probability",
            "Probabilities answered with.",
            ["model"],
            buckets=PROBABILITIES,
            registry=registry,
        )
        self._language_model = Counter(
            "hyperion_language_model",
            "Calls of the language model, by how they ended.",
            ["result"],
            registry=registry,
        )
        self._dependency_up = Gauge(
            "hyperion_dependency_up",
            "Whether a dependency answered when it was last asked: 1 or 0.",
            ["dependency"],
            registry=registry,
        )
        self._dropped = Counter(
            "hyperion_records_dropped",
            "Records that were lost because their log was too slow, or failed.",
            ["log"],
            registry=registry,
        )

    def requested(self, request: Request) -> None:
        """A request has ended."""
        answered, seconds = self._of(request.route, request.method, request.status)
        answered.inc()
        seconds.observe((request.ended_ns - request.started_ns) / 1e9)

    def _of_route(self, route: str, method: str, status: int) -> tuple[Counter, Histogram]:
        labels = route or "none", method if method in METHODS else "other"
        answered = self._requests.labels(*labels, str(status))
        return answered, self._request_seconds.labels(*labels)

    def predicted(self, model: str, probability: float | None) -> None:
        """*model* answered, with a probability or without."""
        self._predictions.labels(model).inc()
        if probability is not None:
            self._probability.labels(model).observe(probability)

    def language_model(self, result: str) -> None:
        """A call of the language model has ended: `answered`, `failed`, `stalled`, ..."""
        self._language_model.labels(result).inc()

    def dependency(self, name: str, *, is_up: bool) -> None:
        """A dependency was asked whether it is there."""
        self._dependency_up.labels(name).set(1 if is_up else 0)

    def dropped(self, log: str, count: int) -> None:
        """Records of *log* were lost."""
        self._dropped.labels(log).inc(count)

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format, version 0.0.4."""
        return generate_latest(self._registry)
