"""Questions with known answers: given one file of a commit, which others changed with it.

They train the ranking and judge it. Of the files of a commit, and of commits where there are many,
a sample is taken whose seed is fixed.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.errors import UsageError
from hyperion_pipelines.learning.models.impact.changes import ChangeHistory
from hyperion_pipelines.learning.models.impact.occurrences import NOWHERE

SEED = 20_050_601


class Questions(NamedTuple):
    """`queries`, as `candidates` takes them, and `answers`: `query`, `file`, `is_known`.

    An answer is known if the file was there before the commit: no other can be suggested.
    """

    queries: pl.DataFrame
    answers: pl.DataFrame


def require_paths(known: pl.Series, paths: Sequence[str]) -> None:
    """Raise UsageError, with the nearest name, for one of *paths* that is not among the *known*."""
    there = set(known)
    for path in paths:
        if path not in there:
            near = get_close_matches(path, known.to_list(), n=1)
            hint = f"; did you mean {near[0]}?" if near else "; paths begin at the root"
            raise UsageError(f"HEAD has no file {path!r}{hint}")


def asking_commits(history: ChangeHistory) -> pl.Series:
    """The ranks of the commits that ask: those of HEAD's history that touched 2 to 50 files."""
    return history.commits.filter(pl.col("is_counted") & (pl.col("files") > 1))["rank"]


def counted_commits(history: ChangeHistory) -> pl.Series:
    """The ranks of the commits whose co-changes are counted: of 1 to 50 files, as above."""
    return history.commits.filter("is_counted")["rank"]


def queries_of(history: ChangeHistory, ranks: pl.Series) -> pl.DataFrame:
    """A query for each file that the commits at *ranks* touched."""
    touched = history.touches.join(ranks.to_frame("rank"), on="rank", how="semi")
    ordered = touched.sort("rank", "file").rename({"file": "given"})
    return ordered.with_row_index("query").with_columns(pl.col("query").cast(pl.Int64))


def questions(history: ChangeHistory, ranks: pl.Series, given: int) -> Questions:
    """What the commits at *ranks* ask: of *given* files of each, drawn by a fixed seed.

    `turn` numbers the questions of a commit, in the order in which they were drawn.
    """
    shuffled = queries_of(history, ranks).sample(fraction=1, shuffle=True, seed=SEED)
    turns = shuffled.with_columns(turn=pl.int_range(pl.len()).over("rank"))
    queries = turns.filter(pl.col("turn") < given).sort("query")
    answers = (
        queries.select("query", "rank", "given")
        .join(history.touches.select("rank", "file"), on="rank")
        .filter(pl.col("file") != pl.col("given"))
    )
    path = history.states.path_before(answers["file"].to_numpy(), answers["rank"].to_numpy())
    return Questions(queries, answers.select("query", "file", is_known=pl.Series(path != NOWHERE)))


def drawn(ranks: pl.Series, most: int) -> pl.Series:
    """*ranks*, or *most* of them drawn by a fixed seed, ascending."""
    return ranks if len(ranks) <= most else ranks.sample(most, seed=SEED).sort()
