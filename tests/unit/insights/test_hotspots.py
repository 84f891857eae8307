"""Hotspots, worked out by hand."""

import polars as pl
import pytest

from hyperion_pipelines.insights.code.hotspots import INSIGHT, hotspots
from tests.unit.insights.code_tables import Made, Measured, files_of, metrics_of, touches_of
from tests.unit.insights.lifetimes import HEAD_TIME


def often(path: str, times: int, days: float) -> list[Made]:
    """As many commits to a file, all of one day."""
    return [Made(f"{path} {days} {number}", days, {path: "old"}) for number in range(times)]


def found(history: list[Made], measured: dict[str, Measured | None]) -> pl.DataFrame:
    """The hotspots of a history; the blob `old` has a cyclomatic complexity of 4."""
    touches = touches_of(history, list(measured))
    metrics = metrics_of({"old": Measured(4), **measured})
    return hotspots(files_of(measured), touches, metrics, HEAD_TIME)


def test_the_score_is_commits_of_the_year_by_complexity() -> None:
    """busy.py: 3 x 10 = 30, of 30 + 1 x 20 = 50; calm.py: 20. The year reaches back 365 days."""
    history = [*often("busy.py", 2, 100), *often("busy.py", 1, 365), *often("busy.py", 1, 366)]
    history += often("calm.py", 1, 10)
    rows = found(history, {"busy.py": Measured(10), "calm.py": Measured(20)})
    columns = ("path", "commits", "commits_before", "score", "share")
    assert rows.select(columns).rows() == [
        ("busy.py", 3, 1, 30, 0.6),
        ("calm.py", 1, 0, 20, 0.4),
    ]


def test_what_is_a_test_or_simple_or_unparsed_or_unchanged_is_no_hotspot() -> None:
    history = [
        *often("tests/test_a.py", 2, 1),
        *often("plain.py", 2, 1),
        *often("huge.py", 2, 1),
        *often("old.py", 2, 500),
    ]
    measured = {"tests/test_a.py": Measured(9), "plain.py": Measured(0), "old.py": Measured(9)}
    assert found(history, {**measured, "huge.py": None}).is_empty()


@pytest.mark.parametrize(
    ("now", "before", "trend"),
    [
        (6, 0, "rising"),  # 2 x 1/2^6 = 0.03
        (5, 0, "steady"),  # 2 x 1/2^5 = 0.06
        (1, 8, "cooling"),  # 2 x (1 + 9) / 2^9 = 0.04
        (1, 7, "steady"),  # 2 x (1 + 8) / 2^8 = 0.07
        (4, 4, "steady"),
    ],
)
def test_a_trend_is_what_chance_alone_would_do_in_fewer_than_one_case_of_twenty(
    now: int, before: int, trend: str
) -> None:
    """Of n commits, each falls into either year with probability one half."""
    history = [*often("a.py", before, 400), *often("a.py", now, 100)]
    assert found(history, {"a.py": Measured(10)})["trend"].to_list() == [trend]


def test_complexity_is_compared_with_the_content_of_a_year_ago() -> None:
    """grown.py had 4 and has 10; moved.py had 4 under another name; of new.py nothing is known."""
    history = [
        Made("1", 500, {"grown.py": "grown.py", "before.py": "old"}),
        Made("2", 400, {"grown.py": "old"}),
        Made("3", 20, {"moved.py": "moved.py"}, renames={"before.py": "moved.py"}),
        Made("4", 10, {"grown.py": "grown.py", "new.py": "new.py"}),
    ]
    measured = {"grown.py": Measured(10), "moved.py": Measured(3), "new.py": Measured(2)}
    rows = found(history, {**measured})
    assert rows.select("path", "complexity_change").rows() == [
        ("grown.py", 6),
        ("moved.py", -1),
        ("new.py", None),
    ]


def test_a_content_that_could_not_be_parsed_is_not_compared() -> None:
    history = [Made("1", 500, {"a.py": "huge"}), Made("2", 1, {"a.py": "a.py"})]
    files = {"a.py": Measured(7)}
    metrics = metrics_of({**files, "huge": None})
    rows = hotspots(files_of({**files}), touches_of(history, ["a.py"]), metrics, HEAD_TIME)
    assert rows["complexity_change"].to_list() == [None]


def test_bots_change_files_but_are_no_authors() -> None:
    history = [
        Made("1", 1, {"a.py": "a.py"}, "alma"),
        Made("2", 1, {"a.py": "a.py"}, "bo"),
        Made("3", 1, {"a.py": "a.py"}, "robot", is_bot=True),
    ]
    rows = found(history, {"a.py": Measured(1)})
    assert rows.select("commits", "authors").rows() == [(3, 2)]


def test_without_commits_there_are_no_rows_but_the_columns() -> None:
    rows = found([], {})
    assert rows.is_empty()
    assert rows.columns == list(INSIGHT.columns)
