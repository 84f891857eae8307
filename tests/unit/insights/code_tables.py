"""Tables made by hand, for the tests of the insights into code: rows say only what matters.

Times are in days before HEAD; a path is a test's if it lies in `tests/`.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from hyperion_pipelines.insights.shared.own_files import own_files
from hyperion_pipelines.insights.shared.touches import touches
from hyperion_pipelines.schemas import BLOB_METRICS, CHANGES, COMMITS, FUNCTIONS, LINE_ORIGINS, TREE
from tests.unit.insights.lifetimes import days_before_head, rows_of


class Made(NamedTuple):
    """A commit: by whom, how many days before HEAD, and what it left under which path.

    A blob of None deletes the path; *renames* maps old paths to new ones.
    """

    sha: str
    days: float
    files: Mapping[str, str | None]
    author: str = "alma"
    is_bot: bool = False
    is_on_head: bool = True
    renames: Mapping[str, str] = {}


class Measured(NamedTuple):
    """The measures of a blob; `smells` are pairs of kind and line."""

    cyclomatic: int
    cognitive: int = 0
    code_lines: int = 0
    smells: Sequence[tuple[str, int]] = ()


def commits_of(history: Sequence[Made]) -> pl.DataFrame:
    """The table `commits`; positions are those of the history."""
    return rows_of(
        COMMITS,
        [
            {
                "sha": made.sha,
                "position": position,
                "author_id": made.author,
                "commit_time": days_before_head(made.days),
                "is_fix": False,
                "is_bot": made.is_bot,
                "is_on_head": made.is_on_head,
            }
            for position, made in enumerate(history)
        ],
    )


def changes_of(history: Sequence[Made]) -> pl.DataFrame:
    """The table `changes`."""
    return rows_of(CHANGES, [change for made in history for change in _changes(made)])


def _changes(made: Made) -> list[dict[str, object]]:
    old_paths = {new: old for old, new in made.renames.items()}
    return [
        {
            "sha": made.sha,
            "path": path,
            "old_path": old_paths.get(path),
            "status": "D" if blob is None else "R" if path in old_paths else "M",
            "new_blob": blob,
        }
        for path, blob in made.files.items()
    ]


def tree_of(blobs: Mapping[str, str], language: str | None = "Python") -> pl.DataFrame:
    """The table `tree`: the blob of each path."""
    return rows_of(
        TREE,
        [
            {
                "path": path,
                "blob": blob,
                "language": language,
                "is_test": path.startswith("tests/"),
                "is_generated": False,
                "is_vendored": path.startswith("vendor/"),
                "is_documentation": False,
            }
            for path, blob in blobs.items()
        ],
    )


def metrics_of(blobs: Mapping[str, Measured | None]) -> pl.DataFrame:
    """The table `blob_metrics`; None was not parsed."""
    return rows_of(
        BLOB_METRICS, [{"blob": blob} | _measures(measured) for blob, measured in blobs.items()]
    )


def _measures(measured: Measured | None) -> dict[str, object]:
    if measured is None:
        return {"skipped": "too large"}
    return {
        "cyclomatic_sum": measured.cyclomatic,
        "cognitive_sum": measured.cognitive,
        "code_lines": measured.code_lines,
        "smells": [{"kind": kind, "line": line, "detail": ""} for kind, line in measured.smells],
    }


def files_of(measured: Mapping[str, Measured | None]) -> pl.DataFrame:
    """Own files with their measures; the blob of a path has its name."""
    return own_files(tree_of({path: path for path in measured}), metrics_of(measured))


def touches_of(history: Sequence[Made], paths: Sequence[str]) -> pl.DataFrame:
    """Who touched *paths*, the files at HEAD."""
    tree = tree_of({path: path for path in paths})
    return touches(commits_of(history), changes_of(history), tree)


class Function(NamedTuple):
    """A function at HEAD."""

    path: str
    name: str
    cognitive: int
    cyclomatic: int = 1
    start_line: int = 1
    lines: int = 10
    nesting: int = 1
    parameters: int = 1


def functions_of(functions: Sequence[Function]) -> pl.DataFrame:
    """The table `functions`."""
    rows = [
        function._asdict()
        | {
            "qualified_name": function.name,
            "end_line": function.start_line + function.lines - 1,
        }
        for function in functions
    ]
    return rows_of(FUNCTIONS, rows)


def origins_of(runs: Sequence[tuple[str, int, int, str]]) -> pl.DataFrame:
    """The table `line_origins`: path, first line, lines, commit."""
    return rows_of(
        LINE_ORIGINS,
        [
            {"path": path, "start_line": start, "lines": lines, "origin_sha": sha}
            for path, start, lines, sha in runs
        ],
    )
