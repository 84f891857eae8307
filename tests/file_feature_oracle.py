"""The features of files by brute force: at every window's end, loops over all commits before it.

Identity of files, lines of blobs and the reading of tables are `feature_oracle`'s.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from hyperion_pipelines.code.paths import PathFilters
from hyperion_pipelines.features.inputs import FeatureTables
from tests.feature_oracle import (
    Change,
    Commit,
    Features,
    History,
    churn,
    frame_of,
    in_days,
    known_lines,
    read_history,
    share,
)

WINDOWS = (30, 90, 365)  # days
TARGET = timedelta(days=90)
WIDE_COMMIT = 50  # rows; what a wider one touches together is not taken to belong together


def file_rows(tables: FeatureTables, filters: PathFilters) -> pl.DataFrame:
    """What `file_features` should give."""
    history = read_history(tables, filters, only_head=True)
    return frame_of(
        "file_features",
        [
            {"path": path, "window_end": end}
            | content(history, last, [commit for commit in history.commits if commit.time < end])
            | _of_file(history, last.file, end)
            for end in window_ends(history.commits)
            for path, last in files_at(history.commits, end)
        ],
    )


def window_ends(commits: Sequence[Commit]) -> list[datetime]:
    """Turns of the months from the first commit to the newest, then the moment after the newest."""
    if not commits:
        return []
    first, newest = commits[0].time, commits[-1].time
    months = [
        datetime(year, month, 1, tzinfo=UTC)
        for year in range(first.year, newest.year + 1)
        for month in range(1, 13)
    ]
    return [
        *(month for month in months if first < month <= newest),
        newest + timedelta(microseconds=1),
    ]


def files_at(commits: Sequence[Commit], end: datetime) -> list[tuple[str, Change]]:
    """The paths that exist at *end*, sorted, each with the change that left it there."""
    there: dict[str, Change] = {}
    for commit in commits:
        if commit.time < end:
            for change in commit.changes:
                if change.status == "R" and change.old_path:
                    there.pop(change.old_path, None)
            for change in commit.changes:
                there[change.path] = change
    return sorted((path, last) for path, last in there.items() if last.status != "D")


def content(history: History, last: Change, before: Sequence[Commit]) -> Features:
    """What the file holds: the metrics of its content."""
    metrics = history.parsed(last.new_blob) or {}
    text = None if last.is_binary else last.new_blob
    return {
        "lines": known_lines(history, before).get(text) if text else None,
        "functions": metrics.get("functions", 0),
        "cyclomatic_sum": metrics.get("cyclomatic_sum", 0),
        "cyclomatic_max": metrics.get("cyclomatic_max", 0),
        "cognitive_sum": metrics.get("cognitive_sum", 0),
        "cognitive_max": metrics.get("cognitive_max", 0),
        "nesting_max": metrics.get("nesting_max", 0),
        "function_lines_max": metrics.get("function_lines_max", 0),
        "maintainability_index": metrics.get("maintainability_index", 100),
        "comment_ratio": metrics.get("comment_ratio", 0),
        "smells": len(metrics.get("smells", [])),
        "is_test": history.paths[last.path]["is_test"],
    }


def _of_file(history: History, file: str, end: datetime) -> Features:
    touching = [commit for commit in history.commits if file in commit.files]
    before = [commit for commit in touching if commit.time < end]
    features: Features = {
        "dependents": len(
            {
                found.from_path
                for found in history.imports
                if found.holds(end) and found.file == file
            }
        ),
        "age_days": in_days(end - before[0].time),
        "days_since_change": in_days(end - before[-1].time),
        "is_fixed_within_90d": any(
            commit.is_fix and end <= commit.time < end + TARGET for commit in touching
        )
        if end + TARGET <= history.commits[-1].time
        else None,
    }
    for days in WINDOWS:
        window = [commit for commit in before if commit.time >= end - timedelta(days=days)]
        of_window = activity(file, window)
        features |= {f"{name}_{days}d": value for name, value in of_window.items()}
    return features


def activity(file: str, window: Sequence[Commit]) -> Features:
    """What the commits of a window, all of which touch *file*, say of it."""
    by_author = Counter(commit.author for commit in window)
    together = [commit.files for commit in window if len(commit.changes) <= WIDE_COMMIT]
    return {
        "authors": len(by_author),
        "top_author_share": share(max(by_author.values(), default=0), len(window)),
        "minor_authors": sum(count / len(window) < 0.05 for count in by_author.values()),
        "commits": len(window),
        "churn": sum(churn(commit, {file}) for commit in window),
        "fixes": sum(commit.is_fix for commit in window),
        "co_changed_files": len({other for files in together for other in files} - {file}),
    }
