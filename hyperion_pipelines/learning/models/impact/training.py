"""Fits the impact model and judges it: the newest commits, each with what was known before it.

The objective is chosen by expanding folds inside the train part, probabilities are calibrated on
the validation part, and the back-test is that of the test part, which nothing else has seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from hyperion_pipelines.learning.evaluation.intervals import paired_mean_difference
from hyperion_pipelines.learning.models.impact.back_test import (
    BackTest,
    back_test,
    mean_reciprocal_rank,
)
from hyperion_pipelines.learning.models.impact.changes import ChangeHistory
from hyperion_pipelines.learning.models.impact.examples import (
    FOLDS,
    fitted,
    ranking_examples,
)
from hyperion_pipelines.learning.models.impact.model import ImpactAnalyzer
from hyperion_pipelines.learning.models.impact.queries import asking_commits
from hyperion_pipelines.learning.models.impact.ranker import (
    OBJECTIVES,
    PARAMETERS,
    TREES,
    Trees,
    fit_calibrated,
    fit_trees,
)
from hyperion_pipelines.learning.models.impact.signals import SIGNALS
from hyperion_pipelines.learning.models.shortage import Shortage
from hyperion_pipelines.learning.registry.candidate import Contest

LEAST_COMMITS = 100
EXAMPLE_ROWS = 5


@dataclass(frozen=True)
class ImpactTraining:
    """The model and what it is worth.

    `back_test` is that of all repositories, `by_repository` of each that has test queries; both are
    of the evaluated fit, as is `contest`, on mean reciprocal rank against the better of both
    baselines. `parameters` say how both fits were made; `choice` has the mean reciprocal rank of
    each objective in the folds. `asked` are some rows of the test part, as `predict` takes them.
    """

    model: ImpactAnalyzer
    back_test: BackTest
    by_repository: Mapping[str, BackTest]
    parameters: Mapping[str, str | int | float]
    choice: Mapping[str, float]
    contest: Contest
    asked: pl.DataFrame

    def metrics(self) -> dict[str, float]:
        """The numbers, flat: those of all repositories, and of each by `REPOSITORY/`."""
        each = {
            f"{repository}/{name}": value
            for repository, found in self.by_repository.items()
            for name, value in found.metrics().items()
        }
        return self.back_test.metrics() | each


def train(
    histories: Mapping[str, ChangeHistory], champion: ImpactAnalyzer | None = None
) -> ImpactTraining | Shortage:
    """One model for the repositories of *histories*, by name; the same histories give the same.

    A Shortage where fewer than LEAST_COMMITS commits touched 2 to 50 files, or in one of the parts
    none of them changed a file that was a candidate.
    """
    asking = sum(len(asking_commits(history)) for history in histories.values())
    if asking < LEAST_COMMITS:
        return Shortage(
            f"{asking} commits of 2 to 50 files, of the {LEAST_COMMITS} that impact is learnt from"
        )
    examples = ranking_examples(histories)
    fit, validation, test = (
        examples.filter(pl.col("part") == part) for part in ("train", "validation", "test")
    )
    if not all(_has_answers(part) for part in (fit, validation, test)):
        return Shortage("files that changed together never did so before: nothing to learn from")
    choice = {objective: _by_folds(fit, objective) for objective in OBJECTIVES}
    objective = max(choice, key=lambda name: choice[name])
    trees, served_trees = fit_trees(fit, objective), fit_trees(fitted(examples), objective)
    model = ImpactAnalyzer(
        evaluated=fit_calibrated(trees, trees, validation),
        served=fit_calibrated(served_trees, trees, pl.concat([validation, test])),
    )
    found = back_test(trees, test)
    return ImpactTraining(
        model=model,
        back_test=found,
        by_repository=_by_repository(trees, test),
        parameters=_parameters(objective, fit),
        choice=choice,
        contest=_contest(found, champion, test),
        asked=test.drop_nulls("support").select(SIGNALS).head(EXAMPLE_ROWS),
    )


def _contest(found: BackTest, champion: ImpactAnalyzer | None, test: pl.DataFrame) -> Contest:
    """What was *found* against the better baseline, and the *champion* on the same queries."""
    challenger, metric = found.model, "mean_reciprocal_rank"
    numbers = challenger.metrics()
    baseline = found.baselines[found.better_baseline].metrics()[metric]
    if champion is None:
        return Contest(metric, numbers[metric], baseline)
    present = back_test(champion.evaluated.trees, test).model
    difference = paired_mean_difference(
        challenger.reciprocal_ranks["reciprocal_rank"], present.reciprocal_ranks["reciprocal_rank"]
    )
    return Contest(metric, numbers[metric], baseline, present.metrics()[metric], difference)


def _by_repository(trees: Trees, test: pl.DataFrame) -> dict[str, BackTest]:
    """The back-test of each repository that has test queries, by its name."""
    judged = test.partition_by("repository", as_dict=True, maintain_order=True)
    found = {str(repository): back_test(trees, rows) for (repository,), rows in judged.items()}
    return {repository: one for repository, one in found.items() if one.model.queries}


def _has_answers(examples: pl.DataFrame) -> bool:
    return not examples.drop_nulls("support").filter("is_relevant").is_empty()


def _by_folds(fit: pl.DataFrame, objective: str) -> float:
    """The mean reciprocal rank over stretches of the train part, each after fitting on its past."""
    scores: list[float] = []
    for fold in range(1, FOLDS + 1):
        past = fit.filter(pl.col("fold") < fold)
        if _has_answers(past):
            judged = fit.filter(pl.col("fold") == fold)
            scores.append(mean_reciprocal_rank(fit_trees(past, objective), judged))
    return sum(scores) / max(len(scores), 1)


def _parameters(objective: str, fit: pl.DataFrame) -> dict[str, str | int | float]:
    sizes: dict[str, Any] = {
        "objective": objective,
        "trees": TREES,
        "repositories": fit["repository"].n_unique(),
        "training_queries": fit["query"].n_unique(),
        "training_rows": fit.height,
    }
    return sizes | dict(PARAMETERS)
