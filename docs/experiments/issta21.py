"""What was tried on the six projects of Zeng et al. (ISSTA 2021), for docs/experiments.md.

Run it with `python -m docs.experiments.issta21 TABLE`.
Each variant is judged by five expanding-window folds inside the authors' training part; with
`--test` also by their test part. The table of docs/experiments.md is what it prints.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.learning.classifier.inputs import InputColumns, Standing
from hyperion_pipelines.learning.classifier.shared import fit_shared, places_by_repository
from hyperion_pipelines.learning.classifier.vote import DEFAULT, THOROUGH, VoteParameters
from hyperion_pipelines.learning.classifier.voters import fit_lightgbm
from hyperion_pipelines.learning.evaluation import ranking
from hyperion_pipelines.learning.outside.columns import ISSTA
from hyperion_pipelines.learning.outside.tables import OutsideTable, read_table
from hyperion_pipelines.learning.training.splits import Fold, expanding_folds

Scores = NDArray[np.float64]
Weights = Callable[[pl.DataFrame], Scores]

PLAIN = InputColumns(ISSTA.read_by_the_model, {})
RELATIVE = InputColumns(ISSTA.read_by_the_model, ISSTA.kamei)
BOOSTING: Mapping[str, Any] = {
    "num_leaves": 8,
    "learning_rate": 0.05,
    "feature_fraction": 0.5,
    "min_data_in_leaf": 50,
    "lambda_l2": 10.0,
}
FOREST: Mapping[str, Any] = {
    "boosting": "rf",
    "num_leaves": 64,
    "bagging_freq": 1,
    "bagging_fraction": 0.632,
    "feature_fraction_bynode": 0.4,
    "min_data_in_leaf": 20,
}
RISING = [int(name in {"la", "nf", "entropy"}) for name in PLAIN.names]


def lines_added(fold: Fold) -> Scores:
    """No model at all."""
    return fold.judge["la"].cast(pl.Float64).to_numpy()


def one_model(
    fold: Fold,
    parameters: Mapping[str, Any] = BOOSTING,
    trees: int = 200,
    columns: InputColumns = PLAIN,
    weights: Weights | None = None,
) -> Scores:
    """A model of one kind for each project."""
    scores = np.empty(fold.judge.height)
    for project, places in places_by_repository(fold.judge):
        known = fold.fit.filter(pl.col("repository") == project)
        voter = fit_lightgbm(
            columns.numbers(known),
            known["label"].to_numpy(),
            None if weights is None else weights(known),
            parameters,
            trees,
        )
        scores[places] = voter.log_odds(columns.numbers(fold.judge[places]))
    return scores


def own_votes(fold: Fold, parameters: VoteParameters) -> Scores:
    """A vote for each project, by standings."""
    scores = np.empty(fold.judge.height)
    for project, places in places_by_repository(fold.judge):
        known = fold.fit.filter(pl.col("repository") == project)
        vote = fit_shared(known, RELATIVE, parameters=parameters)
        scores[places] = vote.log_odds(fold.judge[places])
    return scores


def pooled_vote(fold: Fold, parameters: VoteParameters) -> Scores:
    """One vote for all projects, by standings."""
    return fit_shared(fold.fit, RELATIVE, parameters=parameters).log_odds(fold.judge)


def pooled_plain(fold: Fold) -> Scores:
    """One boosting for all projects, by the plain numbers."""
    labels = fold.fit["label"].to_numpy()
    voter = fit_lightgbm(RELATIVE.numbers(fold.fit), labels, None, BOOSTING, 200)
    return voter.log_odds(RELATIVE.numbers(fold.judge))


def pooled_standing(fold: Fold) -> Scores:
    """One boosting for all projects, by where a number stands in its project."""
    standing = Standing.of(fold.fit, RELATIVE)
    labels = fold.fit["label"].to_numpy()
    voter = fit_lightgbm(standing.numbers(fold.fit), labels, None, BOOSTING, 200)
    return voter.log_odds(standing.numbers(fold.judge))


def both_votes(fold: Fold, parameters: VoteParameters) -> Scores:
    """The mean of each project's own vote and the pooled one."""
    own = fold.fit["repository"].unique().to_list()
    return fit_shared(fold.fit, RELATIVE, own=own, parameters=parameters).log_odds(fold.judge)


def recent_first(known: pl.DataFrame) -> Scores:
    """A weight that halves with each year of age."""
    age = (pl.col("time").max() - pl.col("time")).dt.total_days()
    weights = known.select(weight=pl.lit(0.5) ** (age / 365))["weight"]
    return weights.to_numpy()


def balanced(known: pl.DataFrame) -> Scores:
    """Weights that give either class one half of the sum."""
    positive = known["label"].to_numpy()
    share = float(positive.mean())
    return np.where(positive, 1 / share, 1 / (1 - share))


def settled(known: pl.DataFrame) -> Scores:
    """Weights that leave out the newest tenth, whose labels may be incomplete."""
    return (np.arange(known.height) < 0.9 * known.height).astype(float)


VARIANTS: Mapping[str, Callable[[Fold], Scores]] = {
    "boosting, 200 trees of 8 leaves": one_model,
    "lines added alone": lines_added,
    "boosting, 100 trees of 4 leaves": partial(
        one_model, parameters={**BOOSTING, "num_leaves": 4}, trees=100
    ),
    "boosting, 200 trees of 15 leaves": partial(
        one_model, parameters={**BOOSTING, "num_leaves": 15}
    ),
    "boosting, relative metrics": partial(one_model, columns=RELATIVE),
    "boosting, rising in la, nf, entropy": partial(
        one_model, parameters={**BOOSTING, "monotone_constraints": RISING}
    ),
    "boosting, half weight for each year": partial(one_model, weights=recent_first),
    "boosting, balanced classes": partial(one_model, weights=balanced),
    "boosting, newest tenth left out": partial(one_model, weights=settled),
    "forest, 100 trees of 64 leaves": partial(one_model, parameters=FOREST, trees=100),
    "pooled boosting, plain numbers": pooled_plain,
    "pooled boosting, standings": pooled_standing,
    "own votes, default": partial(own_votes, parameters=DEFAULT),
    "own votes, default with 50 shallow trees": partial(
        own_votes, parameters=replace(DEFAULT, forest_trees=50, forest_leaves=16, forest_depth=4)
    ),
    "own votes, thorough": partial(own_votes, parameters=THOROUGH),
    "pooled vote, thorough": partial(pooled_vote, parameters=THOROUGH),
    "own and pooled votes, default": partial(both_votes, parameters=DEFAULT),
    "own and pooled votes, thorough": partial(both_votes, parameters=THOROUGH),
}


@click.command()
@click.argument("table", type=click.Path(exists=True, path_type=Path))
@click.option("--test", "with_test", is_flag=True, help="Judge by the authors' test part, too.")
def main(table: Path, *, with_test: bool) -> None:
    """Print a row for each variant: means over projects and folds, and by how much it is better."""
    examples = as_examples(read_table(table, ISSTA))
    train, test = (examples.filter(pl.col("paper_split") == name) for name in ("train", "test"))
    folds = list(expanding_folds(train))
    click.echo("| variant | folds | against the first | test |\n|---|---:|---:|---:|")
    first: Scores | None = None
    for name, score in VARIANTS.items():
        found = np.concatenate([areas(fold.judge, score(fold)) for fold in folds])
        first = found if first is None else first
        gain, error = found - first, (found - first).std() / np.sqrt(len(found))
        judged = f"{areas(test, score(Fold(train, test))).mean():.4f}" if with_test else ""
        click.echo(f"| {name} | {found.mean():.4f} | {gain.mean():+.4f} ± {error:.4f} | {judged} |")


def as_examples(table: OutsideTable) -> pl.DataFrame:
    """The table's rows as examples of a train part whose labels are known at once."""
    time = pl.from_epoch("date_unix").dt.cast_time_unit("us").dt.replace_time_zone("UTC")
    return table.rows.with_columns(key="commit_id", time=time, part=pl.lit("train")).with_columns(
        positive_at=pl.when("label").then("time"), negative_at="time"
    )


def areas(judge: pl.DataFrame, scores: Scores) -> Scores:
    """The area under the ROC curve of each project, in the order of their names."""
    labels = judge["label"].to_numpy().astype(np.float64)
    parts = sorted(places_by_repository(judge), key=lambda part: part[0])
    return np.array(
        [
            ranking.auc(
                ranking.Ranking.by(scores[places]).curve(labels[places], np.ones(len(places)))
            )
            for _, places in parts
        ]
    )


if __name__ == "__main__":
    main()
