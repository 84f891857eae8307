"""Sliding windows over a repository's history: what a model would have learnt, and met, all along.

Every 90 days stands a model that was fitted on the two years before, by what was known on that
day, and is judged by the 90 days that follow. They show whether a model lasts; the parts of one
training are the business of `splits`, findings about them that of `quality`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from hyperion_pipelines.learning.training.examples import labelled
from hyperion_pipelines.learning.training.quality import constant_columns, count_duplicates
from hyperion_pipelines.schemas import TRAINING_WINDOWS

STEP = timedelta(days=90)
FIT_SPAN = timedelta(days=730)


@dataclass(frozen=True)
class Window:
    """A model's day, `fit_end`: the labelled examples before it, and those that follow.

    `fit` are the examples from `fit_start`, with the labels that were known at `fit_end`; `judge`
    those from then until before `judge_end`, with the labels of now. Examples that were too young
    to be called either are in neither. `number` counts a repository's windows from 1.
    """

    repository: str
    number: int
    fit_start: datetime
    fit_end: datetime
    judge_end: datetime
    fit: pl.DataFrame
    judge: pl.DataFrame


def sliding_windows(examples: pl.DataFrame) -> Iterator[Window]:
    """The windows of each repository, in the order of time.

    *examples* are those of `commit_examples` or `file_examples`. Windows are counted from the
    first example, so that a history that grows leaves them where they are. There is one for every
    90 days that some example follows, however little it holds; the first reach back less than two
    years.
    """
    for (repository,), rows in examples.sort("repository", "time", "key").group_by(
        "repository", maintain_order=True
    ):
        yield from _windows_of(str(repository), rows)


def _windows_of(repository: str, examples: pl.DataFrame) -> Iterator[Window]:
    time = pl.col("time")
    first, newest = examples["time"][0], examples["time"][-1]
    now = labelled(examples, pl.lit(newest))
    for number in range(1, (newest - first) // STEP + 1):
        fit_end = first + number * STEP
        fit_start, judge_end = max(first, fit_end - FIT_SPAN), fit_end + STEP
        known = labelled(examples.filter(time < fit_end), pl.lit(fit_end))
        yield Window(
            repository,
            number,
            fit_start,
            fit_end,
            judge_end,
            fit=known.filter(time >= fit_start),
            judge=now.filter(time >= fit_end, time < judge_end),
        )


def training_windows(examples: pl.DataFrame) -> pl.DataFrame:
    """The table training_windows: a row per window, what its model would have been fitted on.

    `examples`, `positives`, `positive_share`; `duplicates`: examples whose features are all equal
    to those of one before; `constant_columns`: features that say nothing there; `label_delay_days`:
    the median time from a positive example to what revealed it. A share or a median of nothing is
    null.
    """
    rows = [_row(window) for window in sliding_windows(examples)]
    return pl.DataFrame(rows, schema=TRAINING_WINDOWS)


def _row(window: Window) -> dict[str, object]:
    positives = window.fit.filter("label")
    delays = positives["positive_at"] - positives["time"]
    return {
        "repository": window.repository,
        "window": window.number,
        "fit_start": window.fit_start,
        "fit_end": window.fit_end,
        "judge_end": window.judge_end,
        "examples": window.fit.height,
        "positives": positives.height,
        "positive_share": window.fit["label"].mean(),
        "duplicates": count_duplicates(window.fit),
        "constant_columns": constant_columns(window.fit),
        "label_delay_days": (delays / timedelta(days=1)).median(),
    }
