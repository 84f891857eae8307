"""Measures of a ranking whose right answers are known: expressions, a row a query and search.

What was asked and found is the business of `grades`.
"""

import polars as pl

CUTOFF = 10  # answers that are looked at
MEASURES = ("recall", "reciprocal_rank", "ndcg")


def found(ranks: pl.Expr) -> pl.Expr:
    """How many right answers are among the first ten; *ranks* lists theirs, ascending from 1."""
    return ranks.list.len()


def recall(ranks: pl.Expr, relevant: pl.Expr) -> pl.Expr:
    """Recall@10: the share of the *relevant* answers that is among the first ten.

    Source: Christopher Manning, Prabhakar Raghavan and Hinrich Schuetze, Introduction to
    Information Retrieval, 2008, chapter 8.
    """
    return found(ranks) / relevant


def reciprocal_rank(ranks: pl.Expr) -> pl.Expr:
    """1 / rank of the first right answer, 0 without one; its mean over queries is MRR@10.

    Source: Ellen Voorhees, The TREC-8 Question Answering Track Report, 1999.
    """
    return (1 / ranks.list.min()).fill_null(0.0)


def ndcg(ranks: pl.Expr, relevant: pl.Expr) -> pl.Expr:
    """nDCG@10: the gains of right answers, discounted by rank, against the best possible ranking.

    An answer is right or not: it gains 1 / log2(rank + 1), summed over the ranks. Source: Kalervo
    Jaervelin and Jaana Kekaelaeinen, Cumulated gain-based evaluation of IR techniques, 2002, with
    the discount of Chris Burges et al., Learning to rank using gradient descent, 2005.
    """
    ideal = pl.int_ranges(1, relevant.clip(upper_bound=CUTOFF) + 1)
    return _discounted_gain(ranks) / _discounted_gain(ideal)


def _discounted_gain(ranks: pl.Expr) -> pl.Expr:
    # The sum of nothing is -0.0, which a reader need not see.
    return ranks.list.eval(1 / (pl.element() + 1).log(2)).list.sum() + 0.0
