"""How the file model is fitted: on which rows, by which recipe, for which repositories.

Everything here takes examples with their parts (`training.splits.with_parts`). What the fitted
model is worth is the business of `training`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.learning.classifier.calibration import CalibratedVote, fit_calibration
from hyperion_pipelines.learning.classifier.vote import Vote, VoteParameters, fit_vote
from hyperion_pipelines.learning.evaluation.ranking import Ranking, average_precision
from hyperion_pipelines.learning.models.bug.predictor import BugPredictor, Fits, inputs
from hyperion_pipelines.learning.models.minima import OWN
from hyperion_pipelines.learning.training.examples import labelled
from hyperion_pipelines.learning.training.splits import expanding_folds, part

# Over the folds of redis (12,000 to 66,000 negative rows) 1,000 give an average precision of
# .515, 5,000 of .532, 10,000 of .538, 20,000 of .539 and all of .535 (the recipe of small leaves).
NEGATIVES = 20_000
FOLD_NEGATIVES = 5_000
SEED = 20_130_601
# A file says much the same every month: where a leaf holds few rows they may be those of one file,
# and its name is learned. The first is taken where nothing can choose.
_SMALL = VoteParameters(
    forest_trees=30,
    forest_leaves=8,
    forest_depth=4,
    forest_smallest_leaf=50,
    boosting_leaves=4,
    boosting_depth=3,
)
RECIPES: Mapping[str, VoteParameters] = {
    "large leaves": replace(_SMALL, forest_smallest_leaf=300, boosting_smallest_leaf=300),
    "small leaves": _SMALL,
}


def training_sample(
    rows: pl.DataFrame, negatives: int = NEGATIVES
) -> tuple[pl.DataFrame, NDArray[np.float64]]:
    """All positive *rows*, at most so many *negatives*, and the weight (n,) of each.

    A negative row stands for as many as it was drawn from, so that weighted shares, and with them
    probabilities, are those of all rows. Equal rows give an equal sample, in whatever order.
    """
    ordered = rows.sort("repository", "time", "key")
    positive, clean = ordered.filter("label"), ordered.filter(~pl.col("label"))
    drawn = clean.sample(min(negatives, clean.height), seed=SEED)
    weight = clean.height / max(drawn.height, 1)
    weights = np.concatenate([np.ones(positive.height), np.full(drawn.height, weight)])
    return pl.concat([positive, drawn]), weights


def compare_recipes(
    examples: pl.DataFrame, features: Sequence[str], recipes: Mapping[str, VoteParameters]
) -> pl.DataFrame:
    """`recipe`, `average_precision` (mean over the folds of the train part), `spread`; best first.

    `spread` is the standard deviation over the folds. Both are null where no fold has fixed files
    and others to judge by.
    """
    folds = [
        fold for fold in expanding_folds(examples) if is_mixed(fold.fit) and is_mixed(fold.judge)
    ]
    found = [
        {"recipe": name, "precision": precision_of(fold.judge, vote.log_odds(judged))}
        for fold in folds
        for judged in [inputs(fold.judge, features)]
        for name, recipe in recipes.items()
        for vote in [_vote(fold.fit, features, recipe, FOLD_NEGATIVES)]
    ]
    precisions = pl.DataFrame(found, {"recipe": pl.String, "precision": pl.Float64})
    return (
        pl.DataFrame({"recipe": list(recipes)})
        .join(precisions, on="recipe", how="left", maintain_order="left")
        .group_by("recipe", maintain_order=True)
        .agg(average_precision=pl.mean("precision"), spread=pl.std("precision", ddof=0))
        .sort("average_precision", descending=True, nulls_last=True, maintain_order=True)
    )


def fit_predictor(
    examples: pl.DataFrame, features: Sequence[str], parameters: VoteParameters
) -> BugPredictor:
    """The model of all repositories in *examples*, and the own ones of those that gain by it.

    A repository gains where it has enough labelled rows, and its own model's average precision on
    its validation part is above that of the model of all. The model of a sole repository is its
    own.
    """
    pooled = _fits(examples, features, parameters)
    own: dict[str, Fits] = {}
    repositories = examples.partition_by("repository", maintain_order=True)
    if len(repositories) == 1:
        own[repositories[0]["repository"][0]] = pooled
    for rows in repositories if len(repositories) > 1 else ():
        judging = settled_validation(rows)
        if not (OWN.is_met_by(part(rows, "train")) and is_mixed(judging)):
            continue
        fits = _fits(rows, features, parameters)
        judged = inputs(judging, features)
        by_own, by_all = (votes.evaluated.log_odds(judged) for votes in (fits, pooled))
        if precision_of(judging, by_own) > precision_of(judging, by_all):
            own[rows["repository"][0]] = fits
    return BugPredictor(tuple(features), parameters, pooled, own)


def out_of_fold(model: BugPredictor, examples: pl.DataFrame) -> pl.DataFrame:
    """Answers that knew nothing of their rows' future: `repository`, `key`, `time`, `probability`.

    Before the training cut each row is answered for by trees that were fitted, with the model's
    parameters, to what was known when its fold began, and calibrated as the evaluated fit is; later
    ones by that fit. The rows before the first fold have no answer. What is trained on the model's
    answers is trained on these: the others have seen what became of their rows.
    """
    cuts = examples.filter(pl.col("part").is_in(["validation", "test"]))
    later = examples.join(_begins(cuts), on="repository").filter(pl.col("time") >= pl.col("begin"))
    answers = [model.predict(later, "evaluated")]
    begins = [(fit, _begins(judge)) for fit, judge in expanding_folds(examples) if is_mixed(fit)]
    calibration = model.pooled.evaluated.calibration
    ends = _begins(cuts)
    for fit, begin in reversed(begins):
        bounds = begin.join(ends.rename({"begin": "end"}), on="repository")
        rows = examples.join(bounds, on="repository").filter(
            pl.col("time") >= pl.col("begin"), pl.col("time") < pl.col("end")
        )
        vote = CalibratedVote(
            _vote(fit, model.features, model.parameters, FOLD_NEGATIVES), calibration
        )
        probability = pl.Series("probability", vote.probability(inputs(rows, model.features)))
        answers.append(rows.with_columns(probability))
        ends = ends.update(begin, on="repository")
    kept = ("repository", "key", "time", "probability")
    return pl.concat([rows.select(kept) for rows in answers]).sort(kept)


def settled_validation(examples: pl.DataFrame) -> pl.DataFrame:
    """The validation part without the months whose 90 days reach into the test part."""
    test_start = pl.col("time").filter(pl.col("part") == "test").min().over("repository")
    is_settled = (pl.col("negative_at") <= test_start).fill_null(value=True)
    return part(examples.filter(is_settled), "validation")


def is_mixed(rows: pl.DataFrame) -> bool:
    """Whether *rows* are of both labels: else there is nothing to tell apart."""
    return rows["label"].n_unique() == 2


def precision_of(rows: pl.DataFrame, scores: NDArray[np.float64]) -> float:
    """The average precision of *scores* (n,) of *rows*, which have both labels."""
    labels = rows["label"].cast(pl.Float64).to_numpy()
    return average_precision(Ranking.by(scores).curve(labels, np.ones_like(labels)))


def _fits(examples: pl.DataFrame, features: Sequence[str], parameters: VoteParameters) -> Fits:
    """Both fits to *examples*: to the train part, and to all that is old enough now."""
    vote = _vote(part(examples, "train"), features, parameters)
    known = labelled(examples, pl.max("time").over("repository"))
    return Fits(
        evaluated=_calibrated(vote, vote, settled_validation(examples)),
        served=_calibrated(
            _vote(known, features, parameters), vote, part(examples, "validation", "test")
        ),
    )


def _vote(
    rows: pl.DataFrame,
    features: Sequence[str],
    parameters: VoteParameters,
    negatives: int = NEGATIVES,
) -> Vote:
    drawn, weights = training_sample(rows, negatives)
    return fit_vote(
        inputs(drawn, features),
        drawn["label"].to_numpy(),
        names=features,
        weights=weights,
        parameters=parameters,
    )


def _calibrated(vote: Vote, answering: Vote, later: pl.DataFrame) -> CalibratedVote:
    """*vote*, calibrated on what *answering* says of *later* rows, which it has not seen."""
    answers = answering.log_odds(inputs(later, answering.names))
    return CalibratedVote(vote, fit_calibration(answers, later["label"].to_numpy()))


def _begins(rows: pl.DataFrame) -> pl.DataFrame:
    """The time of each repository's oldest row: `repository`, `begin`."""
    return rows.group_by("repository").agg(begin=pl.min("time"))
