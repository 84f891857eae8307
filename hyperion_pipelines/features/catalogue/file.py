"""The features of a file, in the order in which models read them, and what is to be predicted."""

from hyperion_pipelines.features.catalogue.feature import CHURN, SYNTAX, TOUCHES, Feature, Group

FILE_WINDOWS = (30, 90, 365)  # days
TARGET_DAYS = 90


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
            (*TOUCHES, *sources),
            maximum=maximum,
        )
        for days in FILE_WINDOWS
    ]


def _of_content(column: str, unit: str, meaning: str) -> Feature:
    return Feature(column, "code", unit, meaning, (*SYNTAX, f"blob_metrics.{column}"))


FILE_FEATURES: tuple[Feature, ...] = (
    Feature(
        "lines",
        "code",
        "lines",
        "Lines; null for a binary, and for prose that only a merge made.",
        (*SYNTAX, "blob_metrics.lines", *CHURN),
        default=None,
    ),
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
        (*SYNTAX, "blob_metrics.maintainability_index"),
        default=100.0,
        maximum=100.0,
    ),
    Feature(
        "comment_ratio",
        "code",
        "share",
        "Comment lines among comment and code lines.",
        (*SYNTAX, "blob_metrics.comment_ratio"),
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
    *_in_windows("churn", "temporal", "lines", "Lines added and deleted", *CHURN),
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
    Feature("age_days", "temporal", "days", "Time since its first commit.", TOUCHES, grows=True),
    Feature(
        "days_since_change", "temporal", "days", "Time since its last commit.", TOUCHES, grows=True
    ),
)
FILE_TARGET = Feature(
    f"is_fixed_within_{TARGET_DAYS}d",
    "target",
    "yes or no",
    f"A fix touches it in the {TARGET_DAYS} days after; null while these are not over.",
    (*TOUCHES, "commits.is_fix"),
    default=None,
    minimum=None,
    is_flag=True,
)
