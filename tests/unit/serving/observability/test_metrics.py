"""The figures for Prometheus: what is counted under which names."""

from collections.abc import Mapping
from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from hyperion_pipelines.serving.observability.metrics import Metrics
from hyperion_pipelines.stores.cache import CacheCounts
from tests.unit.serving.observability.logged_requests import made_up_request


def figures(metrics: Metrics) -> Mapping[tuple[str, ...], float]:
    """The value of each sample by its name and the values of its labels, in these' order."""
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): (sample.value)
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def test_requests_are_counted_and_measured_by_route() -> None:
    metrics = Metrics()
    request = made_up_request()
    metrics.requested(request)
    metrics.requested(request)
    metrics.requested(replace(request, status=503))
    found = figures(metrics)
    assert found["hyperion_requests_total", "POST", "/v1/search", "200"] == 2
    assert found["hyperion_requests_total", "POST", "/v1/search", "503"] == 1
    assert found["hyperion_request_seconds_bucket", "0.05", "POST", "/v1/search"] == 3
    assert found["hyperion_request_seconds_bucket", "0.025", "POST", "/v1/search"] == 0


def test_whatever_strangers_ask_makes_no_new_labels() -> None:
    metrics = Metrics()
    for method in ("BREW", "PROPFIND"):
        metrics.requested(replace(made_up_request(), route="", method=method, status=404))
    assert figures(metrics)["hyperion_requests_total", "other", "none", "404"] == 2


def test_each_part_of_the_sidecar_has_its_figures() -> None:
    metrics = Metrics()
    metrics.counted_elsewhere.caches["tables"] = lambda: CacheCounts(5, 3, 1)
    metrics.counted_elsewhere.model_loads = lambda: {"risk_model": 2}
    metrics.predicted("risk_model", 0.25)
    metrics.predicted("risk_model", None)
    metrics.language_model("stalled")
    metrics.dependency("redis", is_up=False)
    metrics.dropped("requests", 3)
    metrics.requests_in_flight.inc()
    found = figures(metrics)
    assert found["hyperion_cache_total", "tables", "hit"] == 5
    assert found["hyperion_cache_total", "tables", "miss"] == 3
    assert found["hyperion_cache_total", "tables", "error"] == 1
    assert found["hyperion_model_loads_total", "risk_model"] == 2
    assert found["hyperion_predictions_total", "risk_model"] == 2
    assert found["hyperion_prediction_probability_count", "risk_model"] == 1
    assert found["hyperion_language_model_total", "stalled"] == 1
    assert found["hyperion_dependency_up", "redis"] == 0
    assert found["hyperion_records_dropped_total", "requests"] == 3
    assert found["hyperion_requests_in_flight",] == 1
    assert found["process_resident_memory_bytes",] > 0


def test_sidecars_count_apart() -> None:
    first, second = Metrics(), Metrics()
    first.requested(made_up_request())
    assert not [key for key in figures(second) if key[0] == "hyperion_requests_total"]
