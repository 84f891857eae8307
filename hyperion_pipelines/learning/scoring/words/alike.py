"""Features that say nearly the same of a commit or file: where few reasons are told, one will do.

It is for summaries alone: the tables of scores keep every reason, each with its contribution.
"""

from itertools import product

_WINDOWS = (30, 90, 365)


def _in_windows(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{days}d" for name, days in product(names, _WINDOWS))


_TOPICS = {
    "additions": (
        *("lines_added", "lines_added_per_file", "lines_added_per_line_before"),
        *("churn_per_file", "halstead_volume_delta"),
    ),
    "deletions": ("lines_deleted", "lines_deleted_per_line_before", "deleted_share"),
    "spread": ("files", "directories", "subsystems", "entropy"),
    "paths added": ("cyclomatic_delta", "cognitive_delta"),
    "complexity": (
        *("cyclomatic_max", "cyclomatic_sum", "cognitive_max", "cognitive_sum", "nesting_max"),
        *("function_lines_max", "maintainability_min", "maintainability_index", "smells"),
    ),
    "experience": (
        *("author_experience", "author_recent_experience"),
        "author_subsystem_experience",
    ),
    "earlier changes": ("prior_changes", *_in_windows("commits", "churn")),
    "earlier fixes": ("prior_fixes_365d", *_in_windows("fixes")),
    "people": ("file_authors", *_in_windows("authors", "minor_authors", "top_author_share")),
}
# Feature -> what it is about; a feature that is not here is about itself.
TOPICS = {feature: topic for topic, features in _TOPICS.items() for feature in features}
