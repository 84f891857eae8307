"""The reasons for a score: the features that moved it most, in words, with what they contributed.

Contributions are exact parts of the log-odds and come from the model; nothing is estimated here,
and what is not told as a reason is kept as a sum. The sentences are the business of `sentences`.
"""

import math
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hyperion_pipelines.learning.scoring.sentences import FACTS, sentences
from hyperion_pipelines.learning.scoring.standing import shares_beside
from hyperion_pipelines.learning.scoring.words import SAID_AS, vocabulary_of
from hyperion_pipelines.schemas import REASON

FEWEST_PEERS = 20  # to speak of so many in a hundred


def explain(
    features: pl.DataFrame,
    contributions: NDArray[np.floating],
    names: Sequence[str],
    table: str,
    k: int = 5,
    *,
    peers: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Why each row of *features* has its score: a frame of as many rows, in their order.

    *features* are rows of *table* in one repository. *contributions* has a column for each of
    *names* and a last one, the base; a row adds up to its log-odds. A name that is no column of
    *features*, as that of a derived feature may be, is told without a value. Values are compared
    with those of *peers*, rows of the same table and repository; by default with each other.

    Columns: `base_log_odds`; `reasons`, up to *k* of `REASON`, the greatest |contribution| first;
    `other_contribution`, the sum of all others. Base, reasons and other add up to the row's sum.
    The hour's sine and cosine are one reason; what contributed nothing is none.
    """
    rows = _with_hour(features)
    said, amounts = _said_as_one(names, contributions[:, :-1].astype(np.float64))
    chosen = _strongest(amounts, k)
    told = np.take_along_axis(amounts, chosen, axis=1)
    facts = _facts(rows, rows if peers is None else _with_hour(peers), said, chosen, told)
    vocabulary = vocabulary_of(table)
    is_flag = {name: kind == pl.Boolean() for name, kind in rows.schema.items()}
    words = [vocabulary.of(name, is_flag=is_flag.get(name, False)) for name in said]
    reasons = facts.with_columns(sentences(facts, words, vocabulary.rows))
    return pl.DataFrame(
        {
            "base_log_odds": contributions[:, -1].astype(np.float64),
            "other_contribution": amounts.sum(axis=1) - told.sum(axis=1),
            "reasons": _as_lists(reasons, chosen.shape),
        }
    )


def _with_hour(rows: pl.DataFrame) -> pl.DataFrame:
    """*rows* with the hour of day that its sine and cosine stand for, where they have these."""
    if not {"hour_sin", "hour_cos"} <= set(rows.columns):
        return rows
    angle = pl.arctan2(pl.col("hour_sin").cast(pl.Float64), pl.col("hour_cos").cast(pl.Float64))
    return rows.with_columns(hour=(angle * (24 / (2 * math.pi))).round(0) % 24)


def _said_as_one(
    names: Sequence[str], amounts: NDArray[np.float64]
) -> tuple[list[str], NDArray[np.float64]]:
    """The features that are spoken of, and their contributions: columns said as one are added."""
    spoken = [SAID_AS.get(name, name) for name in names]
    said = list(dict.fromkeys(spoken))
    is_part = np.array([[part == whole for whole in said] for part in spoken], np.float64)
    return said, amounts @ is_part.reshape(len(spoken), len(said))


def _strongest(amounts: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    """For each row the *k* columns of greatest amount, either sign, the greatest first."""
    strength = -np.abs(amounts)
    candidates = np.argpartition(strength, min(k, amounts.shape[1]) - 1, axis=1)[:, :k]
    order = np.argsort(np.take_along_axis(strength, candidates, axis=1), axis=1, kind="stable")
    return np.take_along_axis(candidates, order, axis=1)


def _facts(
    features: pl.DataFrame,
    peers: pl.DataFrame,
    said: Sequence[str],
    chosen: NDArray[np.intp],
    told: NDArray[np.float64],
) -> pl.DataFrame:
    """The facts (`FACTS`) that are told of the rows, those of a row side by side."""
    shape = chosen.shape
    value, smaller, greater = (np.full(shape, np.nan), np.zeros(shape), np.zeros(shape))
    at_hand = np.isin(said, features.columns)
    for column, name in enumerate(said):
        here = chosen == column
        if at_hand[column] and here.any():
            value[here] = _numbers(features, name)[here.nonzero()[0]]
            among = _numbers(peers, name)
            if len(among) >= FEWEST_PEERS:
                smaller[here], greater[here] = shares_beside(value[here], among)
    return pl.DataFrame(
        {
            "feature": pl.Series(said, dtype=pl.String).gather(chosen.ravel()),
            "value": pl.Series(value.ravel(), nan_to_null=True),
            "contribution": told.ravel(),
            "is_at_hand": at_hand[chosen].ravel(),
            "smaller": smaller.ravel(),
            "greater": greater.ravel(),
        },
        schema=FACTS,
    )


def _numbers(rows: pl.DataFrame, column: str) -> NDArray[np.float64]:
    return rows[column].cast(pl.Float64).to_numpy()


def _as_lists(reasons: pl.DataFrame, shape: tuple[int, int]) -> pl.Series:
    """The reasons of each row as a list, without those that contributed nothing."""
    in_rows = reasons.select(
        row=pl.int_range(pl.len()) // shape[1],
        reason=pl.struct(field.name for field in REASON.fields),
        contributed=pl.col("contribution") != 0,
    )
    lists = in_rows.filter("contributed").group_by("row", maintain_order=True).agg("reason")
    of_rows = pl.DataFrame({"row": pl.int_range(shape[0], eager=True)})
    empty = pl.lit([], pl.List(REASON))
    return (
        of_rows.join(lists, on="row", how="left", maintain_order="left")
        .select(pl.col("reason").fill_null(empty).alias("reasons"))
        .to_series()
    )
