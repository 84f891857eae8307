"""Sliding windows: what a model of a day would have known, and what it would have met."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from hyperion_pipelines.learning.training.examples import labelled
from hyperion_pipelines.learning.training.windows import (
    STEP,
    sliding_windows,
    training_windows,
)
from hyperion_pipelines.schemas import TIME, TRAINING_WINDOWS

START = datetime(2020, 1, 1, tzinfo=UTC)
EXAMPLES = pl.Schema(
    {
        "repository": pl.String,
        "key": pl.String,
        "time": TIME,
        "positive_at": TIME,
        "negative_at": TIME,
        "effort": pl.Float64,
        "lines_added": pl.Float32,
        "files": pl.Float32,
    }
)
# Of an example: its day, the days until a fix reveals it (None: never), its lines.
Row = tuple[int, int | None, float]


def day(days: float) -> datetime:
    return START + timedelta(days=days)


def examples(rows: list[Row], repository: str = "shop", wait: int | None = 10) -> pl.DataFrame:
    """Examples that wait some days for a clean bill, each in one file."""
    return pl.DataFrame(
        [
            (
                repository,
                f"{number:04}",
                day(at),
                None if delay is None else day(at + delay),
                None if wait is None else day(at + wait),
                lines,
                lines,
                1.0,
            )
            for number, (at, delay, lines) in enumerate(rows)
        ],
        EXAMPLES,
        orient="row",
    )


def steady(days: int) -> pl.DataFrame:
    """An example every 10 days, every third of them revealed 5 days later."""
    return examples([(at, 5 if at % 30 == 0 else None, at) for at in range(0, days, 10)])


def test_there_is_a_window_for_every_90_days_that_examples_follow() -> None:
    windows = list(sliding_windows(steady(300)))
    assert [window.number for window in windows] == [1, 2, 3]
    assert [window.fit_end for window in windows] == [day(90), day(180), day(270)]
    assert windows[0].judge_end == day(180)


def test_a_window_looks_back_two_years_and_no_further() -> None:
    first, *_, last = sliding_windows(steady(1000))
    assert (first.fit_start, last.fit_start) == (day(0), last.fit_end - timedelta(days=730))
    assert last.fit.filter(pl.col("time") < last.fit_start).is_empty()
    assert last.fit["time"][0] < last.fit_start + timedelta(days=10)


def test_it_is_fitted_on_what_was_known_on_its_day() -> None:
    """On day 90 the first was revealed; the second was not yet, the third is too young."""
    [window] = sliding_windows(
        examples([(0, 20, 1), (50, 60, 1), (85, None, 1), (100, None, 1), (179, None, 1)])
    )
    assert window.fit.select("key", "label").rows() == [("0000", True), ("0001", False)]


def test_it_is_judged_by_what_is_known_now() -> None:
    """Now is day 200: the commit of day 170 was revealed after its window, that of 195 is young."""
    rows: list[Row] = [(0, None, 1), (100, None, 1), (170, 25, 1), (185, None, 1), (200, None, 1)]
    first, second = sliding_windows(examples(rows))
    assert first.judge.select("key", "label").rows() == [("0001", False), ("0002", True)]
    assert second.judge.select("key", "label").rows() == [("0003", False)]


def test_repositories_have_windows_of_their_own() -> None:
    both = pl.concat([steady(200), examples([(50, None, 1), (150, None, 1)], "bank")])
    table = training_windows(both)
    assert table.select("repository", "window", "fit_start").rows() == [
        ("bank", 1, day(50)),
        ("shop", 1, day(0)),
        ("shop", 2, day(0)),
    ]


def test_a_row_says_what_was_fitted_on() -> None:
    """Three clean ones, two of them alike, and two that were revealed after 5 and 20 days."""
    rows: list[Row] = [(0, 5, 7), (1, 20, 8), (2, None, 9), (3, None, 9), (4, None, 3)]
    table = training_windows(examples([*rows, (95, None, 1)]))
    assert table.schema == TRAINING_WINDOWS
    assert table.row(0, named=True) == {
        "repository": "shop",
        "window": 1,
        "fit_start": day(0),
        "fit_end": day(90),
        "judge_end": day(180),
        "examples": 5,
        "positives": 2,
        "positive_share": 0.4,
        "duplicates": 1,
        "constant_columns": ["files"],
        "label_delay_days": 12.5,
    }


def test_a_window_with_too_little_says_so() -> None:
    """Only one example is old enough on day 90: it is counted, and has no median delay."""
    table = training_windows(examples([(0, None, 1), (85, None, 1), (100, None, 1)]))
    assert table.select("examples", "positives", "label_delay_days").rows() == [(1, 0, None)]


@pytest.mark.parametrize("rows", [[], [(0, None, 1.0)]])
def test_a_history_that_is_too_short_has_no_window(rows: list[Row]) -> None:
    assert_frame_equal(training_windows(examples(rows)), pl.DataFrame(schema=TRAINING_WINDOWS))


# Without a wait of their own, examples wait as long as their repository's delays tell them to.
_histories = st.builds(
    examples,
    st.lists(
        st.tuples(st.integers(0, 1200), st.none() | st.integers(0, 400), st.just(1.0)), max_size=30
    ),
    wait=st.sampled_from([None, 90]),
)


@settings(max_examples=40)
@given(_histories, st.integers(0, 1200))
def test_a_window_knows_nothing_of_what_came_later(whole: pl.DataFrame, until: int) -> None:
    """A history that ends on some day has the same windows to fit on as the longer one."""
    short = whole.filter(pl.col("time") <= day(until)).with_columns(
        positive_at=pl.when(pl.col("positive_at") <= day(until)).then("positive_at")
    )
    later = {window.number: window.fit for window in sliding_windows(whole)}
    for window in sliding_windows(short):
        assert_frame_equal(window.fit.drop("positive_at"), later[window.number].drop("positive_at"))


@settings(max_examples=40)
@given(_histories)
def test_every_example_old_enough_is_judged_once(every: pl.DataFrame) -> None:
    """But for those of the first 90 days, before any model could have been there."""
    judged = [key for window in sliding_windows(every) for key in window.judge["key"]]
    old_enough = labelled(every, pl.max("time").over("repository"))
    met = old_enough.filter(pl.col("time") >= pl.min("time").over("repository") + STEP)
    assert sorted(judged) == sorted(met["key"])
