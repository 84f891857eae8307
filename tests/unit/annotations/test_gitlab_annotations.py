"""The Code Quality report has the properties that GitLab requires of it."""

import json

from hyperion_pipelines.annotations.gitlab import render
from hyperion_pipelines.annotations.predicted import findings_of_commits
from tests.unit.annotations.made_up_predictions import RISKY, prediction


def test_an_entry_has_what_gitlab_requires() -> None:
    findings = findings_of_commits([RISKY])
    entry = json.loads(render(findings))[0]
    assert entry == {
        "description": findings[0].message,
        "check_name": "risky-commit",
        "fingerprint": findings[0].fingerprint,
        "severity": "major",
        "location": {"path": "src/[id].c", "lines": {"begin": 3}},
    }


def test_severities_follow_the_level() -> None:
    report = json.loads(render(findings_of_commits([prediction(at) for at in (99, 85, 5)])))
    assert [entry["severity"] for entry in report] == ["major", "minor", "info"]


def test_a_file_as_a_whole_is_reported_at_its_first_line() -> None:
    (entry,) = json.loads(render(findings_of_commits([prediction(5)])))
    assert entry["location"] == {"path": "docs/a b.md", "lines": {"begin": 1}}


def test_a_commit_without_files_has_no_place_in_a_report() -> None:
    assert json.loads(render(findings_of_commits([prediction(5, files=())]))) == []


def test_an_empty_report_is_an_empty_array() -> None:
    assert json.loads(render([])) == []
