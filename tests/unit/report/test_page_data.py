"""The files that a page's map shows."""

import polars as pl

from hyperion_pipelines.report.page.data import FILES, page_data
from tests.unit.insights.profile_tables import rows, tree

TREE = pl.concat(
    [
        tree("src/a.py", "src/b.py", "main.py"),
        tree("tests/t.py", is_test=True),
        tree("vendor/v.py", is_vendored=True),
        tree("x.min.js", is_generated=True),
    ]
)


def test_own_files_that_are_no_tests_are_shown_with_what_is_known_of_them() -> None:
    owner = {"path": "src/a.py", "person_name": "Ada"}
    shown = page_data(
        TREE,
        hotspots=rows("hotspots", {"path": "src/a.py", "score": 12, "commits": 3}),
        file_owners=rows("file_owners", owner, {**owner, "person_name": "Bo"}),
        file_scores=pl.DataFrame({"path": ["main.py"], "probability": [0.2]}),
    ).files
    assert shown.schema == FILES
    assert shown.rows() == [
        ("main.py", ".", 100, 0.0, 0, None, 0.2),
        ("src/a.py", "src", 100, 12.0, 3, "Ada", None),
        ("src/b.py", "src", 100, 0.0, 0, None, None),
    ]


def test_without_other_tables_there_are_paths_and_lines() -> None:
    shown = page_data(TREE).files
    assert shown["path"].to_list() == ["main.py", "src/a.py", "src/b.py"]
    assert shown["owner_name"].null_count() == shown["probability"].null_count() == 3


def test_a_repository_without_code_has_an_empty_map() -> None:
    assert page_data(tree("README", language=None)).files.schema == FILES
    assert page_data(tree("a.py").clear()).files.is_empty()
