"""Exports of issue trackers: what is read from them, and what a faulty one is told."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from hyperion_pipelines.errors import ConfigurationError
from hyperion_pipelines.learning.labels.issue_tracker import (
    ISSUES,
    issue_key,
    issues_file,
    read_issues,
)

CSV = """\
Issue,Type,Created,Resolved,Assignee,Title
#12,Bug,2024-01-31T10:15:00Z,2024-02-01,Ann,"Retry, then fail"
SHOP-7,Story,2024-01-31 12:15:00+02:00,,"Ray, Bob",
"""
JSON = """[
  {"issue": 12, "type": ["ui", "Bug"], "created": "2024-01-31T10:15:00.000+0000",
   "resolved": "2024-02-01T00:00:00Z", "assignee": "Ann", "title": "Retry, then fail"},
  {"issue": "SHOP-7", "type": "Story", "created": "2024-01-31T10:15:00", "resolved": null}
]"""
BUGS = """
Bug
bug
ui,bug
kind/bug
type: bug
C-bug
Defect
Crash
bug report
regression
performance, Regression
🐛 bug
security; type/vulnerability
"""
NO_BUGS = """
Story
Task
not a bug
not-a-bug
debug
bugfix-release
enhancement
question
error handling
documentation, ui
"""
WRONG = {  # what a file holds, and what is said of it
    "": "the header: lacks issue, type, created",
    "issue,created\n12,2024-01-31\n": "the header: lacks type; it has issue, created; rename",
    "issue,type,created\n12,Bug,yesterday\n": "line 2: created: .*'yesterday' is no time",
    "issue,type,created\n12,Bug,\n": "line 2: created: .*valid datetime",
    "issue,type,created\n12,Bug,2024\n": "line 2: created: .*'2024' is no time",
    'issue,type,created\n"1\n",Bug,2024-01-31\n13,Bug\n': "line 4: has 2 values",
    "issue,type,created\n ,Bug,2024-01-31\n": "line 2: issue: .*at least 1 character",
    "issue,type,created\n12,Bug,2024-01-31\nGH-12,Bug,2024-01-31\n": "issue 12 .*line 2 and line 3",
    'issue,type,created\n"12"x,Bug,2024-01-31\n': "line 2: is not CSV",
}
WRONG_JSON = {
    "[{": "is not JSON: .*line 1 column 3",
    "{}": "is no list",
    "[12]": "item 1: is no object",
    '[{"issue": 12, "type": "Bug"}]': "item 1: lacks created",
    '[{"issue": null, "type": "Bug", "created": "2024-01-31"}]': "item 1: issue: ",
    '[{"issue": 12, "type": null, "created": "2024-01-31"}]': "item 1: type: ",
}


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(("name", "text"), [("issues.csv", CSV), ("issues.json", JSON)])
def test_both_formats_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    issues = read_issues(written(tmp_path, name, text))
    created, resolved = datetime(2024, 1, 31, 10, 15, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)
    assert issues.schema == ISSUES
    assert issues.drop("type").rows() == [
        ("12", created, resolved, "Retry, then fail", True),
        ("SHOP-7", created, None, None, False),
    ]


def test_a_spreadsheets_byte_order_mark_and_empty_lines_do_no_harm(tmp_path: Path) -> None:
    file = written(tmp_path, "issues.csv", "\ufeff" + CSV + "\n\n")
    assert read_issues(file)["issue"].to_list() == ["12", "SHOP-7"]


@pytest.mark.parametrize(
    ("name", "text"), [("issues.csv", "issue,type,created\n"), ("issues.json", "[]")]
)
def test_an_export_without_issues_is_empty(tmp_path: Path, name: str, text: str) -> None:
    issues = read_issues(written(tmp_path, name, text))
    assert issues.is_empty()
    assert issues.schema == ISSUES


@pytest.mark.parametrize(
    ("kind", "is_bug"),
    [
        *((kind, True) for kind in BUGS.split("\n")[1:-1]),
        *((kind, False) for kind in NO_BUGS.split("\n")[1:-1]),
    ],
)
def test_types_and_labels_that_count_as_a_bug(tmp_path: Path, kind: str, is_bug: bool) -> None:
    file = written(tmp_path, "issues.csv", f'issue,type,created\n1,"{kind}",2024-01-31\n')
    assert read_issues(file)["is_bug"].to_list() == [is_bug]


@pytest.mark.parametrize(
    ("reference", "key"),
    [
        *((reference, "12") for reference in ("#12", "GH-12", "gh-12", "12", " 12 ", "bug 12")),
        *((reference, "12") for reference in ("Bug #12", "bug12", "issue 12")),
        *(("SHOP-12", "SHOP-12"), ("shop-12", "SHOP-12"), ("shop/cart#12", "SHOP/CART#12")),
    ],
)
def test_the_notations_of_an_issue_have_one_key(reference: str, key: str) -> None:
    assert pl.select(issue_key(pl.lit(reference))).item() == key


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        *(("issues.csv", text, said) for text, said in WRONG.items()),
        *(("issues.json", text, said) for text, said in WRONG_JSON.items()),
    ],
)
def test_a_faulty_export_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    file = written(tmp_path, name, text)
    with pytest.raises(ConfigurationError, match=f"(?s){name}: .*{said}"):
        read_issues(file)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "issues.csv"
    file.write_bytes(b"issue,type,created\n\xff\xfe\n")
    with pytest.raises(ConfigurationError, match="give a UTF-8 text file"):
        read_issues(file)


def test_the_export_lies_in_the_repositorys_configuration_and_there_is_one(tmp_path: Path) -> None:
    assert issues_file(tmp_path) is None
    assert issues_file(tmp_path / "nowhere") is None
    file = written(tmp_path, "issues.csv", CSV)
    assert issues_file(tmp_path) == file
    written(tmp_path, "issues.json", JSON)
    with pytest.raises(ConfigurationError, match="delete one of them"):
        issues_file(tmp_path)
