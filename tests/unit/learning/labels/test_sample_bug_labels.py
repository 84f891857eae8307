"""On the sample repository, whose planted bugs are known, the labels are held to the truth."""

import csv
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.code.paths import read_filters
from hyperion_pipelines.learning.labels.bug_labels import bug_labels
from hyperion_pipelines.learning.labels.issue_tracker import read_issues
from hyperion_pipelines.lines.update import HistoryTables, update_line_history
from hyperion_pipelines.sample import write_sample_repository
from tests.blame import read_tables
from tests.unit.learning.labels.label_tables import pairs

FILTERS = read_filters()
Sources = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]


class Truth:
    """What the sample says of its planted bugs: their fixes, and the commits that planted them."""

    def __init__(self, file: Path) -> None:
        self.bugs: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["bugs"]
        self.fixes = {bug["fixed_by"] for bug in self.bugs}
        self.pairs = {(bug["fixed_by"], bug["induced_by"]) for bug in self.bugs}
        self.findable = {
            (bug["fixed_by"], bug["induced_by"]) for bug in self.bugs if bug["found_by_line_origin"]
        }


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sources, Truth]:
    """Tables and truth of the sample repository."""
    written = write_sample_repository(tmp_path_factory.mktemp("sample"))
    read = read_tables(written.git_dir)
    tables = HistoryTables(read.commits, read.changes, read.tree)
    removals = update_line_history(written.git_dir, tables, read.head_sha).removals
    return (read.commits, read.changes, removals), Truth(written.ground_truth)


def precision(named: set[tuple[str, str]], truth: Truth) -> float:
    return len(named & truth.pairs) / len(named)


def test_of_fixes_that_are_known_every_bug_that_lines_can_tell_is_found(
    sample: tuple[Sources, Truth],
) -> None:
    """R loses one of them: a later commit had touched the lines that its fix removed."""
    (commits, changes, removals), truth = sample
    told = commits.with_columns(is_fix=pl.col("sha").is_in(truth.fixes))
    labels = bug_labels(told, changes, removals, FILTERS)
    every, latest = set(pairs(labels, "AG")), set(pairs(labels, "R"))
    assert truth.findable <= every
    assert len(truth.findable - latest) == 1
    assert precision(every, truth) > 0.95
    assert precision(latest, truth) > precision(every, truth)


def test_messages_alone_name_no_commit_a_fix_that_is_none(sample: tuple[Sources, Truth]) -> None:
    """Some fixes say in no word that they are; of the others what lines can tell is found."""
    (commits, changes, removals), truth = sample
    labels = bug_labels(commits, changes, removals, FILTERS)
    said = set(commits.filter("is_fix")["sha"])
    assert said < truth.fixes
    assert {pair for pair in truth.findable if pair[0] in said} <= set(pairs(labels, "AG"))
    assert precision(set(pairs(labels, "R")), truth) > 0.9


def test_a_trackers_export_finds_fixes_that_do_not_say_so(
    sample: tuple[Sources, Truth], tmp_path: Path
) -> None:
    (commits, changes, removals), truth = sample
    named = commits.filter(pl.col("issue_refs").list.len() > 0).explode("issue_refs")
    is_fix = pl.col("sha").is_in(truth.fixes).any().over("issue_refs")
    issues = named.select("issue_refs", type=pl.when(is_fix).then(pl.lit("Bug")))
    file = tmp_path / "issues.csv"
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["issue", "type", "created"])
        for issue, kind in issues.unique().sort("issue_refs").rows():
            writer.writerow([issue, kind or "Story", "2026-01-01"])
    by_message = set(pairs(bug_labels(commits, changes, removals, FILTERS), "R"))
    labels = bug_labels(commits, changes, removals, FILTERS, read_issues(file))
    by_tracker = set(pairs(labels, "R"))
    assert len(by_tracker & truth.pairs) > 1.4 * len(by_message & truth.pairs)
    assert precision(by_tracker, truth) > 0.9
