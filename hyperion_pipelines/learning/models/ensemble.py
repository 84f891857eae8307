"""The ensemble: one review priority for each commit, from what the other models say of it.

A commit's answers are its risk (log-odds of inducing a bug), its anomaly (0 to 1), the fixes that
the files it touches are due (`bug_of_commits`), and its impact (the expected number of files that
usually change with it and did not). They vote: a priority follows the weighted sum of the answers,
each measured from its mean in its standard deviations. How the answers come about is the business
of the models; those that an ensemble is trained on must not have seen what became of the commit.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.learning.evaluation import (
    Evaluation,
    best_f1_threshold,
    paired_difference,
)
from hyperion_pipelines.learning.evaluation.by_repository import evaluate_by_repository
from hyperion_pipelines.learning.models.bug.fitting import precision_of
from hyperion_pipelines.learning.models.minima import Minimum
from hyperion_pipelines.learning.models.shortage import Shortage
from hyperion_pipelines.learning.registry.candidate import Contest
from hyperion_pipelines.learning.scoring.standing import percentiles
from hyperion_pipelines.learning.training.splits import part

ANSWERS = ("risk", "anomaly", "bug", "impact")
METRIC = "average_precision"
# From how many labelled commits of the validation part on there is something to weigh by.
MINIMUM = Minimum(labelled=100, positive=10)
L2 = 1.0  # a weight of 1 costs as much as half a unit of logistic loss, summed over the commits
# Windows end every month: a path without a row in the last two was not there.
OLDEST_ROW = timedelta(days=62)
_ENSEMBLE = "ensemble.json"


@dataclass(frozen=True)
class AnswerWeight:
    """What an answer counts: its weight, 0 or more, for each deviation from its mean."""

    weight: float
    mean: float
    deviation: float


@dataclass(frozen=True)
class Ensemble:
    """The weighted vote: `weights` has one for each of `ANSWERS`; `intercept` is the base."""

    weights: Mapping[str, AnswerWeight]
    intercept: float

    @property
    def shares(self) -> dict[str, float]:
        """Each answer's share of all the weight: they add up to 1."""
        total = sum(answer.weight for answer in self.weights.values())
        return {name: answer.weight / total for name, answer in self.weights.items()}

    def parts(self, answers: pl.DataFrame) -> pl.DataFrame:
        """How much each answer moved each commit, in the order of *answers*.

        *answers* have `repository`, `sha` and the columns `ANSWERS`. Columns: `repository`, `sha`,
        `base`, `ANSWERS`, and `log_odds`, their sum: those of inducing a bug. An answer that is
        null stands at its mean: it moves nothing, and the weights of the rest decide.
        """
        moved = [
            ((pl.col(name).cast(pl.Float64) - answer.mean) * (answer.weight / answer.deviation))
            .fill_null(0.0)
            .alias(name)
            for name, answer in self.weights.items()
        ]
        base = pl.lit(self.intercept).alias("base")
        return answers.select("repository", "sha", base, *moved).with_columns(
            log_odds=pl.sum_horizontal("base", *ANSWERS)
        )

    def priority(self, answers: pl.DataFrame) -> pl.DataFrame:
        """`repository`, `sha`, `priority` (f32, 0 to 100), `ranked_by`, in the order of *answers*.

        A priority is the percentage of the repository's commits whose log-odds are smaller, equal
        ones counted half. A commit of which no model says anything stands where its `lines_added`
        stand among those of all commits, and is `ranked_by` `lines_added`, not `models`.
        """
        is_answered = pl.any_horizontal(pl.col(ANSWERS).is_not_null())
        by_models = percentiles(pl.when(is_answered).then("log_odds")).over("repository")
        by_lines = percentiles(pl.col("lines_added")).over("repository")
        return answers.with_columns(self.parts(answers)["log_odds"]).select(
            "repository",
            "sha",
            priority=pl.when(is_answered).then(by_models).otherwise(by_lines),
            ranked_by=pl.when(is_answered).then(pl.lit("models")).otherwise(pl.lit("lines_added")),
        )

    def save(self, folder: Path) -> None:
        """Write it as JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _ENSEMBLE).write_text(json.dumps(asdict(self), indent=2))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The ensemble that `save` wrote."""
        described = json.loads((folder / _ENSEMBLE).read_text())
        weights = {name: AnswerWeight(**told) for name, told in described["weights"].items()}
        return cls(weights, described["intercept"])


@dataclass(frozen=True)
class EnsembleTraining:
    """A trained ensemble, and what it is worth on the test part.

    `evaluations` are by repository, and of `ALL` of them, lines added beside each; `risk_alone` has
    those of the same commits by their risk. `gain_on_risk` is what the ensemble's average precision
    has more than that of the risk, and the ends of its 95 % interval.
    """

    model: Ensemble
    evaluations: Mapping[str, Evaluation]
    risk_alone: Mapping[str, Evaluation]
    gain_on_risk: tuple[float, float, float]
    contest: Contest
    parameters: Mapping[str, str | int | float]


def train(answers: pl.DataFrame, champion: Ensemble | None = None) -> EnsembleTraining | Shortage:
    """The ensemble whose weights say best which commits of the validation part induced a bug.

    *answers* have a row per commit: `repository`, `sha`, the columns `ANSWERS` (null where a model
    says nothing), `part` and `label` (`with_parts`), `effort` and `lines_added`. What they say of
    the validation and the test part must come from models that knew the train part alone.
    """
    validation, test = part(answers, "validation"), part(answers, "test")
    shortage = _shortage(validation, test)
    if shortage:
        return shortage
    model = _fitted(validation)
    if all(answer.weight == 0 for answer in model.weights.values()):
        return Shortage("no model's answers are higher for the commits that induced a bug")
    believed = _probability(_log_odds(model, validation))
    threshold = best_f1_threshold(validation["label"].to_numpy(), believed)
    judged = test.with_columns(
        ensemble_log_odds=_log_odds(model, test),
        risk_log_odds=pl.col("risk").cast(pl.Float64).fill_null(model.weights["risk"].mean),
    )
    labels, ours, risk = (
        judged[name].to_numpy() for name in ("label", "ensemble_log_odds", "risk_log_odds")
    )
    return EnsembleTraining(
        model,
        evaluate_by_repository(
            judged, baseline="lines_added", threshold=threshold, log_odds="ensemble_log_odds"
        ),
        evaluate_by_repository(
            judged, baseline="lines_added", threshold=threshold, log_odds="risk_log_odds"
        ),
        paired_difference(labels, ours, risk, METRIC),
        _contest(judged, champion),
        {"l2": L2} | {f"share_{name}": share for name, share in model.shares.items()},
    )


def bug_of_commits(
    changes: pl.DataFrame, commits: pl.DataFrame, probabilities: pl.DataFrame
) -> pl.DataFrame:
    """`sha` and `bug`: how likely at least one of the files that a commit touches is due a fix.

    *changes* and *commits* are the tables of one repository; *probabilities* are the file model's
    of its panel: `key` (path), `time`, `probability`. A file's is that of the newest window that
    ended before the commit, under the path which it had until then. `bug` is 1 less the product of
    what each file lacks to 1 (0 to 1), as if they were due independently, and null where the panel
    knows none of them. Over redis' validation part it tells bug-inducing commits from others by an
    area under the ROC curve of .69, the highest of the files by .63.
    """
    before = pl.when(pl.col("status") == "R").then("old_path").otherwise("path")
    touched = (
        changes.select("sha", path=before)
        .join(commits.select("sha", "commit_time"), on="sha")
        .sort("commit_time")
    )
    known = probabilities.select("time", "probability", path="key").sort("time")
    found = touched.join_asof(
        known,
        left_on="commit_time",
        right_on="time",
        by="path",
        tolerance=OLDEST_ROW,
        check_sortedness=False,
    )
    due = (
        found.drop_nulls("probability")
        .group_by("sha")
        .agg(bug=1 - (1 - pl.col("probability")).product())
    )
    return commits.select("sha").join(due, on="sha", how="left", maintain_order="left")


def _shortage(validation: pl.DataFrame, test: pl.DataFrame) -> Shortage | None:
    """What the validation part or the test part lacks; None where there is enough."""
    positives = validation["label"].sum()
    if not MINIMUM.is_met_by(validation):
        return Shortage(
            f"{validation.height:,} labelled commits to weigh the models' answers by, {positives:,}"
            f" of them bug-inducing, of the {MINIMUM.labelled} and {MINIMUM.positive} that it takes"
        )
    if not 0 < (positives := test["label"].sum()) < test.height:
        return Shortage(
            f"{positives:,} of the {test.height:,} newest labelled commits induced a bug: an "
            "ensemble is judged by such commits and others"
        )
    return None


def _fitted(rows: pl.DataFrame) -> Ensemble:
    """The ensemble of the *rows*' standardised answers; one that is never given has no weight."""
    answers = rows.select(pl.col(ANSWERS).cast(pl.Float64))
    means = answers.mean().fill_null(0.0).to_numpy()[0]
    spread = answers.std().fill_null(0.0).to_numpy()[0]
    deviations = np.where(spread > 0, spread, 1.0)
    values = np.nan_to_num((answers.to_numpy() - means) / deviations)
    fitted = _regression(values, rows["label"].to_numpy())
    weights = {
        name: AnswerWeight(float(fitted[1 + at]), float(means[at]), float(deviations[at]))
        for at, name in enumerate(ANSWERS)
    }
    return Ensemble(weights, float(fitted[0]))


def _regression(values: NDArray[np.float64], labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The intercept and the d weights of a logistic regression of *labels* (n) on *values* (n, d).

    No weight is below 0, and all are drawn to it by `L2`; the intercept is free.
    """
    from scipy import optimize
    from scipy.special import expit

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        log_odds = values @ weights[1:] + weights[0]
        misfit = np.sum(np.logaddexp(0.0, log_odds) - labels * log_odds)
        residuals = expit(log_odds) - labels
        slopes = residuals @ values + L2 * weights[1:]
        return float(misfit + L2 / 2 * np.sum(weights[1:] ** 2)), np.append(residuals.sum(), slopes)

    start = np.zeros(1 + values.shape[1])
    bounds = [(-np.inf, np.inf)] + [(0.0, np.inf)] * values.shape[1]
    best: Any = cast("Any", optimize).minimize(
        loss, start, jac=True, bounds=bounds, method="L-BFGS-B"
    )
    return np.asarray(best.x, np.float64)


def _contest(judged: pl.DataFrame, champion: Ensemble | None) -> Contest:
    """The ensemble beside lines added and the *champion*."""
    answers = judged["ensemble_log_odds"].to_numpy()
    challenger = precision_of(judged, answers)
    baseline = precision_of(judged, judged["lines_added"].cast(pl.Float64).to_numpy())
    if champion is None:
        return Contest(METRIC, challenger, baseline)
    theirs = _log_odds(champion, judged).to_numpy()
    difference = paired_difference(judged["label"].to_numpy(), answers, theirs, METRIC)
    return Contest(METRIC, challenger, baseline, precision_of(judged, theirs), difference)


def _log_odds(model: Ensemble, answers: pl.DataFrame) -> pl.Series:
    return model.parts(answers)["log_odds"]


def _probability(log_odds: pl.Series) -> NDArray[np.float64]:
    from scipy.special import expit

    return expit(log_odds.to_numpy())
