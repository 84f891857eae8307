"""What the sidecar predicted, kept in the lake's table `served_predictions` for checks of drift.

Rows are appended in batches by `background`, for each append is a version of the table; the nightly
upkeep deletes what is older than RETENTION_DAYS.
"""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import polars as pl
from deltalake.exceptions import DeltaError

from hyperion_pipelines.errors import HyperionError
from hyperion_pipelines.schemas import SERVED_PREDICTIONS
from hyperion_pipelines.stores.lake import Lake

TABLE = "served_predictions"
RETENTION_DAYS = 90
KEPT_ROWS = 50_000  # while the lake cannot be written

logger = logging.getLogger(__name__)


class ServedPrediction(NamedTuple):
    """One prediction that a request was answered with; the columns of the table say more."""

    repository: str
    kind: Literal["commit", "file", "diff", "impact", "anomaly"]
    entity: str
    model: str
    model_version: str | None
    served_by: str
    probability: float | None
    percentile: float | None


class LoggedPrediction(NamedTuple):
    """A prediction, the request it was made for, and when (UTC)."""

    served: ServedPrediction
    request_id: str
    served_at: datetime


@dataclass
class PredictionLog:
    """Writes predictions to `lake`; `dropped` is told how many were lost."""

    lake: Lake
    dropped: Callable[[int], None]
    _waiting: list[LoggedPrediction] = field(default_factory=list[LoggedPrediction])

    def write(self, rows: Sequence[LoggedPrediction]) -> None:
        """Append *rows*; where the lake fails they wait for the next call, the newest of them."""
        self._waiting.extend(rows)
        if not self._waiting:
            return
        try:
            self.lake.append(TABLE, _frame(self._waiting))
        except (OSError, DeltaError, HyperionError) as error:
            self._keep(KEPT_ROWS)
            logger.warning("%d predictions could not be logged yet: %s", len(self._waiting), error)
        else:
            self._waiting.clear()

    def close(self) -> None:
        """Give up what could not be written."""
        self._keep(0)

    def _keep(self, count: int) -> None:
        lost = len(self._waiting) - count
        if lost > 0:
            del self._waiting[:lost]
            self.dropped(lost)
            logger.error("%d predictions were lost: the lake could not be written", lost)


def forget_old_predictions(lake: Lake, now: datetime) -> int:
    """Delete what is older than RETENTION_DAYS, and join the many small files; how many rows."""
    return lake.forget(TABLE, "served_at", now - timedelta(days=RETENTION_DAYS))


def _frame(rows: Sequence[LoggedPrediction]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (
                *row.served[:-2],
                _finite(row.served.probability),
                _finite(row.served.percentile),
                row.request_id,
                row.served_at,
            )
            for row in rows
        ],
        schema=SERVED_PREDICTIONS,
        orient="row",
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
