"""The age of the lines of files, worked out by hand."""

from hyperion_pipelines.insights.lines.code_age import INSIGHT, code_age
from tests.unit.insights.code_tables import Made, Measured, commits_of, files_of, origins_of
from tests.unit.insights.lifetimes import HEAD_TIME

COMMITS = commits_of(
    [Made("old", 300, {}), Made("middle", 100, {}), Made("new", 1, {}), Made("ahead", -2, {})]
)
FILES = files_of({"lib/a.py": Measured(1), "src/b.py": None})


def test_ages_are_those_that_enough_lines_have_reached() -> None:
    """Of 20 lines 2 are 300 days old, 8 are 100 and 10 one: the tenth oldest has 100."""
    runs = [("lib/a.py", 1, 2, "old"), ("lib/a.py", 3, 8, "middle"), ("lib/a.py", 11, 10, "new")]
    (row,) = code_age(FILES, origins_of(runs), COMMITS, HEAD_TIME).to_dicts()
    assert row == {
        "path": "lib/a.py",
        "area": "lib",
        "lines": 20,
        "median_age_days": 100.0,
        "oldest_tenth_age_days": 300.0,
        "newest_line_days": 1.0,
        "origin_commits": 3,
    }


def test_the_oldest_code_comes_first_and_only_own_code_counts() -> None:
    runs = [("lib/a.py", 1, 2, "new"), ("src/b.py", 1, 1, "old"), ("vendor/c.py", 1, 9, "old")]
    rows = code_age(FILES, origins_of(runs), COMMITS, HEAD_TIME)
    assert rows["path"].to_list() == ["src/b.py", "lib/a.py"]


def test_a_clock_that_runs_ahead_gives_no_negative_age() -> None:
    (row,) = code_age(
        FILES, origins_of([("lib/a.py", 1, 1, "ahead")]), COMMITS, HEAD_TIME
    ).to_dicts()
    assert row["newest_line_days"] == row["median_age_days"] == 0.0


def test_without_lines_there_are_no_rows() -> None:
    rows = code_age(FILES, origins_of([]), COMMITS, HEAD_TIME)
    assert rows.is_empty()
    assert rows.columns == list(INSIGHT.columns)
