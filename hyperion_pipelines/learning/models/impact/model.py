"""ImpactAnalyzer: for changed files, which other files will have to change.

One model serves all repositories, since its signals mean the same in each. It is fitted twice:
`evaluated` on the oldest commits, whose figures are reported, and `served` on all of them, which
answers. How it is fitted and judged is the business of `training`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import polars as pl

from hyperion_pipelines.features.file_features import COUPLING_FILES
from hyperion_pipelines.learning.models.impact.candidates import (
    candidates,
    slices,
    usual_candidates,
)
from hyperion_pipelines.learning.models.impact.changes import ChangeHistory
from hyperion_pipelines.learning.models.impact.queries import queries_of, require_paths
from hyperion_pipelines.learning.models.impact.ranker import Ranker
from hyperion_pipelines.learning.models.impact.reasons import reasons
from hyperion_pipelines.learning.models.impact.signals import signals

USUAL_COMPANIONS = 5  # of a file, and of a commit: what is missing is counted among the likeliest
SUGGESTIONS = pl.Schema(
    {
        "path": pl.String,
        "probability": pl.Float64,
        "given": pl.String,
        "support": pl.Int64,
        "confidence": pl.Float64,
        "reasons": pl.List(pl.String),
    }
)


@dataclass(frozen=True)
class ImpactAnalyzer:
    """The fitted model."""

    evaluated: Ranker
    served: Ranker

    def suggest(self, history: ChangeHistory, paths: Sequence[str], k: int = 10) -> pl.DataFrame:
        """The *k* files of HEAD that most likely have to change when *paths* do: `SUGGESTIONS`.

        The probability that a file changes with one at least of *paths* is 1 - the product of
        (1 - p) over them (noisy or). `given` is the one of them that speaks for it most; `support`
        (commits that changed both), `confidence` (their share of the given file's commits) and
        `reasons` are about these two. Ordered by probability. Raises UsageError for a path that
        HEAD does not have.
        """
        queries = _present_queries(history, paths)
        rows = signals(history, candidates(history, queries))
        scored = rows.with_columns(self.served.probability(rows), reasons=reasons())
        given = queries.select("query", given=pl.Series(paths).gather(queries["query"]))
        head = history.at_head.filter(~pl.col("path").is_in(list(paths)))
        return (
            scored.drop("path", "given")
            .join(given, on="query")
            .join(head, on="file")
            .sort("probability", "query", descending=[True, False])
            .group_by("path", maintain_order=True)
            .agg(
                _any(pl.col("probability")),
                pl.first("given", "support", "confidence", "reasons"),
            )
            .sort("probability", "path", descending=[True, False])
            .head(k)
            .cast({"support": pl.Int64, "confidence": pl.Float64})
            .select(SUGGESTIONS.names())
        )

    def missing(
        self, history: ChangeHistory, shas: pl.Series, *, by_evaluated: bool = False
    ) -> pl.DataFrame:
        """How many files that usually change with a commit's were not in it: `sha`, `missing`.

        For each of *shas*, in their order, the sum (f32) of the probabilities of the likeliest
        files that changed with its own at least twice before, and were not in it. 0 where it
        touched none, as a merge; null where it touched more than 50 files, which say nothing of
        each other. *by_evaluated*: by the fit that has not seen the newest commits.
        """
        ranker = self.evaluated if by_evaluated else self.served
        commits = shas.to_frame("sha").join(
            history.commits.select("sha", "rank", "files"),
            on="sha",
            how="left",
            maintain_order="left",
        )
        small = commits.filter(pl.col("files").is_between(1, COUPLING_FILES))["rank"]
        sums = _expected(history, ranker, small)
        is_telling = pl.col("files").fill_null(0) <= COUPLING_FILES
        expected = pl.when(is_telling).then(pl.col("missing").fill_null(0.0))
        return commits.join(sums, on="rank", how="left", maintain_order="left").select(
            "sha", missing=expected.cast(pl.Float32)
        )

    def predict(self, asked: pl.DataFrame) -> pl.DataFrame:
        """The `probability` (f64) of each row of signals (`SIGNALS`, f32), in their order."""
        return self.served.probability(asked).to_frame()

    def save(self, folder: Path) -> None:
        """Write both fits into *folder*."""
        self.evaluated.save(folder / "evaluated")
        self.served.save(folder / "served")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model that `save` wrote."""
        return cls(Ranker.load(folder / "evaluated"), Ranker.load(folder / "served"))


def _any(probability: pl.Expr) -> pl.Expr:
    """The probability of one at least: 1 - the product of (1 - p)."""
    return (1 - (1 - probability).product()).alias("probability")


def _present_queries(history: ChangeHistory, paths: Sequence[str]) -> pl.DataFrame:
    """A query for each of *paths* at the present time, numbered as they are."""
    require_paths(history.at_head["path"], paths)
    given = pl.DataFrame({"path": list(paths)}, schema={"path": pl.String}).join(
        history.at_head, on="path", how="left", maintain_order="left"
    )
    return given.select(
        query=pl.int_range(pl.len()),
        rank=pl.lit(history.present, pl.Int64),
        given=pl.col("file"),
        path=pl.Series(history.names.numbers(given["path"])),
    )


def _expected(history: ChangeHistory, ranker: Ranker, ranks: pl.Series) -> pl.DataFrame:
    """`rank` and `missing` of the commits at *ranks* from which a usual companion is missing."""
    sums = [pl.DataFrame(schema={"rank": pl.Int64, "missing": pl.Float64})]
    for queries in slices(history, queries_of(history, ranks.unique())):
        rows = signals(history, usual_candidates(history, queries, USUAL_COMPANIONS))
        companions = rows.with_columns(ranker.probability(rows)).join(
            history.touches, on=["rank", "file"], how="anti"
        )
        # Sums of floating-point numbers depend on their order, by a last digit.
        sums.append(
            companions.sort("rank", "file", "given")
            .group_by("rank", "file", maintain_order=True)
            .agg(_any(pl.col("probability")))
            .group_by("rank", maintain_order=True)
            .agg(missing=pl.col("probability").top_k(USUAL_COMPANIONS).sum())
        )
    return pl.concat(sums)
