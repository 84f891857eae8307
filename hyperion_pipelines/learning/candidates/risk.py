"""The risk model as a candidate."""

from collections.abc import Mapping

import polars as pl

from hyperion_pipelines.learning.candidates.by_window import auc_by_window
from hyperion_pipelines.learning.candidates.judged_rows import (
    EXAMPLE_ROWS,
    IMPORTANCE_ROWS,
    evaluations_table,
    figures_of,
    importances,
    sample_of,
)
from hyperion_pipelines.learning.evaluation.by_repository import ALL
from hyperion_pipelines.learning.evaluation.plots import windows_plot
from hyperion_pipelines.learning.evaluation.reports import evaluation_line, evaluation_markdown
from hyperion_pipelines.learning.models.risk import RECIPES, RiskTraining
from hyperion_pipelines.learning.registry.candidate import Candidate
from hyperion_pipelines.learning.training.splits import part


def risk_candidate(
    training: RiskTraining, examples: pl.DataFrame, tags: Mapping[str, str]
) -> Candidate:
    """*training*, on *examples* with their parts, with *tags* that say what it was made from."""
    model, evaluation = training.model, training.evaluations[ALL]
    test = part(examples, "test")
    judged = test.with_columns(model.predict(test, "evaluated")["probability"])
    shown = sample_of(test, IMPORTANCE_ROWS)
    recipe = RECIPES[str(training.parameters["recipe"])]
    windows = auc_by_window(examples.drop("part", "label"), model.features, recipe)
    pictures = {} if windows.is_empty() else {"auc_by_window.png": windows_plot(windows, "AUC")}
    asked = test.select("repository", "key", *model.features).head(EXAMPLE_ROWS)
    return Candidate(
        name="risk",
        save=model.save,
        parameters=training.parameters,
        metrics=evaluation.metrics(),
        figures=figures_of(evaluation, judged, ("lines added", judged["lines_added"]))
        | importances(*model.contributions(shown, "evaluated"))
        | pictures,
        tables={
            "evaluations": evaluations_table(training.evaluations),
            "recipes": training.recipes,
            "auc_by_window": windows,
        },
        input_example=asked,
        output_example=model.predict(asked),
        tags=tags,
        contest=training.contest,
        summary=evaluation_line(evaluation),
        report=evaluation_markdown(evaluation),
    )
