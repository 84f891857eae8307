"""The catalogue of features as data: name, group, unit, meaning, sources, default, range.

Schema, documentation page, checks and the models' input order all come from it; how a feature is
computed is the business of the other modules here. Those marked with a name of Kamei et al. (A
large-scale empirical study of just-in-time quality assurance, IEEE TSE 39(6), 2013) are its change
metrics.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

Group = Literal["code", "team", "business", "temporal", "target"]

GROUPS: dict[Group, str] = {
    "code": "Code quality",
    "team": "Team dynamics",
    "business": "Business impact",
    "temporal": "Temporal patterns",
    "target": "Target",
}
FILE_WINDOWS = (30, 90, 365)  # days
TARGET_DAYS = 90


@dataclass(frozen=True)
class Feature:
    """A feature: a column of `commit_features` or `file_features`.

    `sources` are the columns it is made from, as `table.column`. `default` stands where there is
    nothing to measure; without one the column is null there. `minimum` and `maximum` bound every
    value. What `grows` does so with the history's length, and drifts by nature.
    """

    name: str
    group: Group
    unit: str
    meaning: str
    sources: tuple[str, ...]
    default: float | bool | None = 0.0
    minimum: float | None = 0.0
    maximum: float | None = None
    kamei: str | None = None
    grows: bool = False
    is_flag: bool = False

    @property
    def dtype(self) -> pl.DataType:
        """Its type in the lake."""
        return pl.Boolean() if self.is_flag else pl.Float32()


_TOUCHES = ("changes.path", "changes.old_path", "commits.commit_time", "commits.position")
_SYNTAX = ("changes.new_blob", "blob_metrics.blob")
_BOTH_SIDES = ("changes.old_blob", *_SYNTAX)
_CHURN = ("changes.added", "changes.deleted")
_AUTHOR = ("commits.author_id", "commits.commit_time", "commits.position")

_CODE = (
    Feature(
        "cyclomatic_max",
        "code",
        "paths",
        "Cyclomatic complexity of the most complex function in the files after the commit.",
        (*_SYNTAX, "blob_metrics.cyclomatic_max"),
    ),
    Feature(
        "cyclomatic_delta",
        "code",
        "paths",
        "Cyclomatic complexity that the commit added (removed, if negative), over all functions.",
        (*_BOTH_SIDES, "blob_metrics.cyclomatic_sum"),
        minimum=None,
    ),
    Feature(
        "cognitive_max",
        "code",
        "points",
        "Cognitive complexity (Campbell, 2018) of the function that is hardest to follow, after.",
        (*_SYNTAX, "blob_metrics.cognitive_max"),
    ),
    Feature(
        "cognitive_delta",
        "code",
        "points",
        "Cognitive complexity that the commit added, over all functions.",
        (*_BOTH_SIDES, "blob_metrics.cognitive_sum"),
        minimum=None,
    ),
    Feature(
        "nesting_max",
        "code",
        "levels",
        "Deepest nesting in the files after the commit.",
        (*_SYNTAX, "blob_metrics.nesting_max"),
    ),
    Feature(
        "function_lines_max",
        "code",
        "lines",
        "Length of the longest function in the files after the commit.",
        (*_SYNTAX, "blob_metrics.function_lines_max"),
    ),
    Feature(
        "parameters_max",
        "code",
        "parameters",
        "Most parameters of a function in the files after the commit.",
        (*_SYNTAX, "blob_metrics.parameters_max"),
    ),
    Feature(
        "halstead_volume_delta",
        "code",
        "bits",
        "Halstead volume that the commit added.",
        (*_BOTH_SIDES, "blob_metrics.halstead_volume"),
        minimum=None,
    ),
    Feature(
        "maintainability_min",
        "code",
        "index",
        "Maintainability index of the least maintainable of the files after the commit.",
        (*_SYNTAX, "blob_metrics.maintainability_index"),
        default=100.0,
        maximum=100.0,
    ),
    Feature(
        "comment_ratio",
        "code",
        "share",
        "Comment lines among comment and code lines of the files after the commit.",
        (*_SYNTAX, "blob_metrics.comment_lines", "blob_metrics.code_lines"),
        maximum=1.0,
    ),
    Feature(
        "smells",
        "code",
        "smells",
        "Smells in the files after the commit: long, complex or deeply nested functions, many "
        "parameters, large files and classes.",
        (*_SYNTAX, "blob_metrics.smells"),
    ),
    Feature(
        "test_share",
        "code",
        "share",
        "Share of the changed lines that lie in test files.",
        ("changes.path", *_CHURN),
        maximum=1.0,
    ),
)
# Beside test_share, in repositories that keep a coverage report: no feature of its own number.
_COVERAGE = Feature(
    "coverage_mean",
    "code",
    "share",
    "Mean test coverage of the files, by the newest earlier coverage report in the repository.",
    ("changes.path", "changes.new_blob"),
    default=None,
    maximum=1.0,
)
_TEAM = (
    Feature(
        "author_experience",
        "team",
        "commits",
        "Earlier commits of the author.",
        _AUTHOR,
        kamei="exp",
        grows=True,
    ),
    Feature(
        "author_recent_experience",
        "team",
        "commits",
        "Earlier commits of the author, each counted 1 / (1 + its age in years).",
        _AUTHOR,
        kamei="rexp",
        grows=True,
    ),
    Feature(
        "author_subsystem_experience",
        "team",
        "commits",
        "Earlier commits of the author to a top-level directory that this one touches.",
        (*_AUTHOR, "changes.path"),
        kamei="sexp",
        grows=True,
    ),
    Feature(
        "file_authors",
        "team",
        "people",
        "Authors of earlier commits to the files.",
        (*_TOUCHES, "commits.author_id"),
        kamei="ndev",
        grows=True,
    ),
    Feature(
        "ownership",
        "team",
        "share",
        "The author's share of the earlier commits to the files.",
        (*_TOUCHES, "commits.author_id"),
        maximum=1.0,
    ),
    Feature(
        "author_commits_30d",
        "team",
        "commits",
        "Commits of the author in the 30 days before.",
        _AUTHOR,
    ),
    Feature(
        "reviewers",
        "team",
        "people",
        "Reviewers that the commit's own message names.",
        ("commits.reviewers",),
    ),
    Feature(
        "collaborators_90d",
        "team",
        "people",
        "Other authors who touched the files in the 90 days before.",
        (*_TOUCHES, "commits.author_id"),
    ),
)
_BUSINESS = (
    Feature("lines_added", "business", "lines", "Lines added.", ("changes.added",), kamei="la"),
    Feature(
        "lines_deleted", "business", "lines", "Lines deleted.", ("changes.deleted",), kamei="ld"
    ),
    Feature(
        "lines_before",
        "business",
        "lines",
        "Mean length of the files before the commit, added ones counted as empty.",
        ("changes.old_blob", "blob_metrics.lines", *_CHURN),
        kamei="lt",
    ),
    Feature(
        "files", "business", "files", "Files touched.", ("changes.path",), minimum=0, kamei="nf"
    ),
    Feature(
        "subsystems",
        "business",
        "directories",
        "Top-level directories touched.",
        ("changes.path",),
        kamei="ns",
    ),
    Feature(
        "directories",
        "business",
        "directories",
        "Directories touched.",
        ("changes.path",),
        kamei="nd",
    ),
    Feature(
        "entropy",
        "business",
        "share",
        "How evenly the changed lines spread over the files: Shannon entropy over its maximum.",
        ("changes.path", *_CHURN),
        maximum=1.0,
        kamei="entropy",
    ),
    Feature(
        "is_fix",
        "business",
        "yes or no",
        "The message says that it mends a defect.",
        ("commits.is_fix",),
        default=False,
        minimum=None,
        is_flag=True,
        kamei="fix",
    ),
    Feature(
        "dependents",
        "business",
        "files",
        "Files that import one of the files, at the last turn of a quarter before the commit.",
        ("changes.path", "dependency_history.from_path", "dependency_history.to_path"),
    ),
    Feature(
        "priority",
        "business",
        "share",
        "How urgent the message and its issues sound, from 0.1 (nothing said) to 1 (security).",
        (
            *("commits.subject", "commits.body", "commits.issue_refs"),
            *("commits.is_fix", "commits.is_revert"),
        ),
        maximum=1.0,
    ),
)
_TEMPORAL = (
    Feature(
        "days_since_change",
        "temporal",
        "days",
        "Mean time since the files were last changed, over those that were changed before.",
        _TOUCHES,
        kamei="age",
        grows=True,
    ),
    Feature(
        "prior_changes",
        "temporal",
        "commits",
        "Earlier commits to the files.",
        _TOUCHES,
        kamei="nuc",
        grows=True,
    ),
    Feature(
        "prior_fixes_365d",
        "temporal",
        "commits",
        "Fixes of the files in the 365 days before.",
        (*_TOUCHES, "commits.is_fix"),
    ),
    Feature(
        "churn_30d",
        "temporal",
        "lines",
        "Lines added and deleted in the files in the 30 days before.",
        (*_TOUCHES, *_CHURN),
    ),
    Feature(
        "churn_trend_90d",
        "temporal",
        "lines a week",
        "Slope of the files' weekly churn over the 13 weeks before.",
        (*_TOUCHES, *_CHURN),
        minimum=None,
    ),
    Feature(
        "hour_sin",
        "temporal",
        "sine",
        "The author's local hour on the circle of the day, its sine: 1 at 6, -1 at 18.",
        ("commits.author_time", "commits.author_tz_minutes"),
        minimum=-1.0,
        maximum=1.0,
    ),
    Feature(
        "hour_cos",
        "temporal",
        "cosine",
        "The author's local hour on the circle of the day, its cosine: 1 at 0, -1 at 12.",
        ("commits.author_time", "commits.author_tz_minutes"),
        minimum=-1.0,
        maximum=1.0,
    ),
    Feature(
        "weekend",
        "temporal",
        "yes or no",
        "The author's local day is a Saturday or Sunday.",
        ("commits.author_time", "commits.author_tz_minutes"),
        default=False,
        minimum=None,
        is_flag=True,
    ),
    Feature(
        "velocity_7d",
        "temporal",
        "ratio",
        "The repository's commits in the 7 days before, over the mean of 7 days in the 365 before.",
        ("commits.commit_time", "commits.position"),
    ),
)

COMMIT_FEATURES: tuple[Feature, ...] = (*_CODE, _COVERAGE, *_TEAM, *_BUSINESS, *_TEMPORAL)


def _in_windows(
    name: str, group: Group, unit: str, meaning: str, *sources: str, maximum: float | None = None
) -> list[Feature]:
    """A feature of a file for each window; *meaning* ends in "in the {days} days before"."""
    return [
        Feature(
            f"{name}_{days}d",
            group,
            unit,
            f"{meaning} in the {days} days before.",
            (*_TOUCHES, *sources),
            maximum=maximum,
        )
        for days in FILE_WINDOWS
    ]


def _of_content(column: str, unit: str, meaning: str) -> Feature:
    return Feature(column, "code", unit, meaning, (*_SYNTAX, f"blob_metrics.{column}"))


FILE_FEATURES: tuple[Feature, ...] = (
    Feature("lines", "code", "lines", "Lines.", (*_SYNTAX, "blob_metrics.lines", *_CHURN)),
    _of_content("functions", "functions", "Functions and methods."),
    _of_content("cyclomatic_sum", "paths", "Cyclomatic complexity of its functions, summed."),
    _of_content("cyclomatic_max", "paths", "That of its most complex function."),
    _of_content("cognitive_sum", "points", "Cognitive complexity of its functions, summed."),
    _of_content("cognitive_max", "points", "That of its function that is hardest to follow."),
    _of_content("nesting_max", "levels", "Deepest nesting."),
    _of_content("function_lines_max", "lines", "Length of its longest function."),
    Feature(
        "maintainability_index",
        "code",
        "index",
        "Maintainability index.",
        (*_SYNTAX, "blob_metrics.maintainability_index"),
        default=100.0,
        maximum=100.0,
    ),
    Feature(
        "comment_ratio",
        "code",
        "share",
        "Comment lines among comment and code lines.",
        (*_SYNTAX, "blob_metrics.comment_ratio"),
        maximum=1.0,
    ),
    _of_content("smells", "smells", "Smells."),
    Feature(
        "is_test",
        "code",
        "yes or no",
        "Its path is that of a test.",
        ("changes.path",),
        default=False,
        minimum=None,
        is_flag=True,
    ),
    *_in_windows("authors", "team", "people", "Authors", "commits.author_id"),
    *_in_windows(
        "top_author_share",
        "team",
        "share",
        "Share of its busiest author in the commits to it",
        "commits.author_id",
        maximum=1.0,
    ),
    *_in_windows(
        "minor_authors",
        "team",
        "people",
        "Authors of less than 5 % of the commits to it",
        "commits.author_id",
    ),
    *_in_windows("commits", "temporal", "commits", "Commits to it"),
    *_in_windows("churn", "temporal", "lines", "Lines added and deleted", *_CHURN),
    *_in_windows("fixes", "temporal", "commits", "Fixes of it", "commits.is_fix"),
    *_in_windows(
        "co_changed_files",
        "business",
        "files",
        "Other files that commits of at most 50 files touched together with it",
    ),
    Feature(
        "dependents",
        "business",
        "files",
        "Files that import it, at the last turn of a quarter.",
        ("changes.path", "dependency_history.from_path", "dependency_history.to_path"),
    ),
    Feature("age_days", "temporal", "days", "Time since its first commit.", _TOUCHES, grows=True),
    Feature(
        "days_since_change", "temporal", "days", "Time since its last commit.", _TOUCHES, grows=True
    ),
)
FILE_TARGET = Feature(
    f"is_fixed_within_{TARGET_DAYS}d",
    "target",
    "yes or no",
    f"A fix touches it in the {TARGET_DAYS} days after; null while these are not over.",
    (*_TOUCHES, "commits.is_fix"),
    default=None,
    minimum=None,
    is_flag=True,
)

FEATURES: dict[str, tuple[Feature, ...]] = {
    "commit_features": COMMIT_FEATURES,
    "file_features": FILE_FEATURES,
}
TARGETS: dict[str, tuple[Feature, ...]] = {"commit_features": (), "file_features": (FILE_TARGET,)}
# What a row of each table is about, and when its features were known.
ENTITY = {"commit_features": "sha", "file_features": "path"}
EVENT_TIME = {"commit_features": "commit_time", "file_features": "window_end"}


def columns(table: str) -> tuple[Feature, ...]:
    """The features of a table and its targets, in the order of its columns."""
    return FEATURES[table] + TARGETS[table]


def input_order(table: str) -> list[str]:
    """The columns that a model reads, in the order in which it reads them; never a target."""
    return [feature.name for feature in FEATURES[table]]


def defaulted(features: Sequence[Feature]) -> list[pl.Expr]:
    """The columns of *features* in their types, missing and undefined values defaulted."""
    return [
        (column if feature.default is None else column.fill_null(feature.default))
        .cast(feature.dtype)
        .alias(feature.name)
        for feature in features
        for column in [pl.col(feature.name)]
    ]
