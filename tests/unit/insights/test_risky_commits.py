"""Which commits to review first, why, and who could review them."""

from typing import Any

import polars as pl

from hyperion_pipelines.insights.quality.risky_commits import (
    INSIGHT,
    commits_to_review,
    risky_commits,
)
from tests.unit.insights.history_rows import (
    before,
    changes_of,
    commit_scores_of,
    commits_of,
    labels_of,
    owners_of,
    reason,
    removals_of,
    tree_of,
)


def in_order(*scores: dict[str, Any]) -> list[str]:
    commits = commits_of(*({"sha": row["sha"]} for row in scores))
    return commits_to_review(commit_scores_of(*scores), commits)["sha"].to_list()


def reasons_of(*reasons: dict[str, Any]) -> list[str]:
    scores = commit_scores_of({"sha": "a", "reasons": list(reasons)})
    return commits_to_review(scores, commits_of({"sha": "a"}))["reasons"].to_list()[0]


def the_row(**given: pl.DataFrame) -> dict[str, Any]:
    """What is said of the commit `new` of Alma, from the tables *given*."""
    tables = {
        "commit_scores": commit_scores_of({"sha": "new"}),
        "commits": commits_of({"sha": "new"}),
        "changes": changes_of(),
        "line_removals": removals_of(),
        "bug_labels": labels_of(),
        "file_owners": owners_of(),
        "tree": tree_of("a.py"),
    }
    (row,) = risky_commits(**(tables | given)).to_dicts()
    return row


def test_commits_are_ordered_by_priority_then_by_percentile() -> None:
    scores = [{"sha": sha, "priority": value} for sha, value in (("a", 1.0), ("b", 9.0))]
    assert in_order(*scores) == ["b", "a"]
    scores = [{"sha": sha, "percentile": value} for sha, value in (("a", 90.0), ("b", 10.0))]
    assert in_order(*scores) == ["a", "b"]


def test_commits_older_than_ninety_days_are_left_out() -> None:
    old = {"sha": "old", "commit_time": before(91), "percentile": 99.0}
    assert in_order({"sha": "new"}, old) == ["new"]


def test_commits_that_head_does_not_have_are_left_out_and_do_not_tell_the_time() -> None:
    """The newest commit of HEAD's history is 91 days older than that of another branch."""
    scores = commit_scores_of({"sha": "side"}, {"sha": "main", "commit_time": before(91)})
    commits = commits_of({"sha": "side", "is_on_head": False}, {"sha": "main"})
    assert commits_to_review(scores, commits)["sha"].to_list() == ["main"]


def test_reasons_are_what_raises_the_score_each_about_something_else() -> None:
    """Who adds many lines adds many for each file, too: that is left out."""
    names = ("lines_added", "lines_added_per_file", "ownership")
    found = reasons_of(*map(reason, names), reason("is well tested", -0.8))
    assert found == ["lines_added", "ownership"]


def test_the_fallbacks_reason_is_told_though_it_has_no_contribution() -> None:
    assert reasons_of(reason("by size", None)) == ["by size"]


def test_no_more_than_fifty_are_listed() -> None:
    shas = [f"{number:02}" for number in range(51)]
    table = risky_commits(
        commit_scores_of(*({"sha": sha} for sha in shas)),
        commits_of(*({"sha": sha} for sha in shas)),
        *(changes_of(), removals_of(), labels_of(), owners_of(), tree_of()),
    )
    assert table["sha"].to_list() == shas[:0:-1]


def test_evidence_begins_with_the_size_of_the_change() -> None:
    row = the_row(changes=changes_of(("new", "a.py", 1, 0), ("new", "b.py", 1200, 7)))
    assert row["evidence"] == [
        "It adds 1,201 lines and deletes 7 in 2 files, the most of it in b.py."
    ]
    row = the_row(changes=changes_of(("new", "a.py", 1, 0)))
    assert row["evidence"] == ["It adds 1 line and deletes none in a.py."]


def test_evidence_names_the_fixes_whose_code_was_rewritten() -> None:
    """Five lines of the fix less two comments; the other origin is no fix."""
    commits = commits_of(
        {"sha": "f" * 40, "author_id": "bo", "is_fix": True, "commit_time": before(31)},
        {"sha": "old"},
        {"sha": "new"},
    )
    removals = removals_of(("new", "a.py", "f" * 40, 5, 2), ("new", "a.py", "old", 9, 0))
    assert the_row(commits=commits, line_removals=removals)["evidence"] == [
        "It rewrote 3 lines of a.py that the fix fffffff of 2024-05-01 by Bo had written."
    ]


def test_lines_of_one_fix_are_told_in_one_sentence_and_of_tests_and_data_in_none() -> None:
    commits = commits_of({"sha": "fix", "is_fix": True, "commit_time": before(31)}, {"sha": "new"})
    paths = ("a.py", "b.py", "test_a.py", "package.json")
    removals = removals_of(*(("new", path, "fix", 2, 0) for path in paths))
    tree = tree_of("a.py", "b.py", "package.json", tests=["test_a.py"])
    assert the_row(commits=commits, line_removals=removals, tree=tree)["evidence"] == [
        "It rewrote 4 lines in 2 files that the fix fix of 2024-05-01 by Alma had written."
    ]


def test_evidence_names_the_fixes_that_mended_it() -> None:
    """Both algorithms name the pair: its lines count once."""
    commits = commits_of({"sha": "new"}, {"sha": "later", "author_id": "bo", "is_fix": True})
    labels = labels_of(("later", "new", 0), lines=3)
    assert the_row(commits=commits, bug_labels=labels)["evidence"] == [
        "The fix later of 2024-06-01 by Bo mended 3 lines of it."
    ]


def test_reviewers_are_the_active_people_that_know_most_of_what_changed() -> None:
    """Of 10 lines 9 are in a.py: Cy knows 0.5 x 0.9, Bo 1 x 0.1; Dee is gone, Alma wrote it."""
    owners = owners_of(
        ("a.py", "alma", True, 1.0),
        ("a.py", "dee", False, 0.9),
        ("a.py", "cy", True, 0.5),
        ("b.py", "bo", True, 1.0),
    )
    changes = changes_of(("new", "a.py", 6, 3), ("new", "b.py", 1, 0))
    assert the_row(changes=changes, file_owners=owners)["reviewers"] == ["Cy", "Bo"]


def test_no_more_than_three_people_are_asked_for_a_review() -> None:
    names = ("bo", "cy", "dee", "eve")
    owners = owners_of(*(("a.py", name, True, 1 - place / 10) for place, name in enumerate(names)))
    row = the_row(changes=changes_of(("new", "a.py", 1, 0)), file_owners=owners)
    assert row["reviewers"] == ["Bo", "Cy", "Dee"]


def test_a_file_that_was_renamed_since_has_the_reviewers_of_today() -> None:
    renamed = changes_of(("new", "old.py", 1, 0), ("move", "a.py", 0, 0)).with_columns(
        status=pl.Series(["M", "R"]), old_path=pl.Series([None, "old.py"])
    )
    commits = commits_of({"sha": "new"}, {"sha": "move"})
    owners = owners_of(("a.py", "bo", True, 1.0))
    row = the_row(commits=commits, changes=renamed, file_owners=owners)
    assert row["reviewers"] == ["Bo"]


def test_what_is_odd_is_told_of_the_oddest_twentieth_alone() -> None:
    odd: dict[str, Any] = {
        "sha": "new",
        "anomaly_reasons": [{"feature": "hour", "value": 3.0, "typical": 9.0, "text": "at 3"}],
    }
    for percentile, told in ((95.0, ["at 3"]), (94.9, []), (None, [])):
        scores = commit_scores_of(odd | {"anomaly_percentile": percentile})
        assert the_row(commit_scores=scores)["anomaly_reasons"] == told


def test_without_scores_there_is_no_row() -> None:
    table = risky_commits(
        *(commit_scores_of(), commits_of(), changes_of(), removals_of()),
        *(labels_of(), owners_of(), tree_of()),
    )
    assert table.is_empty()
    assert table.schema == pl.Schema({n: c.dtype for n, c in INSIGHT.columns.items()})
