"""What insights are made from, worked out by hand: areas, own files, touches, people."""

from collections.abc import Mapping, Sequence

import polars as pl
import pytest

from hyperion_pipelines.insights.shared.areas import areas
from hyperion_pipelines.insights.shared.own_files import own_files
from hyperion_pipelines.insights.shared.people import people
from hyperion_pipelines.insights.shared.touches import touches
from hyperion_pipelines.schemas import BLOB_METRICS, CHANGES, IDENTITIES, TREE
from tests.unit.insights.code_tables import (
    Made,
    Measured,
    changes_of,
    commits_of,
    metrics_of,
    touches_of,
    tree_of,
)
from tests.unit.insights.lifetimes import days_before_head, rows_of


def area_of(paths: Sequence[str]) -> dict[str, str]:
    """The area of each path."""
    return dict(areas(pl.Series(paths, dtype=pl.String)).rows())


def test_an_area_is_the_topmost_directory() -> None:
    paths = ["setup.py", "src/a.py", "tests/unit/test_a.py", "docs/conf.py"]
    assert list(area_of(paths).values()) == [".", "src", "tests", "docs"]


def test_a_directory_of_more_than_half_of_all_files_is_cut_into_its_own() -> None:
    """Src holds 4 of 6; its own file stays in it."""
    paths = ["a.py", "lib/a.py", "src/a.py", "src/x/a.py", "src/x/y/a.py", "src/z/a.py"]
    assert list(area_of(paths).values()) == [".", "lib", "src", "src/x", "src/x", "src/z"]


def test_a_directory_of_just_half_of_all_files_stays_whole() -> None:
    assert set(area_of(["a.py", "b.py", "src/x/a.py", "src/y/a.py"]).values()) == {".", "src"}


def test_areas_are_at_most_four_deep() -> None:
    assert set(area_of(["a/b/c/d/e/f.py", "a/b/c/d/g/h.py"]).values()) == {"a/b/c/d"}


def test_a_directory_that_is_cut_may_be_that_of_the_files_in_it_alone() -> None:
    """More than half of all lie in a/b, none of them deeper: it cannot be cut."""
    paths = ["a/b/1.py", "a/b/2.py", "a/b/3.py", "c/1.py"]
    assert list(area_of(paths).values()) == ["a/b", "a/b", "a/b", "c"]


def test_no_paths_have_no_areas() -> None:
    assert areas(pl.Series([], dtype=pl.String)).to_dict(as_series=False) == {
        "path": [],
        "area": [],
    }


def tree_row(path: str, **said: object) -> Mapping[str, object]:
    """A file of own code, but for what is said."""
    flags = ("is_test", "is_generated", "is_vendored", "is_documentation")
    row = {"path": path, "blob": "blob", "language": "C", "lines": 7}
    return row | dict.fromkeys(flags, False) | said


def test_own_files_are_code_that_somebody_here_wrote() -> None:
    """Tests are own code; what has no language, is generated, vendored or prose is not."""
    rows = [
        tree_row("b.c"),
        tree_row("a_test.c", is_test=True),
        tree_row("LICENSE", language=None),
        tree_row("parser.c", is_generated=True),
        tree_row("deps/lua.c", is_vendored=True),
        tree_row("README.md", is_documentation=True),
    ]
    own = own_files(rows_of(TREE, rows), metrics_of({"blob": Measured(3)}))
    assert own.select("path", "is_test", "cyclomatic").rows() == [
        ("a_test.c", True, 3),
        ("b.c", False, 3),
    ]


def test_areas_are_those_of_own_files_alone() -> None:
    """Two of three own files lie in src; vendored ones do not change that."""
    rows = [tree_row(path) for path in ("src/x/a.c", "src/y/a.c", "main.c")]
    rows += [tree_row(f"deps/{number}.c", is_vendored=True) for number in range(9)]
    own = own_files(rows_of(TREE, rows), metrics_of({}))
    assert own["area"].to_list() == [".", "src/x", "src/y"]


def test_the_measures_of_own_files_are_those_of_their_blobs() -> None:
    """A blob that two grammars read is taken once; a file that was not parsed has null."""
    smells = [("large file", 1)]
    tree = tree_of({"a.py": "parsed", "b.py": "parsed", "c.py": "skipped", "d.py": "unknown"})
    metrics = metrics_of({"parsed": Measured(3, 2, 5, smells), "skipped": None})
    own = own_files(tree, pl.concat([metrics, metrics]))
    assert own.select("path", "cyclomatic", "cognitive", "code_lines").rows() == [
        ("a.py", 3, 2, 5),
        ("b.py", 3, 2, 5),
        ("c.py", None, None, None),
        ("d.py", None, None, None),
    ]
    smell = [{"kind": "large file", "line": 1, "detail": ""}]
    assert own["smells"].to_list() == [smell, smell, None, None]


def test_an_empty_repository_has_no_own_files() -> None:
    assert own_files(TREE.to_frame(), BLOB_METRICS.to_frame()).is_empty()


def test_touches_are_the_changes_of_heads_history_to_the_files_of_today() -> None:
    history = [
        Made("1", 9, {"a.py": "b", "gone.py": "b"}),
        Made("branch", 8, {"a.py": "b"}, is_on_head=False),
        Made("2", 7, {"b.py": "b", "a.py": "b", "gone.py": None}, "bo"),
    ]
    rows = touches_of(history, ["a.py", "b.py"])
    assert rows.select("position", "path", "sha", "author_id").rows() == [
        (0, "a.py", "1", "alma"),
        (2, "a.py", "2", "bo"),
        (2, "b.py", "2", "bo"),
    ]
    assert rows["commit_time"].to_list() == [days_before_head(days) for days in (9, 7, 7)]


def test_a_touch_before_a_rename_is_one_of_the_present_path() -> None:
    """The name is given to another file later: that is another file's touch."""
    history = [
        Made("1", 9, {"old.py": "b"}),
        Made("2", 8, {"new.py": "b"}, renames={"old.py": "new.py"}),
        Made("3", 7, {"old.py": "b"}),
    ]
    rows = touches_of(history, ["new.py", "old.py"])
    assert rows.select("sha", "path").rows() == [("1", "new.py"), ("2", "new.py"), ("3", "old.py")]


def test_a_touch_of_a_binary_file_changes_no_lines() -> None:
    changes = rows_of(
        CHANGES,
        [
            {"sha": "1", "path": "logo.png", "status": "A", "is_binary": True},
            {"sha": "1", "path": "main.py", "status": "A", "added": 3, "deleted": 0},
        ],
    )
    tree = tree_of({"logo.png": "b", "main.py": "b"})
    rows = touches(commits_of([Made("1", 1, {})]), changes, tree)
    assert rows.select("path", "added", "deleted").rows() == [
        ("logo.png", 0, 0),
        ("main.py", 3, 0),
    ]


def test_an_empty_repository_has_no_touches() -> None:
    assert touches_of([], []).is_empty()
    assert touches(commits_of([]), changes_of([]), TREE.to_frame()).is_empty()


def identities_of(names: Mapping[str, str], bots: Sequence[str] = ()) -> pl.DataFrame:
    """The table `identities`: the name of each person."""
    rows = [
        {"person_id": person, "person_name": name, "is_bot": person in bots}
        for person, name in names.items()
    ]
    return rows_of(IDENTITIES, rows)


def test_people_are_the_authors_of_heads_history_the_busiest_first() -> None:
    history = [
        Made("1", 30, {}, "bo"),
        Made("2", 20, {}, "alma"),
        Made("3", 10, {}, "alma"),
        Made("branch", 5, {}, "cy", is_on_head=False),
    ]
    found = people(commits_of(history), identities_of({"alma": "Alma", "bo": "Bo", "cy": "Cy"}))
    columns = ("person_id", "person_name", "commits", "first_commit", "last_commit")
    alma = ("alma", "Alma", 2, days_before_head(20), days_before_head(10))
    assert found.select(columns).rows() == [
        alma,
        ("bo", "Bo", 1, days_before_head(30), days_before_head(30)),
    ]


def test_several_signatures_of_a_person_count_once() -> None:
    identities = pl.concat([identities_of({"alma": "Alma"})] * 3)
    found = people(commits_of([Made("1", 1, {}), Made("2", 1, {})]), identities)
    assert found.select("person_id", "commits").rows() == [("alma", 2)]


@pytest.mark.parametrize(("quiet", "is_active"), [(0, True), (180, True), (180.1, False)])
def test_who_was_quiet_for_180_days_before_the_newest_commit_counts_as_gone(
    quiet: float, is_active: bool
) -> None:
    """The newest commit is of 5 days before; a newer one of another branch does not count."""
    history = [
        Made("1", 5 + quiet, {}, "alma"),
        Made("2", 5, {}, "bo"),
        Made("branch", 0, {}, "bo", is_on_head=False),
    ]
    found = people(commits_of(history), identities_of({"alma": "Alma", "bo": "Bo"}))
    assert found.filter(pl.col("person_id") == "alma")["is_active"].item() is is_active


def test_a_bot_is_never_active() -> None:
    identities = identities_of({"robot": "Robot"}, bots=["robot"])
    found = people(commits_of([Made("1", 1, {}, "robot", is_bot=True)]), identities)
    assert found.select("is_bot", "is_active").rows() == [(True, False)]


def test_a_repository_without_commits_has_no_people() -> None:
    assert people(commits_of([]), IDENTITIES.to_frame()).is_empty()
