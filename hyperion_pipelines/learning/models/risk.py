"""The risk model: how likely a commit is to have induced a bug.

It learns from commits and the fixes that revealed them (`training.examples.commit_examples`). One
vote of all repositories answers for a repository on its first day; one with enough labelled commits
gets a vote of its own beside it, which is used only where it did better on the validation part.

It is fitted twice by one recipe. `evaluated` knows the train part alone, and every figure is of it;
`served` knows all that is old enough by now, and answers for the commits of today.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.features.catalogue import COMMIT_FEATURES
from hyperion_pipelines.learning.classifier.inputs import InputColumns
from hyperion_pipelines.learning.classifier.shared import (
    CalibratedSharedVote,
    SharedVote,
    calibrated,
    fit_shared,
)
from hyperion_pipelines.learning.classifier.vote import DEFAULT, THOROUGH, VoteParameters
from hyperion_pipelines.learning.evaluation import (
    Evaluation,
    best_f1_threshold,
    paired_difference,
    ranking,
)
from hyperion_pipelines.learning.evaluation.by_repository import evaluate_by_repository
from hyperion_pipelines.learning.log_odds import probability_of
from hyperion_pipelines.learning.models.minima import OWN, POOLED
from hyperion_pipelines.learning.models.shortage import Shortage
from hyperion_pipelines.learning.registry.candidate import Contest
from hyperion_pipelines.learning.training.examples import labelled
from hyperion_pipelines.learning.training.splits import expanding_folds, part

FitName = Literal["evaluated", "served"]

# The fastest first: a slower one has to be better by more than the tolerance.
RECIPES: Mapping[str, VoteParameters] = {"default": DEFAULT, "thorough": THOROUGH}
AUC_TOLERANCE = 0.003
BASELINE = "lines_added"
METRIC = "average_precision"


@dataclass(frozen=True)
class RiskPredictor:
    """The model: one recipe, fitted to the train part (`evaluated`) and to all there is (`served`).

    Either answers for every repository, with its own vote or by the pooled one alone.
    """

    evaluated: CalibratedSharedVote
    served: CalibratedSharedVote

    @property
    def features(self) -> tuple[str, ...]:
        """The columns that it reads."""
        return self.served.vote.standing.columns.features

    def predict(self, features: pl.DataFrame, fit: FitName = "served") -> pl.DataFrame:
        """An answer for each of *features* (`repository`, `key` and the features), in their order.

        Columns: `repository`, `key`, `log_odds` and `probability` (of having induced a bug) f64,
        `served_by` (`own` or `pooled`). What has never been trained on is scaled within the given
        rows of its repository: give all of it (see `classifier.inputs.Standing`).
        """
        vote = self._fit(fit)
        is_own = pl.col("repository").is_in(vote.vote.repositories_with_own())
        return features.select(
            "repository",
            "key",
            log_odds=pl.Series(vote.log_odds(features), dtype=pl.Float64),
            served_by=pl.when(is_own).then(pl.lit("own")).otherwise(pl.lit("pooled")),
        ).select(
            "repository",
            "key",
            "log_odds",
            probability_of(pl.col("log_odds")).alias("probability"),
            "served_by",
        )

    def contributions(
        self, features: pl.DataFrame, fit: FitName = "served"
    ) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """The names of the d inputs, and what each added to each row's log-odds.

        The inputs are the features and what follows from them (`relative_metrics`). The array is
        (n, d + 1), the base last; its rows add up to the `log_odds` of `predict`.
        """
        vote = self._fit(fit)
        return vote.vote.names, vote.contributions(features)

    def save(self, folder: Path) -> None:
        """Write the model into *folder*."""
        self.evaluated.save(folder / "evaluated")
        self.served.save(folder / "served")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model that `save` wrote."""
        fits = (CalibratedSharedVote.load(folder / name) for name in ("evaluated", "served"))
        return cls(*fits)

    @classmethod
    def train(
        cls,
        examples: pl.DataFrame,
        features: Sequence[str],
        champion: "RiskPredictor | None" = None,
    ) -> "RiskTraining | Shortage":
        """A model of *examples*, with what it is worth beside lines added and the *champion*.

        *examples* are `commit_examples` of one repository or several with their parts
        (`with_parts`); *features* names the columns to learn from. Equal examples give an equal
        model.
        """
        shortage = _shortage(examples)
        if shortage:
            return shortage
        columns = commit_columns(features)
        recipes = _compare_recipes(examples, columns)
        recipe = recipes.row(by_predicate=pl.col("is_chosen"), named=True)["recipe"]
        evaluated = _fit_evaluated(examples, columns, RECIPES[recipe])
        model = cls(evaluated, _fit_served(examples, evaluated, RECIPES[recipe]))
        return _judged(model, examples, recipe, recipes, champion)

    def _fit(self, name: FitName) -> CalibratedSharedVote:
        return self.evaluated if name == "evaluated" else self.served


@dataclass(frozen=True)
class RiskTraining:
    """A trained model, and what its evaluated fit was worth on the test part.

    `evaluations` are by repository, and of `ALL` of them. `recipes` has the mean area under the ROC
    curve of each recipe over repositories and folds of the train part, and which was chosen.
    `threshold`, of the best F1 on the validation part, is a probability.
    """

    model: RiskPredictor
    evaluations: Mapping[str, Evaluation]
    threshold: float
    contest: Contest
    parameters: Mapping[str, str | int | float]
    recipes: pl.DataFrame


def commit_columns(features: Sequence[str]) -> InputColumns:
    """What is read of commits' *features*: those of the catalogue with Kamei's names are known."""
    kamei = {
        feature.kamei: feature.name
        for feature in COMMIT_FEATURES
        if feature.kamei and feature.name in features
    }
    return InputColumns(tuple(features), kamei)


def _shortage(examples: pl.DataFrame) -> Shortage | None:
    """What the train, validation or test part lacks; None where there is enough."""
    train, test = part(examples, "train"), part(examples, "test")
    if not POOLED.is_met_by(train):
        return Shortage(
            f"{train.height:,} labelled commits, {_positives(train):,} of them bug-inducing, of "
            f"the {POOLED.labelled} and {POOLED.positive} that a risk model needs"
        )
    if not 0 < _positives(test) < test.height:
        return Shortage(
            f"{_positives(test):,} of the {test.height:,} commits that would judge a risk model "
            "induced bugs: it takes bug-inducing commits and others to judge one"
        )
    return None


def _compare_recipes(examples: pl.DataFrame, columns: InputColumns) -> pl.DataFrame:
    """`recipe`, `auc` (mean over folds and repositories), `spread`, `is_chosen`; the fastest first.

    Chosen is the fastest that is within the tolerance of the best, or where folds can judge none.
    """
    found: dict[str, list[float]] = {name: [] for name in RECIPES}
    for fold in expanding_folds(examples):
        if not 0 < _positives(fold.fit) < fold.fit.height:
            continue
        for name, recipe in RECIPES.items():
            vote = fit_shared(fold.fit, columns, parameters=recipe)
            found[name] += _measured(fold.judge, vote.log_odds, _auc).values()
    rows = [(name, _mean(values), float(np.std(values or [0.0]))) for name, values in found.items()]
    described = pl.DataFrame(rows, ("recipe", "auc", "spread"), orient="row")
    is_good = pl.col("auc").fill_null(0) >= pl.max("auc").fill_null(0) - AUC_TOLERANCE
    return described.with_columns(is_chosen=is_good & is_good.cum_sum().eq(1))


def _fit_evaluated(
    examples: pl.DataFrame, columns: InputColumns, recipe: VoteParameters
) -> CalibratedSharedVote:
    """Fitted to the train part; own votes are kept where they win on the validation part."""
    train, validation = part(examples, "train"), part(examples, "validation")
    enough = [
        str(name)
        for (name,), rows in train.partition_by("repository", as_dict=True).items()
        if OWN.is_met_by(rows)
    ]
    vote = fit_shared(train, columns, own=sorted(enough), parameters=recipe)
    if vote.own:
        by_own = _measured(validation, vote.log_odds, _average_precision)
        by_all = _measured(validation, vote.with_own(()).log_odds, _average_precision)
        vote = vote.with_own([name for name in by_own if by_own[name] > by_all[name]])
    return calibrated(vote, validation, vote.log_odds(validation))


def _fit_served(
    examples: pl.DataFrame, evaluated: CalibratedSharedVote, recipe: VoteParameters
) -> CalibratedSharedVote:
    """Fitted to all that is old enough, calibrated on the evaluated fit's answers to the later."""
    known = labelled(examples, pl.max("time").over("repository"))
    later = part(examples, "validation", "test")
    vote: SharedVote = fit_shared(
        known, evaluated.vote.standing.columns, own=sorted(evaluated.vote.own), parameters=recipe
    )
    return calibrated(vote, later, evaluated.vote.log_odds(later))


def _judged(
    model: RiskPredictor,
    examples: pl.DataFrame,
    recipe: str,
    recipes: pl.DataFrame,
    champion: RiskPredictor | None,
) -> RiskTraining:
    """The training of *model*, by its evaluated fit's answers for the test part."""
    validation, test = part(examples, "validation"), part(examples, "test")
    believed = model.predict(validation, "evaluated")["probability"]
    threshold = best_f1_threshold(validation["label"].to_numpy(), believed.to_numpy())
    answers = model.predict(test, "evaluated").select("log_odds", "probability", "served_by")
    judged = test.with_columns(answers.get_columns())
    return RiskTraining(
        model,
        evaluate_by_repository(judged, baseline=BASELINE, threshold=threshold),
        threshold,
        _contest(judged, champion),
        {
            "recipe": recipe,
            **asdict(RECIPES[recipe]),
            "own": len(model.evaluated.vote.repositories_with_own()),
        },
        recipes,
    )


def _contest(judged: pl.DataFrame, champion: RiskPredictor | None) -> Contest:
    """The model beside lines added and the *champion*, where this one can read the same rows."""
    labels, answers = judged["label"].to_numpy(), judged["log_odds"].to_numpy()
    challenger = _average_precision(labels, answers)
    baseline = _average_precision(labels, judged[BASELINE].to_numpy())
    if champion is None:
        return Contest(METRIC, challenger, baseline)
    if not set(champion.features) <= set(judged.columns):
        return Contest(METRIC, challenger, baseline, is_champion_outdated=True)
    theirs = champion.predict(judged, "evaluated")["log_odds"].to_numpy()
    return Contest(
        METRIC,
        challenger,
        baseline,
        _average_precision(labels, theirs),
        paired_difference(labels, answers, theirs, METRIC),
    )


def _measured(
    rows: pl.DataFrame,
    answer: Callable[[pl.DataFrame], NDArray[np.float64]],
    measure: Callable[[NDArray[np.bool_], NDArray[np.float64]], float],
) -> dict[str, float]:
    """What the answers are worth by repository, where it has rows of either class."""
    named = rows.with_columns(answer=pl.Series(answer(rows)))
    return {
        str(name): measure(group["label"].to_numpy(), group["answer"].to_numpy())
        for (name,), group in named.partition_by("repository", as_dict=True).items()
        if 0 < _positives(group) < group.height
    }


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _positives(rows: pl.DataFrame) -> int:
    return int(rows["label"].sum())


def _auc(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    return ranking.auc(_curve(labels, scores))


def _average_precision(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    return ranking.average_precision(_curve(labels, scores))


def _curve(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> ranking.Curve:
    ordered = ranking.Ranking.by(scores.astype(np.float64))
    return ordered.curve(labels.astype(np.float64), np.ones(len(labels)))
