"""Ranking examples: what commits asked, the candidates, their signals, and which were right.

Commits lie in honest time: of those that ask, the oldest 70 % train, the next 15 % calibrate, the
newest 15 % judge (as in `learning.training.splits`), and folds inside the train part choose.
"""

from collections.abc import Mapping

import polars as pl

from hyperion_pipelines.learning.models.impact.candidates import candidates, slices
from hyperion_pipelines.learning.models.impact.changes import ChangeHistory
from hyperion_pipelines.learning.models.impact.queries import (
    asking_commits,
    counted_commits,
    drawn,
    questions,
)
from hyperion_pipelines.learning.models.impact.signals import SIGNALS, signals
from hyperion_pipelines.learning.training.splits import TRAIN_SHARE, VALIDATION_SHARE

FOLDS = 3
# Of a repository and part; the learning curve is flat from 1,000 commits on (docs/impact.md).
MOST_COMMITS = {"train": 1_000, "validation": 2_500, "test": 2_500}
# Questions of a commit are much alike: to fit, more commits say more than more questions of each.
FITTED_PER_COMMIT = 2
GIVEN_PER_COMMIT = {"train": FITTED_PER_COMMIT, "validation": 5, "test": 5}


def ranking_examples(histories: Mapping[str, ChangeHistory]) -> pl.DataFrame:
    """A row per query and candidate, of MOST_COMMITS of each part of each repository.

    `repository`, `query` (a number over all of them), `part` (`train`, `validation`, `test`),
    `fold` (which stretch of the train part, 0 to FOLDS), `turn` (which question of its commit),
    `is_relevant` (it changed in the commit) and the signals (f32). What was right and no candidate
    is a row whose signals are null, with `is_known`: whether the file was there before the commit.
    """
    found: list[pl.DataFrame] = []
    begin = 0
    for repository, history in histories.items():
        for part, ranks in parts(history).items():
            rows = _of_part(history, drawn(ranks, MOST_COMMITS[part]), GIVEN_PER_COMMIT[part])
            numbered = rows.with_columns(
                query=rows["query"].rle_id().cast(pl.Int64) + begin,
                repository=pl.lit(repository),
                part=pl.lit(part),
                fold=_fold(rows, ranks) if part == "train" else pl.lit(None, pl.Int64),
            )
            begin += rows["query"].n_unique()
            found.append(numbered)
    return pl.concat(found)


def fitted(examples: pl.DataFrame) -> pl.DataFrame:
    """Those of *examples* to fit on: FITTED_PER_COMMIT questions of each commit, with answers."""
    has_answer = pl.col("is_relevant").any().over("query")
    return examples.filter(has_answer & (pl.col("turn") < FITTED_PER_COMMIT))


def parts(history: ChangeHistory) -> dict[str, pl.Series]:
    """The ranks of the commits of each part, in the order of time.

    The commits of 2 to 50 files say where a part ends. Commits of one file are in `validation` and
    `test` too: that a file mostly changes alone is something that probabilities have to know.
    """
    asking, counted = asking_commits(history), counted_commits(history)
    begin, end = (
        asking.slice(int(len(asking) * share), 1).to_list() or [history.present]
        for share in (TRAIN_SHARE, TRAIN_SHARE + VALIDATION_SHARE)
    )
    return {
        "train": asking.filter(asking < begin[0]),
        "validation": counted.filter((counted >= begin[0]) & (counted < end[0])),
        "test": counted.filter(counted >= end[0]),
    }


def _fold(rows: pl.DataFrame, ranks: pl.Series) -> pl.Series:
    """The stretch of equally many *ranks* in which each row's commit lies."""
    place = ranks.search_sorted(rows["rank"])
    return place.cast(pl.Int64) * (FOLDS + 1) // max(len(ranks), 1)


def _of_part(history: ChangeHistory, ranks: pl.Series, given: int) -> pl.DataFrame:
    """The rows of the commits at *ranks*."""
    asked = questions(history, ranks, given)
    key = ["query", "file"]
    answers = asked.answers.with_columns(is_relevant=True)
    found = [
        signals(history, candidates(history, part)).select(*key, "rank", "turn", *SIGNALS)
        for part in slices(history, asked.queries)
    ]
    if not found:
        return pl.DataFrame(schema=_SCHEMA)
    ranked = pl.concat(found).join(answers, on=key, how="left")
    missed = answers.join(ranked, on=key, how="anti").join(
        asked.queries.select("query", "rank", "turn"), on="query"
    )
    return (
        pl.concat([ranked, missed], how="diagonal")
        .with_columns(
            pl.col("is_relevant").fill_null(value=False), pl.col("is_known").fill_null(value=True)
        )
        .select(_SCHEMA.names())
        .sort("query", "file")
    )


_SCHEMA = pl.Schema(
    {
        "query": pl.Int64,
        "file": pl.Int64,
        "rank": pl.Int64,
        "turn": pl.Int64,
        "is_relevant": pl.Boolean,
        "is_known": pl.Boolean,
        **dict.fromkeys(SIGNALS, pl.Float32),
    }
)
