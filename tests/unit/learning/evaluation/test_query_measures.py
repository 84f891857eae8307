"""How early the answers to queries come, worked out by hand."""

from collections.abc import Mapping, Sequence

import polars as pl
import pytest

from hyperion_pipelines.learning.evaluation import evaluate_queries

# Of a candidate: whether it is relevant, and its score.
Candidate = tuple[bool, float | None]


def answers(queries: Mapping[str, Sequence[Candidate]]) -> pl.DataFrame:
    rows = [(query, *candidate) for query, found in queries.items() for candidate in found]
    schema = {"query": pl.String, "is_relevant": pl.Boolean, "score": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_recall_and_reciprocal_ranks_are_means_over_queries() -> None:
    """a: its answers stand 2nd and 6th. b: its only answer stands 1st."""
    asked = {
        "a": [(place in {2, 6}, -place) for place in range(1, 12)],
        "b": [(True, 0.9), (False, 0.1)],
    }
    measured = evaluate_queries(answers(asked))
    assert measured.queries == 2
    assert measured.recall_at_5 == pytest.approx((1 / 2 + 1) / 2)
    assert measured.recall_at_10 == 1
    assert measured.mean_reciprocal_rank == pytest.approx((1 / 2 + 1) / 2)
    assert measured.reciprocal_ranks.rows() == [("a", 0.5), ("b", 1.0)]


def test_an_answer_that_was_no_candidate_is_never_found() -> None:
    measured = evaluate_queries(answers({"a": [(True, None), (True, 0.5)], "b": [(True, None)]}))
    assert measured.recall_at_5 == pytest.approx((1 / 2 + 0) / 2)
    assert measured.reciprocal_ranks["reciprocal_rank"].to_list() == [1, 0]


def test_a_ranker_earns_nothing_by_not_deciding() -> None:
    """Of equal scores the relevant one comes last, in whichever order they are given."""
    tied: list[Candidate] = [(True, 1.0), (False, 1.0), (False, 1.0), (False, 0.0)]
    for order in (tied, tied[::-1]):
        assert evaluate_queries(answers({"a": order})).mean_reciprocal_rank == pytest.approx(1 / 3)


def test_a_query_without_an_answer_is_left_out() -> None:
    measured = evaluate_queries(answers({"a": [(True, 1.0)], "b": [(False, 1.0)]}))
    assert (measured.queries, measured.mean_reciprocal_rank) == (1, 1)


def test_no_queries_measure_nothing() -> None:
    measured = evaluate_queries(answers({}))
    assert measured.metrics() == {"queries": 0}


def test_intervals_are_over_queries() -> None:
    """Nine of ten queries are answered first, one not at all."""
    asked = {f"{number}": [(True, 1.0 if number else None)] for number in range(10)}
    measured = evaluate_queries(answers(asked)).metrics()
    assert measured["mean_reciprocal_rank"] == pytest.approx(0.9)
    assert 0.5 < measured["mean_reciprocal_rank_low"] < 0.9
    assert measured["mean_reciprocal_rank_high"] == 1
