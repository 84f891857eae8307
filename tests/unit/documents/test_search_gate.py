"""Whether a version of the vectors finds less than the one before."""

import polars as pl

from hyperion_pipelines.documents.grading.gate import FEWEST_QUERIES, fall_of_search
from hyperion_pipelines.documents.grading.grades import GRADES


def grades(recalls: list[float], *, search: str = "fused", first: int = 0) -> pl.DataFrame:
    """A grade for each query, whose nDCG@10 is its recall."""
    rows = [
        {
            "version": "1",
            "query_id": f"{number:04}",
            "source": "commit",
            "query": f"question {number}",
            "search": search,
            "relevant": 1,
            "found": 1,
            "recall": recall,
            "reciprocal_rank": recall,
            "ndcg": recall,
        }
        for number, recall in enumerate(recalls, first)
    ]
    return pl.DataFrame(rows, schema=GRADES)


def test_most_questions_answered_worse_are_a_fall_told_in_numbers() -> None:
    fall = fall_of_search(grades([1.0] * 40), grades([0.5] * 30 + [1.0] * 10))
    assert fall is not None
    assert fall.startswith("On 40 questions that were asked before, nDCG@10 of the search fell by ")
    assert "recall@10 of the search fell by 0.375, from 1.000 to 0.625" in fall


def test_as_many_better_as_worse_are_no_fall() -> None:
    assert fall_of_search(grades([1.0, 0.5] * 20), grades([0.5, 1.0] * 20)) is None


def test_one_question_answered_worse_among_many_may_be_chance() -> None:
    assert fall_of_search(grades([1.0] * 40), grades([0.0] + [1.0] * 39)) is None


def test_the_same_answers_and_better_ones_are_no_fall() -> None:
    before = grades([0.5] * 40)
    assert fall_of_search(before, before) is None
    assert fall_of_search(before, grades([0.9] * 40)) is None


def test_only_questions_that_were_asked_before_count() -> None:
    before, new = grades([1.0] * 40), grades([0.0] * 40, first=40)
    assert fall_of_search(before, pl.concat([before, new])) is None


def test_few_questions_tell_of_no_fall() -> None:
    for count, is_fall in ((FEWEST_QUERIES - 1, False), (FEWEST_QUERIES, True)):
        fall = fall_of_search(grades([1.0] * count), grades([0.5] * count))
        assert (fall is not None) is is_fall


def test_one_way_of_searching_alone_may_fall_where_both_together_do_not() -> None:
    before = pl.concat([grades([1.0] * 40), grades([1.0] * 40, search="dense")])
    new = pl.concat([grades([1.0] * 40), grades([0.0] * 40, search="dense")])
    assert fall_of_search(before, new) is None


def test_the_first_grades_fall_from_nothing() -> None:
    assert fall_of_search(GRADES.to_frame(), grades([0.0] * 40)) is None
