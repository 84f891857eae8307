"""The measures of a ranking, against hand-computed values and scikit-learn."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from hyperion_pipelines.documents.grading.measures import (
    CUTOFF,
    found,
    ndcg,
    recall,
    reciprocal_rank,
)


def measured(ranks: list[int], relevant: int) -> dict[str, float]:
    """The measures of a ranking with right answers at *ranks*, of so many that there are."""
    schema = {"ranks": pl.List(pl.UInt32), "relevant": pl.UInt32}
    frame = pl.DataFrame({"ranks": [ranks], "relevant": [relevant]}, schema=schema)
    column, number = pl.col("ranks"), pl.col("relevant")
    return frame.select(
        found=found(column),
        recall=recall(column, number),
        reciprocal_rank=reciprocal_rank(column),
        ndcg=ndcg(column, number),
    ).row(0, named=True)


def test_a_perfect_ranking_has_1_everywhere() -> None:
    assert measured([1, 2, 3], 3) == {"found": 3, "recall": 1, "reciprocal_rank": 1, "ndcg": 1}


def test_where_nothing_is_found_all_is_0() -> None:
    values = measured([], 2)
    assert values == {"found": 0, "recall": 0, "reciprocal_rank": 0, "ndcg": 0}
    assert not any(math.copysign(1, value) < 0 for value in values.values())


def test_two_of_three_answers_at_ranks_2_and_5() -> None:
    gain, ideal = 1 / math.log2(3) + 1 / math.log2(6), 1 + 1 / math.log2(3) + 1 / 2
    values = measured([2, 5], 3)
    assert values["found"] == 2
    assert values["recall"] == pytest.approx(2 / 3)
    assert values["reciprocal_rank"] == 1 / 2
    assert values["ndcg"] == pytest.approx(gain / ideal)


def test_of_more_answers_than_are_looked_at_ten_make_the_best_ranking() -> None:
    values = measured(list(range(1, CUTOFF + 1)), 20)
    assert values["recall"] == 1 / 2
    assert values["ndcg"] == 1


@settings(deadline=None, max_examples=50)
@given(st.lists(st.booleans(), min_size=CUTOFF, max_size=30).filter(any))
def test_ndcg_is_that_of_scikit_learn(is_relevant: list[bool]) -> None:
    ranks = [rank for rank, right in enumerate(is_relevant[:CUTOFF], 1) if right]
    scores = -np.arange(len(is_relevant), dtype=np.float64)
    expected = float(
        metrics.ndcg_score(np.array([is_relevant], np.float64), scores[np.newaxis], k=CUTOFF)
    )
    assert measured(ranks, sum(is_relevant))["ndcg"] == pytest.approx(expected)
