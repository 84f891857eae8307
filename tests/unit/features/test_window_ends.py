"""The moments of the panel, and what holds at each of them."""

from datetime import UTC, datetime, timedelta

import polars as pl

from hyperion_pipelines.features.history.window_ends import WindowEnds, at_each, count_distinct


def times(*texts: str) -> pl.Series:
    return pl.Series([datetime.fromisoformat(text).replace(tzinfo=UTC) for text in texts]).cast(
        pl.Datetime("us", "UTC")
    )


def ends_of(*texts: str) -> list[str]:
    return [end.isoformat() for end in WindowEnds.of(times(*texts)).times]


def test_ends_are_the_firsts_of_months_after_the_first_commit_and_the_moment_after_the_newest() -> (
    None
):
    assert ends_of("2024-01-15", "2024-03-02T10:00") == [
        "2024-02-01T00:00:00+00:00",
        "2024-03-01T00:00:00+00:00",
        "2024-03-02T10:00:00.000001+00:00",
    ]


def test_a_single_commit_has_the_present_alone() -> None:
    assert ends_of("2024-02-01") == ["2024-02-01T00:00:00.000001+00:00"]


def test_no_commits_have_no_ends() -> None:
    assert len(WindowEnds.of(times()).times) == 0


def test_a_window_has_its_first_moment_and_not_its_last() -> None:
    ends = WindowEnds(times("2024-02-01", "2024-03-01", "2024-04-01"))
    made = times("2024-02-01", "2024-01-31T23:59")
    begin, stop = ends.within(made, 29)
    assert list(zip(begin, stop, strict=True)) == [(1, 2), (0, 1)]
    assert ends.times[1] - timedelta(days=29) == made[0]


def test_what_has_no_end_lasts_to_the_last_moment() -> None:
    ends = WindowEnds(times("2024-02-01", "2024-03-01"))
    until = pl.concat([times("2024-02-01"), pl.Series([None], dtype=pl.Datetime("us", "UTC"))])
    assert ends.at(until).to_list() == [0, 2]


def test_rows_are_there_at_each_moment_of_their_range() -> None:
    rows = pl.DataFrame({"file": [1, 2, 3], "begin": [0, 2, 1], "stop": [2, 2, 2]})
    assert at_each(rows).rows() == [(1, 0), (1, 1), (3, 1)]


def test_a_member_counts_once_however_its_ranges_overlap() -> None:
    rows = pl.DataFrame(
        {
            "file": [1, 1, 1, 1, 2],
            "member": [7, 7, 7, 8, 7],
            "begin": [0, 1, 5, 2, 0],
            "stop": [3, 2, 6, 4, 1],
        }
    )
    counts = count_distinct(rows)
    at = {(file, end): count for file, end, count in counts.rows()}
    assert at == {
        (1, 0): 1,
        (1, 2): 2,
        (1, 3): 1,
        (1, 4): 0,
        (1, 5): 1,
        (1, 6): 0,
        (2, 0): 1,
        (2, 1): 0,
    }
