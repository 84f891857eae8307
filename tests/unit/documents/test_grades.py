"""How answers are ranked and measured, query by query, and what is told of all."""

import polars as pl
import pytest

from hyperion_pipelines.documents.chunking.headings import SEPARATOR
from hyperion_pipelines.documents.grading.grades import (
    GRADES,
    SUMMARY,
    plotted_numbers,
    ranks_of_answers,
    summarise_grades,
)
from hyperion_pipelines.documents.search.passages import Passage


def passage(path: str, symbol: str | None = None, heading: str = "") -> Passage:
    """A passage of which only the place matters."""
    return Passage(
        *("", "shop", path, 1, 1, "code", None, symbol, heading, ""),
        score=1.0,
        dense_rank=None,
        bm25_rank=None,
    )


def test_a_file_has_the_rank_of_its_best_passage_and_is_counted_once() -> None:
    passages = [passage("a"), passage("a"), passage("b"), passage("a"), passage("c")]
    assert ranks_of_answers("commit", ["c", "a", "z"], passages) == [1, 3]


def test_only_the_first_ten_files_are_looked_at() -> None:
    passages = [passage(f"{number}.py") for number in range(12)]
    assert ranks_of_answers("commit", ["9.py", "10.py"], passages) == [10]


def test_a_method_answers_for_its_class_and_no_class_for_its_method() -> None:
    passages = [passage("a", "Carts"), passage("b", "Cart"), passage("a", "Cart.total")]
    assert ranks_of_answers("docstring", ["a#Cart"], passages) == [3]
    assert ranks_of_answers("docstring", ["b#Cart.total"], passages) == []


def test_code_outside_of_symbols_answers_for_none() -> None:
    assert ranks_of_answers("docstring", ["a#None"], [passage("a")]) == []


def test_a_section_answers_for_the_one_above_it() -> None:
    heading = f"Guide{SEPARATOR}How to pay"
    passages = [
        passage("a", heading="Guide"),
        passage("a", heading=f"{heading}{SEPARATOR}By card"),
        passage("a", heading=heading),
    ]
    assert ranks_of_answers("heading", [f"a#{heading}"], passages) == [2]


def grade(query: str, source: str, search: str, recall: float) -> dict[str, object]:
    """A grade whose measures are all the same."""
    measures = {"recall": recall, "reciprocal_rank": recall, "ndcg": recall}
    found = {"query": query, "relevant": 1, "found": int(recall)}
    return {
        "version": "1",
        "query_id": query,
        "source": source,
        "search": search,
        **found,
        **measures,
    }


def test_the_summary_has_means_and_intervals_by_search_and_source_and_over_all() -> None:
    rows = [grade(f"c{number}", "commit", "fused", float(number % 2)) for number in range(20)]
    rows += [grade(f"h{number}", "heading", "fused", 1.0) for number in range(20)]
    summary = summarise_grades(pl.DataFrame(rows, schema=GRADES))
    assert summary.schema == SUMMARY
    assert summary.select("search", "source", "queries", "recall", "ndcg").rows() == [
        ("fused", "all", 40, 0.75, 0.75),
        ("fused", "commit", 20, 0.5, 0.5),
        ("fused", "heading", 20, 1.0, 1.0),
    ]
    low, high = (
        summary.filter(pl.col("source") == "commit").select("recall_low", "recall_high").row(0)
    )
    assert 0.2 < low < 0.5 < high < 0.8
    same = summary.filter(pl.col("source") == "heading").select("ndcg_low", "ndcg_high").row(0)
    assert same == (1.0, 1.0)


def test_the_numbers_to_plot_are_those_over_all_sources() -> None:
    rows = [grade("a", "commit", "fused", 1.0), grade("b", "heading", "fused", 0.0)]
    rows += [grade("a", "commit", "bm25", 1.0), grade("b", "heading", "bm25", 1.0)]
    numbers = plotted_numbers(summarise_grades(pl.DataFrame(rows, schema=GRADES)))
    names = ("recall_at_10", "mrr_at_10", "ndcg_at_10")
    expected = {f"{name}_bm25": 1.0 for name in names} | {f"{name}_fused": 0.5 for name in names}
    assert numbers == pytest.approx(expected)


def test_without_queries_there_is_nothing_to_tell() -> None:
    summary = summarise_grades(GRADES.to_frame())
    assert summary.is_empty()
    assert plotted_numbers(summary) == {}
