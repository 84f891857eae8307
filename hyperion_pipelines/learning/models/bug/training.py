"""The training of the file model, and what the model is worth on the newest rows.

Figures are those of the evaluated fit, on the test part, beside two features that need no model: a
file's lines, and its fixes in the 365 days before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.learning.classifier.vote import VoteParameters
from hyperion_pipelines.learning.evaluation import (
    Evaluation,
    best_f1_threshold,
    paired_difference,
)
from hyperion_pipelines.learning.evaluation.by_repository import (
    evaluate_by_repository,
    with_all,
)
from hyperion_pipelines.learning.models.bug.fitting import (
    NEGATIVES,
    RECIPES,
    SEED,
    compare_recipes,
    fit_predictor,
    is_mixed,
    precision_of,
    settled_validation,
)
from hyperion_pipelines.learning.models.bug.predictor import BugPredictor
from hyperion_pipelines.learning.models.minima import POOLED
from hyperion_pipelines.learning.models.shortage import Shortage
from hyperion_pipelines.learning.registry.candidate import Contest
from hyperion_pipelines.learning.training.splits import part

METRIC = "average_precision"
BASELINES = ("lines", "fixes_365d")


@dataclass(frozen=True)
class BugTraining:
    """A trained model, and what its evaluated fit was worth on the test part.

    `evaluations` are by repository, and of `ALL` of them; `newest` likewise, on each repository's
    newest month of the test part alone, as a file's rows of several months say much the same.
    `baselines` has the average precision of each feature of `BASELINES` alone on the same rows
    (`repository`, the features; null where it is undefined). Evaluations have the feature beside
    the model that is better over `ALL`. `recipes` is what `compare_recipes` found.
    """

    model: BugPredictor
    evaluations: Mapping[str, Evaluation]
    newest: Mapping[str, Evaluation]
    baselines: pl.DataFrame
    contest: Contest
    parameters: Mapping[str, str | int | float]
    recipes: pl.DataFrame


def train(
    examples: pl.DataFrame,
    features: Sequence[str],
    champion: BugPredictor | None = None,
    *,
    recipes: Mapping[str, VoteParameters] = RECIPES,
) -> BugTraining | Shortage:
    """A model of *examples*, with what it is worth beside the baselines and the *champion*.

    *examples* are `file_examples` of one repository or several with their parts (`with_parts`);
    *features* names the columns to learn from. The folds of the train part choose one of the
    *recipes*. Equal examples give an equal model.
    """
    examples = examples.sort("repository", "time", "key")
    shortage = _shortage(part(examples, "train"), part(examples, "test"))
    if shortage:
        return shortage
    compared = compare_recipes(examples, features, recipes)
    recipe: str = compared["recipe"][0]
    model = fit_predictor(examples, features, recipes[recipe])
    test = part(examples, "test")
    judged = test.with_columns(model.predict(test, "evaluated")["log_odds", "probability"])
    is_newest = pl.col("time") == pl.col("time").max().over("repository")
    baselines = _baselines(test)
    alone: dict[str, float] = baselines.drop("repository").row(0, named=True)
    baseline = max(BASELINES, key=lambda feature: alone[feature])
    validation = settled_validation(examples)
    believed = model.predict(validation, "evaluated")["probability"]
    threshold = best_f1_threshold(validation["label"].to_numpy(), believed.to_numpy())
    return BugTraining(
        model,
        evaluate_by_repository(judged, baseline=baseline, threshold=threshold),
        evaluate_by_repository(judged.filter(is_newest), baseline=baseline, threshold=threshold),
        baselines,
        _contest(judged, alone[baseline], champion),
        {"recipe": recipe, "negatives": NEGATIVES, "seed": SEED, **asdict(recipes[recipe])},
        compared,
    )


def _shortage(train: pl.DataFrame, test: pl.DataFrame) -> Shortage | None:
    """What the train part or the test part lacks; None where there is enough."""
    fixed = train["label"].sum()
    if not POOLED.is_met_by(train):
        return Shortage(
            f"{train.height:,} labelled file-months, {fixed:,} of them fixed within 90 days, of "
            f"the {POOLED.labelled} and {POOLED.positive} that a file model needs"
        )
    if not 0 < (fixed := test["label"].sum()) < test.height:
        return Shortage(
            f"{fixed:,} of the {test.height:,} newest file-months were fixed within 90 days: a "
            "file model is judged by fixed files and others"
        )
    return None


def _baselines(test: pl.DataFrame) -> pl.DataFrame:
    """The average precision of each feature alone, over all rows and over each repository's."""
    found = [
        {"repository": name}
        | {
            feature: precision_of(rows, _alone(rows, feature)) if is_mixed(rows) else None
            for feature in BASELINES
        }
        for name, rows in with_all(test).items()
    ]
    return pl.DataFrame(found, {"repository": pl.String, **dict.fromkeys(BASELINES, pl.Float64)})


def _contest(judged: pl.DataFrame, baseline: float, champion: BugPredictor | None) -> Contest:
    """The model beside the baseline and the *champion*, where this one can read the same rows."""
    answers = judged["log_odds"].to_numpy()
    challenger = precision_of(judged, answers)
    if champion is None:
        return Contest(METRIC, challenger, baseline)
    if not set(champion.features) <= set(judged.columns):
        return Contest(METRIC, challenger, baseline, is_champion_outdated=True)
    theirs = champion.predict(judged, "evaluated")["log_odds"].to_numpy()
    difference = paired_difference(judged["label"].to_numpy(), answers, theirs, METRIC)
    return Contest(METRIC, challenger, baseline, precision_of(judged, theirs), difference)


def _alone(rows: pl.DataFrame, feature: str) -> NDArray[np.float64]:
    """A feature alone, as a score; where it is not known it is 0."""
    return rows[feature].cast(pl.Float64).fill_null(0.0).to_numpy()
