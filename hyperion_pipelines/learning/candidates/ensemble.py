"""The ensemble as a candidate."""

from collections.abc import Mapping

import polars as pl

from hyperion_pipelines.learning.candidates.judged_rows import (
    EXAMPLE_ROWS,
    evaluations_table,
    figures_of,
)
from hyperion_pipelines.learning.evaluation.by_repository import ALL
from hyperion_pipelines.learning.evaluation.reports import evaluation_line, evaluation_markdown
from hyperion_pipelines.learning.log_odds import probability_of
from hyperion_pipelines.learning.models.ensemble import ANSWERS, EnsembleTraining
from hyperion_pipelines.learning.registry.candidate import Candidate
from hyperion_pipelines.learning.training.splits import part


def ensemble_candidate(
    training: EnsembleTraining, answers: pl.DataFrame, tags: Mapping[str, str]
) -> Candidate:
    """*training*, on *answers* with their parts, with *tags* that say what it was made from."""
    model, evaluation = training.model, training.evaluations[ALL]
    test = part(answers, "test")
    judged = test.with_columns(
        model.parts(test).select(probability=probability_of(pl.col("log_odds"))).to_series()
    )
    asked = test.select("repository", "sha", *ANSWERS, "lines_added").head(EXAMPLE_ROWS)
    gain, low, high = training.gain_on_risk
    return Candidate(
        name="ensemble",
        save=model.save,
        parameters=training.parameters,
        metrics=evaluation.metrics()
        | {"gain_on_risk": gain, "gain_on_risk_low": low, "gain_on_risk_high": high},
        figures=figures_of(evaluation, judged, ("lines added", judged["lines_added"])),
        tables={
            "evaluations": evaluations_table(training.evaluations),
            "evaluations_of_risk_alone": evaluations_table(training.risk_alone),
        },
        input_example=asked,
        output_example=model.priority(asked),
        tags=tags,
        contest=training.contest,
        summary=evaluation_line(evaluation),
        report=evaluation_markdown(evaluation),
    )
