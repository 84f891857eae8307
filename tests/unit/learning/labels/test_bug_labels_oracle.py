"""The labels of random tables are those that plain loops over their rows find."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.learning.labels.bug_labels import bug_labels
from tests.unit.learning.labels.label_tables import (
    at,
    change_table,
    commit_table,
    issue_table,
    removal_table,
)

FILTERS = read_filters()
SOURCE, OTHER = ("cart.py", "web/tax.js"), ("tests/test_cart.py", "README.md")
MESSAGES = {  # what the message alone says: is it a fix, and how sure is that
    "Add carts": None,
    "Round totals (#1)": None,
    "Totals for GH-1 and #2": None,
    "Fix totals": 0.7,
    "Fix totals (#2)": 0.7,
    "fix: totals (#1)": 0.9,
    'Revert "fix: totals (#1)"': None,
}
ISSUES_OF = {
    "Round totals (#1)": "1",
    "Totals for GH-1 and #2": "12",
    "Fix totals (#2)": "2",
    "fix: totals (#1)": "1",
}


class Tables(NamedTuple):
    """Rows as the builders of tables take them."""

    commits: list[tuple[str, int, str]]
    merges: set[str]
    changes: list[tuple[str, str]]
    removals: list[tuple[str, str, str, int, int, int]]
    issues: Mapping[str, tuple[bool, int]]


@st.composite
def tables(draw: st.DrawFn) -> Tables:
    shas = [f"c{number}" for number in range(draw(st.integers(1, 7)))]
    hour = st.integers(0, 4)
    commits = [(sha, draw(hour), draw(st.sampled_from(sorted(MESSAGES)))) for sha in shas]
    sha, path = st.sampled_from(shas), st.sampled_from((*SOURCE, *OTHER))
    kinds = st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 1))
    keys = draw(st.lists(st.tuples(sha, path, sha), unique=True, max_size=25))
    removals = [
        (*key, code + blank + comment, blank, comment)
        for key, (code, blank, comment) in ((key, draw(kinds)) for key in keys)
    ]
    return Tables(
        commits,
        set(draw(st.lists(sha, max_size=2))),
        draw(st.lists(st.tuples(sha, path), unique=True, max_size=10)),
        removals,
        draw(st.dictionaries(st.sampled_from(["1", "2"]), st.tuples(st.booleans(), hour))),
    )


def fix_of(message: str, issues: Mapping[str, tuple[bool, int]]) -> tuple[float, int] | None:
    """The certainty of a fix, and the hour since which its bug is known; None for no fix."""
    known = [issues[issue] for issue in ISSUES_OF.get(message, "") if issue in issues]
    reports = [hour for is_bug, hour in known if is_bug]
    if known:
        return (1.0, min(reports)) if reports else None
    certainty = MESSAGES[message]
    return (certainty, 99) if certainty else None


def expected_labels(told: Tables) -> Iterator[tuple[Any, ...]]:
    """Loops over fixes, and over what each removed."""
    order = {
        sha: (hour, position)
        for position, (sha, hour, _) in enumerate(told.commits)
        if sha not in told.merges
    }
    for sha, hour, message in told.commits:
        fix = fix_of(message, told.issues)
        if sha not in order or fix is None:
            continue
        certainty, reported = fix
        removed: dict[str, dict[str, int]] = defaultdict(dict)
        for by, path, origin, lines, blank, comment in told.removals:
            if by == sha and path in SOURCE and lines > blank + comment:
                removed[origin][path] = lines - blank - comment
        candidates = {
            order[origin]: origin
            for origin in removed
            if origin in order and order[origin] < order[sha] and order[origin][0] <= reported
        }
        total = sum(sum(paths.values()) for paths in removed.values())
        for place, origin in candidates.items():
            share = sum(removed[origin].values()) / total
            algorithms = ("AG", "R") if place == max(candidates) else ("AG",)
            for algorithm in algorithms:
                for path, lines in removed[origin].items():
                    confidence = round(certainty * (1 + share) / 2, 12)
                    yield sha, at(hour), origin, path, lines, algorithm, confidence


@settings(max_examples=60, deadline=None)
@given(tables())
def test_labels_are_those_that_loops_find(told: Tables) -> None:
    labels = bug_labels(
        commit_table(*told.commits, merges=told.merges),
        change_table(*told.changes),
        removal_table(*told.removals),
        FILTERS,
        issue_table(told.issues),
    )
    rounded = labels.with_columns(pl.col("confidence").round(12))
    assert sorted(rounded.rows()) == sorted(expected_labels(told))
    assert labels["confidence"].is_between(0, 1, closed="right").all()
