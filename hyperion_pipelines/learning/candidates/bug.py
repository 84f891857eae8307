"""The file model as a candidate."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from hyperion_pipelines.learning.candidates.judged_rows import (
    EXAMPLE_ROWS,
    IMPORTANCE_ROWS,
    evaluations_table,
    figures_of,
    importances,
    sample_of,
)
from hyperion_pipelines.learning.evaluation.by_repository import ALL
from hyperion_pipelines.learning.evaluation.reports import (
    FILES,
    evaluation_line,
    evaluation_markdown,
)
from hyperion_pipelines.learning.models.bug import BugTraining
from hyperion_pipelines.learning.registry.candidate import Candidate
from hyperion_pipelines.learning.training.splits import part


def bug_candidate(
    training: BugTraining, examples: pl.DataFrame, tags: Mapping[str, str]
) -> Candidate:
    """*training*, on *examples* with their parts, with *tags* that say what it was made from."""
    model, evaluation = training.model, training.evaluations[ALL]
    test = part(examples, "test")
    judged = test.with_columns(model.predict(test, "evaluated")["probability"])
    alone: dict[str, float] = training.baselines.drop("repository").row(0, named=True)
    baseline = max(alone, key=lambda feature: alone[feature])
    wording = replace(FILES, baseline=baseline)
    asked = test.select("repository", "key", "time", *model.features).head(EXAMPLE_ROWS)
    return Candidate(
        name="bug",
        save=model.save,
        parameters=training.parameters,
        metrics=evaluation.metrics()
        | {f"average_precision_{feature}": value for feature, value in alone.items()},
        figures=figures_of(evaluation, judged, (baseline, judged[baseline]))
        | importances(*model.contributions(sample_of(test, IMPORTANCE_ROWS))),
        tables={
            "evaluations": evaluations_table(training.evaluations),
            "evaluations_of_the_newest_month": evaluations_table(training.newest),
            "baselines": training.baselines,
            "recipes": training.recipes,
        },
        input_example=asked,
        output_example=model.predict(asked),
        tags=tags,
        contest=training.contest,
        summary=evaluation_line(evaluation, wording),
        report=evaluation_markdown(evaluation, wording),
    )
