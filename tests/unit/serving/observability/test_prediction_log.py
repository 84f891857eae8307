"""Predictions reach the lake; a lake that fails costs no request, and memory has a limit."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hyperion_pipelines.serving.observability import prediction_log
from hyperion_pipelines.serving.observability.observed import Observability
from hyperion_pipelines.serving.observability.prediction_log import (
    LoggedPrediction,
    PredictionLog,
    ServedPrediction,
    forget_old_predictions,
)
from hyperion_pipelines.serving.observability.spans import Request, current_request
from hyperion_pipelines.settings import Settings
from hyperion_pipelines.stores.lake import DeltaLake
from hyperion_pipelines.workspace import Workspace

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
PREDICTION = ServedPrediction("shop", "commit", "a" * 40, "risk_model", "3", "own", 0.25, 90.0)


def logged(entity: str, served_at: datetime = NOW) -> LoggedPrediction:
    return LoggedPrediction(PREDICTION._replace(entity=entity), "request-1", served_at)


@pytest.fixture
def lake(tmp_path: Path) -> DeltaLake:
    return DeltaLake(tmp_path / "lake")


def break_lake(lake: DeltaLake) -> None:
    """A file lies where the lake's folder should be."""
    lake.root.write_text("")


def mend_lake(lake: DeltaLake) -> None:
    lake.root.unlink()


def test_a_prediction_is_kept_with_its_request_and_its_time(tmp_path: Path) -> None:
    workspace = Workspace(Settings(home=tmp_path))
    observability = Observability(workspace)
    token = current_request.set(Request("request-1", "0" * 31 + "1", None, "POST", "/"))
    with observability.running():
        observability.predicted([PREDICTION, PREDICTION._replace(probability=math.nan)])
    current_request.reset(token)
    first, second = workspace.lake.read("served_predictions").to_dicts()
    age = datetime.now(UTC) - first.pop("served_at")
    assert timedelta(0) <= age < timedelta(minutes=1)
    assert first == {**PREDICTION._asdict(), "request_id": "request-1"}
    assert second["probability"] is None
    figures = observability.metrics.exposition().decode()
    assert 'hyperion_predictions_total{model="risk_model"} 2.0' in figures


def test_what_a_failing_lake_did_not_take_is_written_once_it_is_back(lake: DeltaLake) -> None:
    lost: list[int] = []
    log = PredictionLog(lake, lost.append)
    break_lake(lake)
    log.write([logged("a")])
    log.write([logged("b")])
    mend_lake(lake)
    log.write([])
    log.close()
    assert sorted(lake.read("served_predictions")["entity"]) == ["a", "b"]
    assert lost == []


def test_of_what_waits_for_the_lake_the_newest_are_kept_and_the_others_counted(
    lake: DeltaLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prediction_log, "KEPT_ROWS", 2)
    lost: list[int] = []
    log = PredictionLog(lake, lost.append)
    break_lake(lake)
    log.write([logged("a"), logged("b"), logged("c")])
    assert lost == [1]
    mend_lake(lake)
    log.write([])
    assert sorted(lake.read("served_predictions")["entity"]) == ["b", "c"]


def test_what_cannot_be_written_by_the_end_is_counted_as_lost(lake: DeltaLake) -> None:
    lost: list[int] = []
    log = PredictionLog(lake, lost.append)
    break_lake(lake)
    log.write([logged("a"), logged("b")])
    log.close()
    assert lost == [2]


def test_predictions_are_forgotten_after_ninety_days(lake: DeltaLake) -> None:
    rows = [logged("old", NOW - timedelta(days=90, seconds=1)), logged("new")]
    PredictionLog(lake, lambda _: None).write(rows)
    assert forget_old_predictions(lake, NOW) == 1
    assert lake.read("served_predictions")["entity"].to_list() == ["new"]
