"""The impact model as a candidate."""

from collections.abc import Mapping

import polars as pl

from hyperion_pipelines.learning.evaluation.reports import query_line
from hyperion_pipelines.learning.models.impact import ImpactTraining
from hyperion_pipelines.learning.registry.candidate import Candidate


def impact_candidate(training: ImpactTraining, tags: Mapping[str, str]) -> Candidate:
    """*training*, with *tags* that say what it was made from."""
    by_repository = [
        {"repository": name, **found.metrics()} for name, found in training.by_repository.items()
    ]
    return Candidate(
        name="impact",
        save=training.model.save,
        parameters={
            **training.parameters,
            **{f"folds_{name}": round(value, 4) for name, value in training.choice.items()},
        },
        metrics=training.back_test.metrics(),
        figures={},
        tables={"back_tests": pl.DataFrame(by_repository, infer_schema_length=None)},
        input_example=training.asked,
        output_example=training.model.predict(training.asked),
        tags=tags,
        contest=training.contest,
        summary=query_line(training.back_test.model),
    )
