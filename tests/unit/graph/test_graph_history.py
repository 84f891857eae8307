"""Commits, issues, faults, and files that change together, as nodes and edges."""

from typing import Any

import polars as pl

from hyperion_pipelines.graph.building.co_changes import co_changes
from hyperion_pipelines.graph.building.history import (
    commit_nodes,
    fixes,
    induced,
    issue_nodes,
    modifies,
    renamed_to,
)
from hyperion_pipelines.insights.code.change_coupling import change_coupling
from hyperion_pipelines.learning.labels.issue_tracker import ISSUES
from hyperion_pipelines.schemas import BUG_LABELS, CHANGES, DEPENDENCIES
from tests.unit.graph.graph_tables import empty
from tests.unit.insights.code_tables import Made, Measured, files_of, touches_of
from tests.unit.insights.history_rows import NOW, before, commit_scores_of, commits_of
from tests.unit.insights.lifetimes import days_before_head


def test_a_commit_has_its_facts_and_scores_where_it_was_given_any() -> None:
    commits = commits_of(
        {"sha": "c1", "subject": "Fix the cart", "is_fix": True, "commit_time": before(2)},
        {"sha": "c2", "is_merge": True, "is_on_head": False},
    )
    scores = commit_scores_of({"sha": "c1", "anomaly": 0.5, "priority": 0.75})
    nodes = commit_nodes(commits, scores).sort("key")
    facts = ("key", "time", "subject", "is_fix", "is_merge", "is_on_head")
    assert nodes.select(facts).rows() == [
        ("c1", before(2), "Fix the cart", True, False, True),
        ("c2", NOW, "Change c2", False, True, False),
    ]
    assert nodes.select("risk", "risk_percentile", "anomaly", "priority").rows() == [
        (0.5, 50.0, 0.5, 0.75),
        (None, None, None, None),
    ]


CHANGED: list[dict[str, Any]] = [
    {"sha": "c1", "path": "a.py", "status": "A", "added": 9, "deleted": 0},
    {"sha": "c2", "path": "b.py", "old_path": "a.py", "status": "R", "similarity": 90},
    {"sha": "c3", "path": "c.py", "old_path": "b.py", "status": "C", "similarity": 100},
    {"sha": "other", "path": "d.py", "old_path": "a.py", "status": "R", "similarity": 80},
]
COMMITS = commits_of(
    *(
        {"sha": sha, "commit_time": before(9 - place)}
        for place, sha in enumerate(("c1", "c2", "c3"))
    ),
    {"sha": "other", "is_on_head": False},
)


def test_a_commit_modifies_the_path_that_the_file_has_after_it() -> None:
    edges = modifies(pl.DataFrame(CHANGED, CHANGES))
    assert edges.select("source", "target", "status", "added").rows() == [
        *(("c1", "a.py", "A", 9), ("c2", "b.py", "R", None)),
        *(("c3", "c.py", "C", None), ("other", "d.py", "R", None)),
    ]


def test_renames_are_those_of_heads_history_and_copies_are_none() -> None:
    edges = renamed_to(COMMITS, pl.DataFrame(CHANGED, CHANGES))
    assert edges.select("source", "target", "since", "sha", "similarity").rows() == [
        ("a.py", "b.py", before(8), "c2", 90)
    ]


SPEAKING = commits_of(
    {"sha": "c1", "is_fix": True, "issue_refs": ["#12", "SHOP-7", "#12"]},
    {"sha": "c2", "issue_refs": ["#12", "GH-3"]},
    {"sha": "c3", "is_fix": True},
)


def test_every_issue_that_a_message_names_is_a_node() -> None:
    assert sorted(issue_nodes(SPEAKING, None).rows()) == [
        *(("#12", "#12"), ("GH-3", "GH-3"), ("SHOP-7", "SHOP-7"))
    ]


def test_the_trackers_export_says_when_issues_were_reported_and_closed() -> None:
    rows = [("12", before(5), before(1)), ("SHOP-7", before(4), None), ("99", before(3), None)]
    made = [{"issue": key, "created": start, "resolved": end} for key, start, end in rows]
    nodes = issue_nodes(SPEAKING, pl.DataFrame(made, ISSUES)).sort("key")
    assert nodes.select("key", "created", "closed").rows() == [
        ("#12", before(5), before(1)),
        ("GH-3", None, None),
        ("SHOP-7", before(4), None),
    ]


def test_a_title_is_told_where_the_export_has_it() -> None:
    issues = pl.DataFrame([{"issue": "12"}], ISSUES).with_columns(title=pl.lit("Totals are wrong"))
    nodes = issue_nodes(SPEAKING, issues).filter(key="#12")
    assert nodes["title"].to_list() == ["Totals are wrong"]


def test_only_a_fix_fixes_what_it_names_and_once() -> None:
    assert sorted(fixes(SPEAKING).rows()) == [("c1", "#12"), ("c1", "SHOP-7")]


def test_faults_were_brought_by_the_newest_commit_that_wrote_their_lines() -> None:
    """Which of a fix's candidates that is, says the algorithm R."""
    rows = [("AG", "c1", "a.py", 3, 0.7), ("AG", "c2", "a.py", 1, 0.7), ("R", "c2", "a.py", 1, 0.7)]
    assert induced_by(rows) == [("c2", "fix", NOW, ["a.py"], 1, 0.7)]


def test_a_fault_in_several_files_is_one_edge_as_sure_as_the_surest() -> None:
    assert induced_by([("R", "c2", "a.py", 1, 0.3), ("R", "c2", "b.py", 4, 0.7)]) == [
        ("c2", "fix", NOW, ["a.py", "b.py"], 5, 0.7)
    ]


def induced_by(rows: list[tuple[str, str, str, int, float]]) -> list[tuple[Any, ...]]:
    """The edges of labels (algorithm, inducing commit, path, lines, confidence) of one fix."""
    names = ("algorithm", "inducing_sha", "path", "lines", "confidence")
    fix = {"fix_sha": "fix", "fix_time": NOW}
    labels = pl.DataFrame([dict(zip(names, row, strict=True)) | fix for row in rows], BUG_LABELS)
    columns = ("source", "target", "since", "paths", "lines", "confidence")
    return induced(labels).select(columns).sort("source").rows()


def together(number: int, *paths: str, is_bot: bool = False) -> Made:
    """A commit that changes *paths*, that many days before HEAD."""
    return Made(f"c{number}", number, {path: f"{path}{number}" for path in paths}, "bo", is_bot)


def test_files_change_together_since_their_third_common_commit() -> None:
    """A program's commit does not count; the rarer file comes first in the insight, not here."""
    pair = ("z.py", "a.py")
    made = [
        together(90, "a.py"),
        together(80, *pair),
        together(70, *pair, is_bot=True),
        *(together(number, *pair) for number in (60, 50, 40)),
        *(together(number, "b.py") for number in range(39, 19, -1)),
    ]
    files = files_of({path: Measured(cyclomatic=3) for path in ("a.py", "b.py", "z.py")})
    touches = touches_of(made, files["path"].to_list())
    pairs = change_coupling(files, touches, DEPENDENCIES.to_frame(), days_before_head(0))
    assert pairs.select("path", "other").rows() == [pair]
    (edge,) = co_changes(pairs, files, touches).to_dicts()
    assert (edge["source"], edge["target"], edge["support"]) == ("a.py", "z.py", 4)
    assert (edge["since"], edge["last_together"]) == (days_before_head(50), days_before_head(40))
    assert (edge["confidence"], edge["reverse_confidence"]) == (4 / 5, 1)
    assert edge["p_value"] == pairs["p_value"].item()


def test_nothing_changes_together_where_nothing_was_found() -> None:
    touched = touches_of([together(1, "a.py")], ["a.py"])
    files = files_of({"a.py": Measured(cyclomatic=3)})
    assert co_changes(empty("change_coupling"), files, touched).is_empty()
