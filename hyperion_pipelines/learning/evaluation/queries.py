"""How early the right answers to a query come: measures of a ranking of suggestions.

A query is one question with many candidates, such as which other files a change will need. Scores
of rows that are judged all together are the business of `classification`.
"""

import polars as pl

from hyperion_pipelines.learning.evaluation.intervals import SAMPLES, mean_intervals
from hyperion_pipelines.learning.evaluation.reports import QueryEvaluation

MEASURES = ("recall_at_5", "recall_at_10", "mean_reciprocal_rank")


def evaluate_queries(answers: pl.DataFrame, *, samples: int = SAMPLES) -> QueryEvaluation:
    """How early relevant answers come: recall@5, recall@10 and mean reciprocal rank, over queries.

    *answers* has a row per query and candidate: `query`, `is_relevant` (bool), `score` (the higher
    the earlier; null: it was not among the candidates, and is never found). Of equal scores the
    irrelevant come first: a ranker earns nothing by not deciding. A query without a relevant row
    asks for nothing, and is left out. Intervals are by bootstrap of the queries.
    """
    per_query = _per_query(answers)
    reciprocal_ranks = per_query.select("query", reciprocal_rank="mean_reciprocal_rank")
    if per_query.is_empty():
        return QueryEvaluation(0, reciprocal_ranks)
    values = per_query.select(MEASURES).to_numpy()
    means: list[float] = values.mean(axis=0).tolist()
    return QueryEvaluation(
        per_query.height,
        reciprocal_ranks,
        intervals=dict(zip(MEASURES, mean_intervals(values, samples), strict=True)),
        **dict(zip(MEASURES, means, strict=True)),
    )


def _per_query(answers: pl.DataFrame) -> pl.DataFrame:
    """`query` and its share of each measure, the queries in order."""
    ranked = answers.sort(
        "query", "score", "is_relevant", descending=[False, True, False], nulls_last=True
    ).with_columns(rank=pl.int_range(1, pl.len() + 1).over("query"))
    found = pl.when(pl.col("score").is_not_null()).then("rank")
    return (
        ranked.filter("is_relevant")
        .group_by("query", maintain_order=True)
        .agg(
            recall_at_5=(found <= 5).fill_null(value=False).mean(),
            recall_at_10=(found <= 10).fill_null(value=False).mean(),
            mean_reciprocal_rank=(1 / found).max().fill_null(0.0),
        )
    )
