"""Which files are likeliest to need a fix, and what their history says."""

from typing import Any

import polars as pl

from hyperion_pipelines.insights.quality.risky_files import INSIGHT, risky_files
from hyperion_pipelines.insights.shared.touches import touches
from tests.unit.insights.history_rows import (
    before,
    changes_of,
    commits_of,
    file_scores_of,
    files_of,
    labels_of,
    owners_of,
    reason,
    tree_of,
)

HOTSPOTS = pl.DataFrame({"path": ["b.py", "a.py"]})
FIX = {"sha": "fix0000f", "is_fix": True, "author_id": "bo", "commit_time": before(10)}


def table_of(scores: pl.DataFrame, **given: pl.DataFrame) -> pl.DataFrame:
    tables = {
        "files": files_of("a.py", "b.py", tests=["test_a.py"]),
        "touches": touched(),
        "file_owners": owners_of(),
        "hotspots": HOTSPOTS,
        "bug_labels": labels_of(),
    }
    return risky_files(scores, **(tables | given))


def touched(*commits: dict[str, Any]) -> pl.DataFrame:
    """Touches of a.py, one by each of the commits."""
    changes = changes_of(*((row["sha"], "a.py", 1, 0) for row in commits))
    return touches(commits_of(*commits), changes, tree_of("a.py"))


def evidence(**given: pl.DataFrame) -> list[str]:
    """What is said of a.py."""
    (row,) = table_of(file_scores_of({"path": "a.py"}), **given).to_dicts()
    return row["evidence"]


def test_own_files_are_ordered_by_percentile_and_tests_left_out() -> None:
    scores = file_scores_of(
        *({"path": path, "percentile": p} for path, p in (("a.py", 1.0), ("b.py", 2.0))),
        {"path": "test_a.py", "percentile": 99.0},
        {"path": "vendor.py", "percentile": 99.0},
    )
    table = table_of(scores)
    assert table["path"].to_list() == ["b.py", "a.py"]
    assert table["hotspot_rank"].to_list() == [1, 2]


def test_reasons_are_those_that_raise_the_score() -> None:
    scores = file_scores_of({"path": "a.py", "reasons": [reason("large"), reason("old", -1.0)]})
    assert table_of(scores)["reasons"].to_list() == [["large"]]


def test_owners_are_its_authors() -> None:
    owners = owners_of(("a.py", "alma", True, 1.0), ("a.py", "bo", True, 0.1))
    table = table_of(file_scores_of({"path": "a.py"}), file_owners=owners)
    assert table["owners"].to_list() == [["Alma"]]


def test_evidence_counts_the_fixes_of_the_last_year_and_names_the_last() -> None:
    old = {"sha": "old", "is_fix": True, "commit_time": before(500)}
    assert evidence(touches=touched(old, FIX, {"sha": "now"})) == [
        "1 fix touched it in the last year; the last fix was fix0000 of 2024-05-22 by Bo."
    ]
    assert evidence(touches=touched(old, {"sha": "now"})) == [
        "No fix touched it in the last year; the last fix was old of 2023-01-18 by Alma."
    ]


def test_evidence_counts_the_commits_that_brought_in_bugs() -> None:
    """Of three commits of the last year one is named by a label, both algorithms alike."""
    commits = [{"sha": sha, "commit_time": before(20)} for sha in "xyz"]
    told = evidence(touches=touched(*commits), bug_labels=labels_of(("fix", "x", 1)))
    assert told == ["1 of its 3 commits of the last year brought in a bug that is fixed by now."]


def test_evidence_says_when_its_authors_are_gone_and_who_else_knows_it() -> None:
    owners = owners_of(("a.py", "alma", False, 1.0), ("a.py", "bo", True, 0.1))
    gone = "None of its authors has committed in the last 180 days"
    told = evidence(file_owners=owners)
    assert told == [f"{gone}; of those who have, Bo knows it best."]
    told = evidence(file_owners=owners.head(1))
    assert told == [f"{gone}, nor has anybody else who knows it."]


def test_without_scores_there_is_no_row() -> None:
    table = table_of(file_scores_of())
    assert table.is_empty()
    assert table.schema == pl.Schema({n: c.dtype for n, c in INSIGHT.columns.items()})
