"""Which documents the code has left behind."""

from math import log2
from typing import Any

import polars as pl
import pytest

from hyperion_pipelines.insights.code.stale_documents import INSIGHT, stale_documents
from hyperion_pipelines.schemas import TREE
from tests.unit.insights.code_tables import Made, Measured, files_of, touches_of
from tests.unit.insights.lifetimes import HEAD_TIME, days_before_head, rows_of

CODE = ["lib/pay.py", "lib/tax.py", "src/other.py", "tests/check.py"]


def document(path: str, language: str | None = "Markdown", **values: object) -> dict[str, Any]:
    flags = {"is_test": path.startswith("tests/"), "is_vendored": False, "is_generated": False}
    return {
        "path": path,
        "language": language,
        "lines": 9,
        "is_documentation": True,
        **flags,
        **values,
    }


def made(days: float, *paths: str, is_bot: bool = False) -> Made:
    """A commit that changes *paths* some days before HEAD, ten lines in each."""
    return Made(f"at {days}", days, {path: f"{path} {days}" for path in paths}, "bo", is_bot)


def stale(
    history: list[Made], *documents: dict[str, Any], rename: str | None = None
) -> list[dict[str, Any]]:
    """The rows for *documents*; the commit *rename* changes no line, others ten a file."""
    paths = [*CODE, *(str(row["path"]) for row in documents)]
    added = pl.when(pl.col("sha").eq_missing(pl.lit(rename))).then(0).otherwise(10)
    touched = touches_of(history, paths).with_columns(added=added.cast(pl.Int64))
    files = files_of({path: Measured(1) for path in CODE})
    return stale_documents(rows_of(TREE, documents), touched, files, HEAD_TIME).to_dicts()


GUIDE = document("docs/guide.md")
TOGETHER = [made(900 - day, "docs/guide.md", "lib/pay.py") for day in range(3)]
ELSEWHERE = [made(800 - day, "src/other.py") for day in range(20)]


def test_a_document_is_about_the_code_that_it_used_to_change_with() -> None:
    """After it, two commits by people changed its subject, the first 50 days ago; a bot's is none.

    Together 3 times in 26 commits, the document 3 and the code 5: 10 ways of 2,600, p = 0.004.
    """
    after = [
        made(60, "lib/pay.py", is_bot=True),
        made(50, "lib/pay.py", "src/other.py"),
        made(9, "lib/pay.py"),
        made(5, "src/other.py"),
    ]
    (row,) = stale([*TOGETHER, *ELSEWHERE, *after], GUIDE)
    assert row == {
        "path": "docs/guide.md",
        "last_changed": days_before_head(898),
        "subject": ["lib/pay.py"],
        "subject_files": 1,
        "commits_since": 2,
        "lines_since": 20,
        "days_behind": 50.0,
        "score": pytest.approx(log2(21) * log2(3)),
        "why": "Its text was last changed on 2022-01-14; since then 2 commits changed 20 lines of "
        "the code it is about.",
    }


def test_what_changes_with_everything_is_no_subject() -> None:
    """Of 23 commits to code all changed `pay`: that 3 of them changed the guide too is no news."""
    busy = [made(800 - day, "lib/pay.py") for day in range(20)]
    assert stale([*TOGETHER, *busy, made(9, "lib/pay.py")], GUIDE) == []


def test_commits_to_many_documents_do_not_say_what_these_are_about() -> None:
    others = [document(f"docs/{name}.md") for name in "abc"]
    paths = [str(row["path"]) for row in others]
    sweeps = [made(900 - day, "docs/guide.md", "lib/pay.py", *paths) for day in range(3)]
    assert stale([*sweeps, *ELSEWHERE, made(9, "lib/pay.py")], GUIDE, *others) == []


def test_without_common_commits_a_document_is_about_the_code_of_its_directory() -> None:
    (row,) = stale(
        [made(90, "lib/README.md"), made(9, "lib/pay.py"), made(8, "src/other.py")],
        document("lib/README.md"),
    )
    assert (row["subject"], row["subject_files"]) == (["lib/pay.py", "lib/tax.py"], 2)
    assert row["commits_since"] == 1


def test_tests_are_the_subject_of_documents_among_tests_alone() -> None:
    history = [made(90, "tests/README.md", "lib/README.md"), made(9, "tests/check.py")]
    rows = stale(history, document("tests/README.md"), document("lib/README.md"))
    assert [(row["path"], row["subject"]) for row in rows] == [
        ("tests/README.md", ["tests/check.py"])
    ]


def test_a_document_with_no_known_subject_is_left_out() -> None:
    assert stale([made(90, "GUIDE.md"), made(9, "lib/pay.py")], document("GUIDE.md")) == []


def test_a_document_that_changed_last_is_not_stale() -> None:
    assert stale([made(9, "lib/pay.py"), made(8, "lib/README.md")], document("lib/README.md")) == []


@pytest.mark.parametrize(
    "other",
    [
        document("lib/CHANGELOG.md"),
        document("lib/LICENSE.txt", "Text"),
        document("lib/AUTHORS.rst", "reStructuredText"),
        document("lib/requirements-dev.txt", "Text"),
        document("lib/style.css", "CSS"),
        document("lib/data.txt", "Text", is_documentation=False),
        document("lib/manual.pdf", None, lines=None),
        document("lib/copy.md", is_vendored=True),
        document("lib/made.md", is_generated=True),
    ],
    ids=lambda row: row["path"],
)
def test_what_is_no_living_prose_is_left_out(other: dict[str, Any]) -> None:
    assert stale([made(90, str(other["path"])), made(9, "lib/pay.py")], other) == []


def test_a_readme_without_a_suffix_is_a_document() -> None:
    history = [made(90, "lib/README"), made(9, "lib/pay.py")]
    assert len(stale(history, document("lib/README", None))) == 1


def test_a_bots_edit_and_a_bare_rename_leave_a_document_as_old_as_it_was() -> None:
    edits = [made(90, "lib/README.md"), made(20, "lib/README.md", is_bot=True)]
    history = [*edits, made(10, "lib/README.md"), made(9, "lib/pay.py")]
    (row,) = stale(history, document("lib/README.md"), rename="at 10")
    assert row["last_changed"] == days_before_head(90)


def test_without_history_there_are_no_rows() -> None:
    files = files_of({})
    rows = stale_documents(rows_of(TREE, []), touches_of([], []), files, HEAD_TIME)
    assert rows.is_empty()
    assert rows.columns == list(INSIGHT.columns)
