"""Whether a new version of the vectors answers worse than the published one.

Both are compared on the questions that both were asked, question by question: what has become of
each repository's search, not which questions it was asked.
"""

import polars as pl

from hyperion_pipelines.learning.evaluation.intervals import paired_mean_difference

JUDGED = {"ndcg": "nDCG@10", "recall": "recall@10"}
JUDGED_SEARCH = "fused"
# With fewer, one question that a new file answers as well would decide.
FEWEST_QUERIES = 20


def fall_of_search(published: pl.DataFrame, new: pl.DataFrame) -> str | None:
    """What has fallen, in a sentence, from the *published* grades to the *new* ones; None if none.

    A fall is where the whole 95 % interval of the mean difference, by bootstrap of the pairs, lies
    below 0. Fewer than FEWEST_QUERIES pairs tell of none.
    """
    pairs = _judged(new).join(_judged(published), on="query_id", suffix="_before").sort("query_id")
    if pairs.height < FEWEST_QUERIES:
        return None
    falls = [
        sentence
        for measure, name in JUDGED.items()
        if (sentence := _fall(pairs[measure], pairs[f"{measure}_before"], name))
    ]
    if not falls:
        return None
    return f"On {pairs.height} questions that were asked before, {' and '.join(falls)}."


def _judged(grades: pl.DataFrame) -> pl.DataFrame:
    return grades.filter(pl.col("search") == JUDGED_SEARCH).select("query_id", *JUDGED)


def _fall(new: pl.Series, published: pl.Series, name: str) -> str | None:
    difference, low, high = paired_mean_difference(new.to_numpy(), published.to_numpy())
    if high >= 0:
        return None
    before, after = published.to_numpy().mean(), new.to_numpy().mean()
    return (
        f"{name} of the search fell by {-difference:.3f}, from {before:.3f} to {after:.3f} "
        f"(95 % interval of the fall: {-high:.3f} to {-low:.3f})"
    )
