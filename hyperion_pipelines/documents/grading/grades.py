"""How well a repository's search answers its golden queries: by meaning, by words, and by both.

The search is the one that users have, on a version of the vectors that may not be published yet.
Which questions are asked is the business of `golden_queries`, whether an answer is good enough that
of `gate`.
"""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from hyperion_pipelines.documents.chunking.headings import SEPARATOR
from hyperion_pipelines.documents.document import PROSE
from hyperion_pipelines.documents.grading.measures import (
    CUTOFF,
    MEASURES,
    found,
    ndcg,
    recall,
    reciprocal_rank,
)
from hyperion_pipelines.documents.search.passages import Passage
from hyperion_pipelines.documents.search.searching import Searcher, Way
from hyperion_pipelines.learning.evaluation.intervals import mean_intervals
from hyperion_pipelines.progress import Progress, Silent
from hyperion_pipelines.schemas import SEARCH_GRADES
from hyperion_pipelines.stores.vectors import PassageFilter

SEARCHES: Mapping[str, Sequence[Way]] = {
    "dense": ("dense",),
    "bm25": ("bm25",),
    "fused": ("dense", "bm25"),
}
SEARCHED: Mapping[str, PassageFilter] = {
    "docstring": PassageFilter(kinds=("code",)),
    "commit": PassageFilter(),
    "heading": PassageFilter(kinds=PROSE),
}
# Passages that are asked for, so that ten files are among them.
PASSAGES = {"docstring": CUTOFF, "commit": 5 * CUTOFF, "heading": CUTOFF}
EVERY_SOURCE = "all"
GRADES = pl.Schema({name: kind for name, kind in SEARCH_GRADES.items() if name != "repository"})
SUMMARY = pl.Schema(
    {"search": pl.String, "source": pl.String, "queries": pl.UInt32}
    | {
        name: pl.Float64
        for measure in MEASURES
        for name in (measure, f"{measure}_low", f"{measure}_high")
    }
)
# What stands between the name of a symbol, or section, and that of one within it.
_WITHIN = {"docstring": ".", "heading": SEPARATOR}
_PLOTTED = {"recall": "recall_at_10", "reciprocal_rank": "mrr_at_10", "ndcg": "ndcg_at_10"}
_RANKS = pl.Schema({"query_id": pl.String, "search": pl.String, "ranks": pl.List(pl.UInt32)})


def grade_search(
    slug: str,
    queries: pl.DataFrame,
    searcher: Searcher,
    *,
    version: str,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """The columns of GRADES for each of the golden *queries* and each search, by query and search.

    What is searched is *version* of the repository's vectors, published or not.
    """
    rows: list[tuple[str, str, list[int]]] = []
    with (progress or Silent()).stage("grading", queries.height, "queries") as advance:
        for query_id, source, query, answers in queries.iter_rows():
            for search, ways in SEARCHES.items():
                passages = searcher.search(
                    query,
                    [slug],
                    limit=PASSAGES[source],
                    filter=SEARCHED[source],
                    ways=ways,
                    version=version,
                )
                rows.append((query_id, search, ranks_of_answers(source, answers, passages)))
            advance(1)
    ranks, relevant = pl.col("ranks"), pl.col("answers").list.len()
    return (
        queries.join(pl.DataFrame(rows, schema=_RANKS, orient="row"), on="query_id")
        .with_columns(
            version=pl.lit(version),
            relevant=relevant,
            found=found(ranks),
            recall=recall(ranks, relevant),
            reciprocal_rank=reciprocal_rank(ranks),
            ndcg=ndcg(ranks, relevant),
        )
        .select(pl.col(name).cast(kind) for name, kind in GRADES.items())
        .sort("query_id", "search")
    )


def ranks_of_answers(source: str, answers: Sequence[str], passages: Iterable[Passage]) -> list[int]:
    """The rank, from 1, of each of the *answers* that is among the first ten, ascending.

    What is ranked are files, symbols or sections, each where it stands first. A member of a class
    answers for the class, a section for the one above it.
    """
    places = list(dict.fromkeys(_place(source, passage) for passage in passages))[:CUTOFF]
    firsts = (
        next((rank for rank, place in enumerate(places, 1) if _is_in(source, place, answer)), None)
        for answer in answers
    )
    return sorted(rank for rank in firsts if rank is not None)


def _place(source: str, passage: Passage) -> str:
    """What of the repository a passage shows, as the answers to queries of *source* name it."""
    name = {"docstring": passage.symbol or "", "heading": passage.heading}.get(source)
    return passage.path if name is None else f"{passage.path}#{name}"


def _is_in(source: str, place: str, answer: str) -> bool:
    within = _WITHIN.get(source)
    return place == answer or (within is not None and place.startswith(f"{answer}{within}"))


def summarise_grades(grades: pl.DataFrame) -> pl.DataFrame:
    """The mean of each measure by search and source, and over `all` sources: columns of SUMMARY.

    `_low` and `_high` bound its 95 % interval, by bootstrap of the queries.
    """
    every = pl.concat([grades, grades.with_columns(source=pl.lit(EVERY_SOURCE))])
    rows: list[tuple[object, ...]] = []
    for key, group in every.group_by("search", "source"):
        values = group.sort("query_id").select(MEASURES).to_numpy()
        means: list[float] = values.mean(axis=0).tolist()
        intervals = mean_intervals(values)
        measured = (
            number
            for mean, interval in zip(means, intervals, strict=True)
            for number in (mean, *interval)
        )
        rows.append((*key, group.height, *measured))
    return pl.DataFrame(rows, schema=SUMMARY, orient="row").sort("search", "source")


def plotted_numbers(summary: pl.DataFrame) -> dict[str, float]:
    """The means over all sources, such as `recall_at_10_fused`; empty where nothing was asked."""
    overall = summary.filter(pl.col("source") == EVERY_SOURCE)
    return {
        f"{name}_{row['search']}": row[measure]
        for row in overall.iter_rows(named=True)
        for measure, name in _PLOTTED.items()
    }
