"""The anomaly model as a candidate."""

from collections.abc import Mapping

import polars as pl

from hyperion_pipelines.learning.candidates.judged_rows import EXAMPLE_ROWS
from hyperion_pipelines.learning.models.anomaly import AnomalyTraining
from hyperion_pipelines.learning.registry.candidate import Candidate


def anomaly_candidate(
    training: AnomalyTraining, described: pl.DataFrame, tags: Mapping[str, str]
) -> Candidate:
    """*training*, on *described* commits, with *tags* that say what it was made from."""
    asked = described.tail(EXAMPLE_ROWS)
    return Candidate(
        name="anomaly",
        save=training.detector.save,
        parameters=training.parameters,
        metrics=training.metrics(),
        figures={},
        tables={},
        input_example=asked,
        output_example=training.detector.score(asked).drop("anomaly_reasons"),
        tags=tags,
        contest=training.contest,
        summary=f"average precision {training.trial.average_precision:.2f} on planted commits; "
        f"lines added alone {training.trial.baseline:.2f}",
    )
