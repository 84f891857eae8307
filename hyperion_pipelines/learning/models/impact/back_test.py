"""How well the ranking would have done: the newest commits, each with what was known before it.

A query gives one file of a commit and asks for the others. Three rankers order the same candidates:
the model, co-change confidence, and the directory. Files that were right and no candidate count as
never found, for all three; files that the commit itself added cannot be suggested by anyone, and
are counted and left out.
"""

from dataclasses import dataclass

import polars as pl

from hyperion_pipelines.learning.evaluation.intervals import paired_mean_difference
from hyperion_pipelines.learning.evaluation.queries import evaluate_queries
from hyperion_pipelines.learning.evaluation.reports import QueryEvaluation
from hyperion_pipelines.learning.models.impact.ranker import Trees

# Ties of both are broken by what changed last, so that neither loses by them.
BASELINES = {
    "confidence": ("confidence", "days_since_together", "candidate_days"),
    "directory": ("same_directory", "candidate_days"),
}


@dataclass(frozen=True)
class BackTest:
    """The measures of the model and of both baselines on the same queries.

    `answers` are the files that were right, `added` those of them that the commits themselves
    added (left out), `missed` those that were no candidates. `differences` has, for each baseline,
    by how much the model's mean reciprocal rank is higher, and the 95 % interval of that.
    """

    model: QueryEvaluation
    baselines: dict[str, QueryEvaluation]
    differences: dict[str, tuple[float, float, float]]
    answers: int
    added: int
    missed: int

    @property
    def better_baseline(self) -> str:
        """The baseline of the higher mean reciprocal rank."""
        return max(self.baselines, key=lambda name: self.baselines[name].mean_reciprocal_rank or 0)

    def metrics(self) -> dict[str, float]:
        """The numbers, flat: the model's measures, and those of each baseline by `NAME_`."""
        numbers = self.model.metrics()
        for name, evaluation in self.baselines.items():
            numbers |= {f"{name}_{key}": value for key, value in evaluation.metrics().items()}
        counts = {"answers": self.answers, "added": self.added, "missed": self.missed}
        return numbers | {f"files_{name}": float(count) for name, count in counts.items()}


def back_test(trees: Trees, examples: pl.DataFrame) -> BackTest:
    """What *trees* and the baselines find of *examples*, as `ranking_examples` makes them."""
    known = examples.filter("is_known")
    model = evaluate_queries(_by_trees(trees, known))
    baselines = {name: evaluate_queries(_by_order(known, *by)) for name, by in BASELINES.items()}
    return BackTest(
        model=model,
        baselines=baselines,
        differences={
            name: paired_mean_difference(
                model.reciprocal_ranks["reciprocal_rank"],
                other.reciprocal_ranks["reciprocal_rank"],
            )
            for name, other in baselines.items()
            if model.queries
        },
        answers=examples.filter("is_relevant").height,
        added=examples.height - known.height,
        missed=known["support"].null_count(),
    )


def mean_reciprocal_rank(trees: Trees, examples: pl.DataFrame) -> float:
    """The mean reciprocal rank of *trees* alone, 0 without a query."""
    return (
        evaluate_queries(
            _by_trees(trees, examples.filter("is_known")), samples=1
        ).mean_reciprocal_rank
        or 0.0
    )


def _by_trees(trees: Trees, known: pl.DataFrame) -> pl.DataFrame:
    is_candidate = pl.col("support").is_not_null()
    ranked, missed = known.filter(is_candidate), known.filter(~is_candidate)
    scored = ranked.select("query", "is_relevant", score=pl.Series(trees.scores(ranked)))
    return pl.concat(
        [scored, missed.select("query", "is_relevant", score=pl.lit(None, pl.Float64))]
    )


def _by_order(known: pl.DataFrame, most: str, *least: str) -> pl.DataFrame:
    """A score by which the candidate with *most* comes first, of equal ones that of *least*."""
    ordered = known.sort(
        most, *least, descending=[True, *[False] * len(least)], nulls_last=True
    ).with_row_index("place")
    place = -pl.col("place").cast(pl.Float64)
    score = pl.when(pl.col("support").is_not_null()).then(place)
    return ordered.select("query", "is_relevant", score=score)
